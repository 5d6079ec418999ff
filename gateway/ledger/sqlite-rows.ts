/** Rows as the ledger's statements return them, and what follows from a row alone. */
import type { LedgerKind, Outcome, UserStatus } from '../db/json-columns.ts';
import type { LedgerPolicy } from './port.ts';
import { availableTokens, type Room, type Standing } from './sizing.ts';
import type { AccountFigures } from './standing.ts';

export interface UserRow extends AccountFigures {
  id: string;
  status: UserStatus;
  statusReason: string | null;
  suspendedUntil: number | null;
  departmentId: string | null;
  concurrent: number | null;
  openHolds: number;
  lastSeenAt: number | null;
}

export interface CapRow {
  id: string;
  name: string;
  capTokens: number | null;
  capMicroUsd: number | null;
  usedTokens: number | null;
  usedMicroUsd: number | null;
  heldTokens: number | null;
  heldMicroUsd: number | null;
}

export interface HoldRow {
  id: string;
  userId: string;
  departmentId: string | null;
  period: string;
  monthlyTokens: number;
  creditTokens: number;
  costMicroUsd: number;
}

export interface EntryRow {
  userId: string;
  kind: LedgerKind;
  creditsDelta: number;
}

export interface UsageRow {
  userId: string;
  departmentId: string | null;
  period: string;
  model: string;
  outcome: Outcome;
}

/** What a user may still reserve. Under the soft policy whoever has anything left may send one more. */
export function userRoom(standing: Standing, policy: LedgerPolicy): Room {
  const tokens = availableTokens(standing);
  return { tokens: policy.overdraft === 'soft' && tokens > 0 ? Infinity : tokens, microUsd: Infinity };
}

/** What is left under a shared cap that stops. */
export function departmentRoom(cap: CapRow): Room {
  return {
    tokens:
      cap.capTokens === null ? Infinity : Math.max(0, cap.capTokens - (cap.usedTokens ?? 0) - (cap.heldTokens ?? 0)),
    microUsd:
      cap.capMicroUsd === null
        ? Infinity
        : Math.max(0, cap.capMicroUsd - (cap.usedMicroUsd ?? 0) - (cap.heldMicroUsd ?? 0)),
  };
}
