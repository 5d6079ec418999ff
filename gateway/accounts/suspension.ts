/** Pure: whether a suspension has ended by its date. The row says so only once somebody has touched it. */
import type { Tables } from '../db/database.ts';

type Suspension = Pick<Tables['users']['$inferSelect'], 'status' | 'suspendedUntil'>;

/** @param now epoch milliseconds */
export function isSuspensionOver({ status, suspendedUntil }: Suspension, now: number): boolean {
  return status === 'suspended' && suspendedUntil !== null && suspendedUntil <= now;
}
