/** Pure: what a move comes to before it is done. */
import type { User } from '../../../gateway/contract/users.ts';

/** Null = unlimited. */
export interface Outcome {
  readonly limit: number | null;
  /** What is left, credits included. */
  readonly left: number | null;
}

type Figures = Pick<User, 'monthlyLimit' | 'available' | 'used' | 'credits'>;

/** What a user has under another limit: of the month what it leaves, and the credits as before. */
export function outcomeOf({ monthlyLimit, available, used, credits }: Figures, limit: number | null): Outcome {
  if (limit === null) return { limit, left: null };
  if (monthlyLimit === null || available === null) return { limit, left: Math.max(0, limit - used) + credits };
  return { limit, left: Math.max(credits, available + limit - monthlyLimit) };
}

/** So many times a month's limit at once is more likely a zero too many than a wish. */
const HUGE_TIMES = 10;
/** Of somebody with a small limit, or none. */
const LEAST_HUGE = 10_000_000;

/** Whether an amount of credits is so large that it is asked about once more. */
export function isHuge(amount: number, { monthlyLimit }: Pick<User, 'monthlyLimit'>): boolean {
  return Math.abs(amount) > Math.max(LEAST_HUGE, HUGE_TIMES * (monthlyLimit ?? 0));
}
