/** Pure: what an approver has chosen so far, and the decisions that follow from it. */
import type { OfflineDecision, OfflineRequest } from '../../electron/contract.ts';

export interface Draft {
  choice: 'undecided' | 'approve' | 'reject';
  /** As typed. */
  amount: string;
  note: string;
  reason: string;
}

const MOST_TOKENS = 1_000_000_000_000;

/** What a request starts with: the amount that was asked for, and no decision. */
export function newDraft({ amount }: OfflineRequest): Draft {
  return { choice: 'undecided', amount: amount === null ? '' : String(amount), note: '', reason: '' };
}

/** The tokens that were typed, however they were grouped; null when they are none. */
export function readAmount(typed: string): number | null {
  const plain = typed.replace(/[\s.,_\u00a0]/g, '');
  const amount = /^\d{1,13}$/.test(plain) ? Number(plain) : 0;
  return amount >= 1 && amount <= MOST_TOKENS ? amount : null;
}

/** @returns `undecided`, what is missing, or the decision */
export function decisionOf(id: string, draft: Draft): OfflineDecision | 'undecided' | 'amount' | 'reason' {
  if (draft.choice === 'undecided') return 'undecided';
  if (draft.choice === 'reject') {
    const reason = draft.reason.trim();
    return reason === '' ? 'reason' : { decision: 'reject', id, reason };
  }
  const amount = readAmount(draft.amount);
  return amount === null ? 'amount' : { decision: 'approve', id, amount, note: draft.note.trim() || null };
}
