/** Pure: a user's limit and balance, from the figures of the user, the plan and the period. */
import type { LimitMode } from '../db/json-columns.ts';
import type { Balance, LedgerPolicy } from './port.ts';
import { availableTokens, type Standing } from './sizing.ts';

/** What the monthly limit follows from. */
export interface LimitFigures {
  readonly limitMode: LimitMode;
  readonly monthlyLimit: number | null;
  readonly planLimitMode: LimitMode;
  readonly planMonthlyLimit: number | null;
}

export type LimitPolicy = Pick<LedgerPolicy, 'defaultMonthlyLimit' | 'blockThreshold'>;

export interface AccountFigures extends LimitFigures {
  credits: number;
  heldCredits: number;
  /** The period's figures; null until its row exists. */
  usedMonthly: number | null;
  usedCredits: number | null;
  heldMonthly: number | null;
}

/** The user's limit, else the plan's, else the default; scaled to its usable part. Null = unlimited. */
export function limitOf(user: LimitFigures, policy: LimitPolicy): number | null {
  const limit =
    user.limitMode === 'inherit'
      ? planLimit(user, policy)
      : user.limitMode === 'unlimited'
        ? null
        : (user.monthlyLimit ?? 0);
  if (limit === null || policy.blockThreshold === 1_000_000) return limit;
  return Number((BigInt(limit) * BigInt(policy.blockThreshold)) / 1_000_000n);
}

function planLimit(user: LimitFigures, policy: LimitPolicy): number | null {
  switch (user.planLimitMode) {
    case 'inherit':
      return policy.defaultMonthlyLimit;
    case 'unlimited':
      return null;
    case 'tokens':
      return user.planMonthlyLimit ?? 0;
  }
}

/** The figures with their limit resolved, as `sizing.ts` reckons with them. */
export function standingOf(user: AccountFigures, policy: LimitPolicy): Standing {
  return {
    limit: limitOf(user, policy),
    usedMonthly: user.usedMonthly ?? 0,
    heldMonthly: user.heldMonthly ?? 0,
    credits: user.credits,
    heldCredits: user.heldCredits,
  };
}

/** The figures as they are told to people. */
export function balanceOf(user: AccountFigures, policy: LimitPolicy): Balance {
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
