/** What a user sees of themselves. */

import { and, eq } from 'drizzle-orm';
import { outlookOf, temporaryRateOf } from '../accounts/queries.ts';
import { isSuspensionOver } from '../accounts/suspension.ts';
import { ALL_USED, thresholdsOf } from '../alerts/thresholds.ts';
import type { GatewayContext } from '../context.ts';
import type { Me, Preferences } from '../contract/portal.ts';
import { userLocale } from '../contract/user-locale.ts';
import type { Tx } from '../db/database.ts';
import { availableTokens, shareUsed } from '../ledger/sizing.ts';
import { limitOf, standingOf } from '../ledger/standing.ts';
import { canSendMail } from '../mail/transport.ts';
import { ApiError } from '../ops/api-error.ts';
import { userStats } from '../reports/user-stats.ts';

/** @throws ApiError 404 when the user is gone */
export async function showMe(context: GatewayContext, userId: string): Promise<Me> {
  const { db } = context;
  const { users, plans, userPeriods } = db.tables;
  const { now, period, policy } = outlookOf(context);
  const [row] = await db
    .select({ user: users, plan: plans, figures: userPeriods })
    .from(users)
    .innerJoin(plans, eq(plans.id, users.planId))
    .leftJoin(userPeriods, and(eq(userPeriods.userId, users.id), eq(userPeriods.period, period.id)))
    .where(eq(users.id, userId));
  if (!row) throw new ApiError(404, 'user_not_found', 'There is no such user.');
  const { user, plan, figures } = row;
  const account = {
    ...user,
    planLimitMode: plan.limitMode,
    planMonthlyLimit: plan.monthlyLimit,
    usedMonthly: figures?.usedMonthly ?? 0,
    usedCredits: figures?.usedCredits ?? 0,
    heldMonthly: figures?.heldMonthly ?? 0,
  };
  const standing = standingOf(account, policy);
  const limit = limitOf(account, policy);
  const { dailyAverage, monthlyProjection, exhaustionDate, lastActivity } = await userStats(context, userId);
  const isOver = isSuspensionOver(user, now);
  const { currency, pricePerMillion, creditsEmail, alertThreshold, smtp } = context.settings.current();
  return {
    id: user.id,
    email: user.email,
    name: user.name,
    status: isOver ? 'active' : user.status,
    statusReason: isOver ? null : user.statusReason,
    suspendedUntil: isOver ? null : user.suspendedUntil,
    temporaryRate: temporaryRateOf(user, now),
    plan: { id: plan.id, name: plan.name },
    locale: userLocale(user.locale),
    monthlyLimit: limit,
    usedMonthly: account.usedMonthly,
    usedCredits: account.usedCredits,
    heldMonthly: account.heldMonthly,
    heldCredits: user.heldCredits,
    credits: user.credits,
    available: limit === null ? null : availableTokens(standing),
    usagePercent: Math.floor(shareUsed(standing, account.usedCredits) * 1_000) / 10,
    periodStart: period.startsAt,
    nextReset: period.endsAt,
    timeZone: context.calendar().timeZone,
    pace: { dailyAverage, monthlyProjection, exhaustionDate, lastActivity },
    alerts: {
      mail: user.alertMails,
      thresholds: thresholdsOf({ own: user.alertThresholds, plan: plan.thresholds, first: alertThreshold }).filter(
        (percent) => percent < ALL_USED,
      ),
      own: user.alertThresholds !== null,
    },
    price: { perMillion: pricePerMillion, currency },
    answersByMail: user.email !== null && canSendMail(smtp),
    answerHours: plan.answerHours,
    contactEmail: creditsEmail,
  };
}

/** Changes what is given, inside the caller's transaction. */
export async function changePreferences(
  context: GatewayContext,
  tx: Tx,
  userId: string,
  { locale, mailAlerts, thresholds }: Preferences,
): Promise<void> {
  const { users } = tx.tables;
  const values = {
    ...(locale === undefined ? {} : { locale }),
    ...(mailAlerts === undefined ? {} : { alertMails: mailAlerts }),
    ...(thresholds === undefined ? {} : { alertThresholds: thresholds }),
  };
  if (Object.keys(values).length === 0) return;
  await tx
    .update(users)
    .set({ ...values, updatedAt: context.clock.now() })
    .where(eq(users.id, userId));
  await context.audit.write(tx, {
    actor: { kind: 'user', id: userId },
    action: 'user.preferences_changed',
    target: { kind: 'user', id: userId },
    details: values,
  });
}
