/** Where users stand in the running period, as alerts and mails tell it. */
import { and, eq, inArray } from 'drizzle-orm';
import type { GatewayContext } from '../context.ts';
import type { Queries } from '../db/database.ts';
import type { UserStatus } from '../db/json-columns.ts';
import { shareUsed } from '../ledger/sizing.ts';
import { balanceOf, standingOf } from '../ledger/standing.ts';
import type { UseFigures } from '../mail/kinds.ts';
import { ApiError } from '../ops/api-error.ts';
import { thresholdsOf } from './thresholds.ts';

export interface UserUse {
  readonly userId: string;
  readonly status: UserStatus;
  readonly period: string;
  /** In [0, 1]; 0 without a limit. */
  readonly share: number;
  readonly thresholds: readonly number[];
  readonly figures: UseFigures;
}

export type UseContext = Pick<GatewayContext, 'clock' | 'calendar' | 'settings'>;

/** The users by their ids, in no order; those that do not exist are left out. */
export async function findUses(db: Queries, context: UseContext, userIds: readonly string[]): Promise<UserUse[]> {
  if (userIds.length === 0) return [];
  const { users, plans, userPeriods } = db.tables;
  const { defaultMonthlyLimit, blockThreshold, alertThreshold } = context.settings.current();
  const period = context.calendar().period(context.clock.now());
  const rows = await db
    .select({
      id: users.id,
      status: users.status,
      own: users.alertThresholds,
      plan: plans.thresholds,
      limitMode: users.limitMode,
      monthlyLimit: users.monthlyLimit,
      planLimitMode: plans.limitMode,
      planMonthlyLimit: plans.monthlyLimit,
      credits: users.credits,
      heldCredits: users.heldCredits,
      usedMonthly: userPeriods.usedMonthly,
      usedCredits: userPeriods.usedCredits,
      heldMonthly: userPeriods.heldMonthly,
    })
    .from(users)
    .innerJoin(plans, eq(plans.id, users.planId))
    .leftJoin(userPeriods, and(eq(userPeriods.userId, users.id), eq(userPeriods.period, period.id)))
    .where(inArray(users.id, [...userIds]));
  const policy = { defaultMonthlyLimit, blockThreshold };
  return rows.map((row) => {
    const balance = balanceOf(row, policy);
    const thresholds = thresholdsOf({ own: row.own, plan: row.plan, first: alertThreshold });
    return {
      userId: row.id,
      status: row.status,
      period: period.id,
      share: shareUsed(standingOf(row, policy), balance.usedCredits),
      thresholds,
      figures: { ...balance, periodEndsAt: period.endsAt, thresholds },
    };
  });
}

/**
 * The figures of one user for a mail, at this point of a transaction: its marks are the thresholds at which the user is
 * really warned.
 *
 * @throws ApiError 409 when the user is gone
 */
export async function currentFigures(db: Queries, context: UseContext, userId: string): Promise<UseFigures> {
  const [use] = await findUses(db, context, [userId]);
  if (!use) throw new ApiError(409, 'user_deleted', 'This user was deleted. Nothing of them can be changed.');
  return use.figures;
}

/**
 * Whether somebody was given more since an alert was raised: a grant, a limit, a reset. Use takes away only; what is held
 * does not count, or the end of a request would look like a gift.
 *
 * @param details of that alert
 */
export function wasGivenMore(details: Readonly<Record<string, unknown>>, now: UseFigures): boolean {
  const then = details.figures as UseFigures | undefined;
  return then === undefined || givenTo(now) > givenTo(then) || leftTo(now) > leftTo(then);
}

function givenTo({ limit, usedCredits, credits }: UseFigures): number {
  return (limit ?? Number.POSITIVE_INFINITY) + usedCredits + credits;
}

function leftTo({ limit, usedMonthly, credits }: UseFigures): number {
  return Math.max(0, (limit ?? Number.POSITIVE_INFINITY) - usedMonthly) + credits;
}
