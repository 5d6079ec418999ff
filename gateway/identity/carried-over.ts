/** What administrators decided about a user known by id only holds on when it is merged: nothing is escaped by a name. */
import { eq } from 'drizzle-orm';
import { temporaryRateOf } from '../accounts/queries.ts';
import { isSuspensionOver } from '../accounts/suspension.ts';
import type { GatewayContext } from '../context.ts';
import type { Tables, Tx } from '../db/database.ts';
import { DEFAULT_PLAN } from '../db/seed.ts';
import { limitOf } from '../ledger/standing.ts';

export type UserRow = Tables['users']['$inferSelect'];
type Change = Partial<Tables['users']['$inferInsert']>;

/** Nothing is scaled where limits are compared as they were set. */
const UNSCALED = 1_000_000;

/**
 * The columns that `into` takes over of `from`: a block or a longer suspension, a lower limit of its own, fewer requests
 * a minute; and a plan or a department that was chosen, where `into` has none but the default.
 */
export async function carriedOver(
  context: GatewayContext,
  tx: Tx,
  { from, into }: { from: UserRow; into: UserRow },
): Promise<Change> {
  const now = context.clock.now();
  const planId = into.planId === DEFAULT_PLAN ? from.planId : into.planId;
  return {
    ...(severity(from, now) > severity(into, now) ? statusOf(from) : {}),
    ...(planId === into.planId ? {} : { planId }),
    ...(into.departmentId === null && from.departmentId !== null ? { departmentId: from.departmentId } : {}),
    ...(await lowerLimit(context, tx, from, { ...into, planId })),
    ...(rateOf(from, now) < rateOf(into, now) ? rateColumnsOf(from) : {}),
  };
}

/** Of two suspensions the one that lasts longer. Who waits for approval is not punished, and passes nothing on. */
function severity(user: UserRow, now: number): number {
  if (user.status === 'blocked') return Number.POSITIVE_INFINITY;
  if (user.status !== 'suspended' || isSuspensionOver(user, now)) return 0;
  return user.suspendedUntil ?? Number.MAX_SAFE_INTEGER;
}

function statusOf({ status, statusReason, suspendedUntil, statusAlertId }: UserRow): Change {
  return { status, statusReason, suspendedUntil, statusAlertId };
}

async function lowerLimit(context: GatewayContext, tx: Tx, from: UserRow, into: UserRow): Promise<Change> {
  if (from.limitMode !== 'tokens') return {};
  const { plans } = tx.tables;
  const [plan] = await tx.select().from(plans).where(eq(plans.id, into.planId));
  const { defaultMonthlyLimit } = context.settings.current();
  const figures = {
    ...into,
    planLimitMode: plan?.limitMode ?? 'inherit',
    planMonthlyLimit: plan?.monthlyLimit ?? null,
  } as const;
  const limit = limitOf(figures, { defaultMonthlyLimit, blockThreshold: UNSCALED });
  const { limitMode, monthlyLimit } = from;
  return limit === null || (monthlyLimit ?? 0) < limit ? { limitMode, monthlyLimit } : {};
}

function rateOf(user: UserRow, now: number): number {
  return temporaryRateOf(user, now)?.perMinute ?? Number.POSITIVE_INFINITY;
}

function rateColumnsOf({ temporaryRate, temporaryRateUntil, temporaryRateAlertId }: UserRow): Change {
  return { temporaryRate, temporaryRateUntil, temporaryRateAlertId };
}
