/** From evidence to an alert, a step and the mails about both: one transaction, so that all of it happened or nothing. */
import { and, desc, eq, gte, isNotNull, notInArray } from 'drizzle-orm';
import { findUserRow, type UserRow } from '../accounts/queries.ts';
import { isSuspensionOver } from '../accounts/suspension.ts';
import { administrators } from '../alerts/system-trouble.ts';
import { SYSTEM_RESOLVED } from '../alerts/threshold-alerts.ts';
import type { GatewayContext } from '../context.ts';
import { type AnomalyDetails, type AnomalyEvidence, anomalyDetailsSchema } from '../contract/alerts.ts';
import type { Tx } from '../db/database.ts';
import { newId } from '../db/ids.ts';
import { isHigher, levelOf, newEvidence, type Settled } from './findings.ts';
import { stepFor, takeStep } from './steps.ts';

const DAY_MS = 86_400_000;
const SETTLED_DAYS = 30;
const MOST_SETTLED = 50;

/** Kept by the user's one open anomaly; whoever closes it frees the key. */
export function anomalyKey(userId: string): string {
  return `anomaly:${userId}`;
}

/**
 * Raises the user's alert and takes the step of its level, or raises the level of the alert that is open. Does nothing
 * where the same was told of, or called fine, before: so it may be repeated after a crash, and on every gateway.
 *
 * @returns the id of the alert when anything was done
 */
export async function handleFinding(
  context: GatewayContext,
  userId: string,
  evidence: readonly AnomalyEvidence[],
): Promise<string | null> {
  const handled = await context.db.tx(async (tx) => {
    const user = await findUserRow(tx, userId);
    const { alerts } = tx.tables;
    const now = context.clock.now();
    if (!user || !(user.status === 'active' || isSuspensionOver(user, now))) return null;
    const [open] = await tx
      .select()
      .from(alerts)
      .where(eq(alerts.dedupeKey, anomalyKey(userId)));
    const unknown = newEvidence(evidence, await settledOf(tx, userId, now), now);
    const level = levelOf(unknown);
    if (level === null) return null;
    const before = open && anomalyDetailsSchema.safeParse(open.details).data;
    if (before && !isHigher(level, before.level)) return null;
    const step = stepFor(context, level);
    if (step === null) return null;
    const details: AnomalyDetails = { level, evidence: unknown, ...step };
    const id = open?.id ?? newId('alr', now);
    if (open) await tx.update(alerts).set({ details }).where(eq(alerts.id, id));
    else await tx.insert(alerts).values(rowOf(context, id, userId, details));
    await takeStep(context, tx, user, id, step);
    await enqueueMails(context, tx, user, id, details);
    return { alertId: id, step: step.step };
  });
  if (handled === null) return null;
  if (handled.step !== 'watch') await context.events.emit({ kind: 'user_changed', userId });
  await context.events.emit({ kind: 'alert_raised', alertId: handled.alertId });
  return handled.alertId;
}

function rowOf({ clock, calendar }: GatewayContext, id: string, userId: string, details: AnomalyDetails) {
  const now = clock.now();
  const period = calendar().period(now).id;
  return { id, kind: 'anomaly' as const, userId, period, dedupeKey: anomalyKey(userId), details, createdAt: now };
}

/** Earlier anomalies of the user that a person closed. */
async function settledOf(tx: Tx, userId: string, now: number): Promise<Settled[]> {
  const { alerts } = tx.tables;
  const rows = await tx
    .select()
    .from(alerts)
    .where(
      and(
        eq(alerts.userId, userId),
        eq(alerts.kind, 'anomaly'),
        isNotNull(alerts.resolvedAt),
        notInArray(alerts.resolvedBy, [SYSTEM_RESOLVED]),
        gte(alerts.createdAt, now - SETTLED_DAYS * DAY_MS),
      ),
    )
    .orderBy(desc(alerts.createdAt))
    .limit(MOST_SETTLED);
  return rows.flatMap(({ details, resolvedAt, falseAlarmAt }) => {
    const known = anomalyDetailsSchema.safeParse(details).data;
    return known ? [{ evidence: known.evidence, closedAt: resolvedAt ?? now, falseAlarm: falseAlarmAt !== null }] : [];
  });
}

/** To the user once for each level, to administrators where more than watching is called for. */
async function enqueueMails(
  context: GatewayContext,
  tx: Tx,
  user: UserRow,
  alertId: string,
  { level, evidence, step, perMinute, until }: AnomalyDetails,
): Promise<void> {
  const data = { alertId, evidence, step, perMinute, until };
  if (user.kind === 'person') {
    await context.mail.enqueue(tx, {
      kind: 'anomaly',
      to: { userId: user.id },
      data,
      dedupeKey: `anomaly:${alertId}:${level}`,
    });
  }
  if (level === 'low') return;
  const mails = (await administrators(tx)).map((operatorId) => ({
    kind: 'unusual_use' as const,
    to: { operatorId },
    data: { ...data, userId: user.id },
    subjectId: user.id,
    dedupeKey: `anomaly:${alertId}:${level}:${operatorId}`,
  }));
  await context.mail.enqueue(tx, ...mails);
}
