/** Where a user stands at this point of a transaction, for the mail that tells of it. */
import { eq } from 'drizzle-orm';
import type { GatewayContext } from '../context.ts';
import type { Tx } from '../db/database.ts';
import type { UseFigures } from '../mail/kinds.ts';
import { ApiError } from '../ops/api-error.ts';

/** @throws ApiError 409 when the user is gone */
export async function figuresOfUse(
  { clock, calendar }: Pick<GatewayContext, 'clock' | 'calendar'>,
  tx: Tx,
  userId: string,
): Promise<UseFigures> {
  const { users, plans } = tx.tables;
  const period = calendar().period(clock.now());
  const balance = await tx.ledger.balance(userId, period.id);
  const [row] = await tx
    .select({ own: users.alertThresholds, ofPlan: plans.thresholds })
    .from(users)
    .innerJoin(plans, eq(plans.id, users.planId))
    .where(eq(users.id, userId));
  if (!balance || !row) {
    throw new ApiError(409, 'user_deleted', 'This user was deleted. Nothing of them can be changed.');
  }
  return { ...balance, periodEndsAt: period.endsAt, thresholds: row.own ?? row.ofPlan };
}
