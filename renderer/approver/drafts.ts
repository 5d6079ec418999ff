/** Pure: what an approver has chosen so far, and the decisions that follow from it. */
import type { OfflineDecision, OfflineRequest } from '../../electron/contract.ts';
import { LONGEST, MOST_TOKENS } from '../../gateway/contract/bounds.ts';
import { readTokens } from '../shared/format/read-tokens.ts';

export interface Draft {
  choice: 'undecided' | 'approve' | 'reject';
  /** As typed. */
  amount: string;
  note: string;
  reason: string;
}

/** By the id of a request. */
export type Drafts = Readonly<Record<string, Draft>>;

/** What a request starts with: the amount that was asked for, and no decision. */
export function newDraft({ amount }: OfflineRequest): Draft {
  return { choice: 'undecided', amount: amount === null ? '' : String(amount), note: '', reason: '' };
}

/** The tokens that were typed, however they were grouped; null when they are none that can be granted. */
export function readAmount(typed: string): number | null {
  return readTokens(typed, { least: 1, most: MOST_TOKENS });
}

/** What keeps a decision from being signed, by the field that it is about. */
export type Fault = 'amount' | 'reason' | 'reason_long' | 'note_long';

/** @returns `undecided`, what is wrong, or the decision */
export function decisionOf(id: string, draft: Draft): OfflineDecision | 'undecided' | Fault {
  if (draft.choice === 'undecided') return 'undecided';
  if (draft.choice === 'reject') {
    const reason = draft.reason.trim();
    if (reason === '') return 'reason';
    return reason.length > LONGEST.reason ? 'reason_long' : { decision: 'reject', id, reason };
  }
  const amount = readAmount(draft.amount);
  if (amount === null) return 'amount';
  const note = draft.note.trim();
  return note.length > LONGEST.note ? 'note_long' : { decision: 'approve', id, amount, note: note || null };
}
