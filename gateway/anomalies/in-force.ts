/** Pure: which restrictions of a user stand, and whose they are. */
import { isSuspensionOver } from '../accounts/suspension.ts';
import type { Tables } from '../db/database.ts';

type UserRow = Tables['users']['$inferSelect'];

/** What the steps of an alert restrict at `now`. */
export function inForceOf(
  user: Pick<UserRow, 'status' | 'suspendedUntil' | 'statusAlertId' | 'temporaryRateUntil' | 'temporaryRateAlertId'>,
  alertId: string,
  now: number,
): { limit: boolean; suspend: boolean } {
  return {
    limit: user.temporaryRateAlertId === alertId && (user.temporaryRateUntil ?? 0) > now,
    suspend: user.statusAlertId === alertId && user.status === 'suspended' && !isSuspensionOver(user, now),
  };
}
