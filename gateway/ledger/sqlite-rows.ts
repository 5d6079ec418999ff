/** Rows as the ledger's statements return them, and what follows from a row alone. */
import type { LimitMode, Outcome, UserStatus } from '../db/json-columns.ts';
import type { Balance, LedgerPolicy } from './port.ts';
import { availableTokens, type Room, type Standing } from './sizing.ts';

export interface UserRow {
  id: string;
  status: UserStatus;
  statusReason: string | null;
  suspendedUntil: number | null;
  departmentId: string | null;
  limitMode: LimitMode;
  monthlyLimit: number | null;
  planLimitMode: LimitMode;
  planMonthlyLimit: number | null;
  concurrent: number | null;
  credits: number;
  heldCredits: number;
  openHolds: number;
  lastSeenAt: number | null;
  /** Null until the period's row exists. */
  usedMonthly: number | null;
  usedCredits: number | null;
  heldMonthly: number | null;
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

export interface UsageRow {
  userId: string;
  departmentId: string | null;
  period: string;
  model: string;
  outcome: Outcome;
}

/** The user's limit, else the plan's, else the default; scaled to its usable part. Null = unlimited. */
export function limitOf(user: UserRow, policy: LedgerPolicy): number | null {
  const limit =
    user.limitMode === 'inherit'
      ? planLimit(user, policy)
      : user.limitMode === 'unlimited'
        ? null
        : (user.monthlyLimit ?? 0);
  if (limit === null || policy.blockThreshold === 1_000_000) return limit;
  return Number((BigInt(limit) * BigInt(policy.blockThreshold)) / 1_000_000n);
}

function planLimit(user: UserRow, policy: LedgerPolicy): number | null {
  switch (user.planLimitMode) {
    case 'inherit':
      return policy.defaultMonthlyLimit;
    case 'unlimited':
      return null;
    case 'tokens':
      return user.planMonthlyLimit ?? 0;
  }
}

export function standingOf(user: UserRow, policy: LedgerPolicy): Standing {
  return {
    limit: limitOf(user, policy),
    usedMonthly: user.usedMonthly ?? 0,
    heldMonthly: user.heldMonthly ?? 0,
    credits: user.credits,
    heldCredits: user.heldCredits,
  };
}

export function balanceOf(user: UserRow, policy: LedgerPolicy): Balance {
  const standing = standingOf(user, policy);
  return {
    limit: standing.limit,
    usedMonthly: standing.usedMonthly,
    usedCredits: user.usedCredits ?? 0,
    credits: standing.credits,
    held: standing.heldMonthly + standing.heldCredits,
    available: standing.limit === null ? null : availableTokens(standing),
  };
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
