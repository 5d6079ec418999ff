/** What users choose about their own alerts: mails or none, the language, where the warnings begin. */
import { eq } from 'drizzle-orm';
import type { Actor } from '../audit/audit-writer.ts';
import type { GatewayContext } from '../context.ts';
import type { AlertPreferences, ChangeAlertPreferences } from '../contract/alerts.ts';
import type { Queries, Tx } from '../db/database.ts';
import { ApiError } from '../ops/api-error.ts';
import { thresholdsOf } from './thresholds.ts';

/** Bounds of thresholds that users may choose, in percent: earlier is noise, and 100 comes in any case. */
export const OWN_THRESHOLDS = { min: 50, max: 99, most: 3 };

/** @throws ApiError 404 */
export async function findAlertPreferences(
  db: Queries,
  { settings }: Pick<GatewayContext, 'settings'>,
  userId: string,
): Promise<AlertPreferences> {
  const { users, plans } = db.tables;
  const [row] = await db
    .select({ mails: users.alertMails, locale: users.locale, own: users.alertThresholds, plan: plans.thresholds })
    .from(users)
    .innerJoin(plans, eq(plans.id, users.planId))
    .where(eq(users.id, userId));
  if (!row) throw new ApiError(404, 'user_not_found', 'There is no user with this id.');
  const first = settings.current().alertThreshold;
  return {
    mails: row.mails,
    locale: row.locale === 'en' || row.locale === 'pt-BR' ? row.locale : null,
    thresholds: row.own,
    effectiveThresholds: thresholdsOf({ own: row.own, plan: row.plan, first }),
  };
}

/**
 * Changes what is given, inside the caller's transaction. Tell of `user_changed` when it has ended.
 *
 * @throws ApiError 404, 400 with the field
 */
export async function changeAlertPreferences(
  context: GatewayContext,
  tx: Tx,
  userId: string,
  change: ChangeAlertPreferences,
  actor: Actor,
): Promise<AlertPreferences> {
  const before = await findAlertPreferences(tx, context, userId);
  const { mails = before.mails, locale = before.locale, thresholds = before.thresholds } = change;
  checkThresholds(thresholds);
  const { users } = tx.tables;
  await tx
    .update(users)
    .set({ alertMails: mails, locale, alertThresholds: thresholds, updatedAt: context.clock.now() })
    .where(eq(users.id, userId));
  await context.audit.write(tx, {
    actor,
    action: 'user.alerts_changed',
    target: { kind: 'user', id: userId },
    details: { mails, locale, thresholds },
  });
  return findAlertPreferences(tx, context, userId);
}

function checkThresholds(thresholds: readonly number[] | null): void {
  if (thresholds === null) return;
  const { min, max, most } = OWN_THRESHOLDS;
  const isRising = thresholds.every((value, index) => index === 0 || value > (thresholds[index - 1] ?? 0));
  const fits = thresholds.every((value) => Number.isInteger(value) && value >= min && value <= max);
  if (fits && isRising && thresholds.length >= 1 && thresholds.length <= most) return;
  throw new ApiError(
    400,
    'invalid_thresholds',
    `Choose one to ${most} rising whole numbers from ${min} to ${max}, in percent.`,
    'thresholds',
  );
}
