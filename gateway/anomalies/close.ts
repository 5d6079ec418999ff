/** How anomalies end: an operator takes the step back or calls it a false alarm, or a day has passed and nothing is restricted. */
import { and, eq, isNull, lt } from 'drizzle-orm';
import type { Changer } from '../accounts/checks.ts';
import { findUserRow } from '../accounts/queries.ts';
import { freedKey, SYSTEM_RESOLVED } from '../alerts/threshold-alerts.ts';
import type { GatewayContext } from '../context.ts';
import type { Tables, Tx } from '../db/database.ts';
import { ApiError } from '../ops/api-error.ts';
import { inForceOf } from './in-force.ts';
import { takeBack } from './steps.ts';

type AlertRow = Tables['alerts']['$inferSelect'];

/** What is still unusual then is told of anew. */
const CLOSES_AFTER_MS = 86_400_000;

/** @throws ApiError 404, or 409 when the alert is of another kind */
async function requireAnomaly(tx: Tx, id: string): Promise<AlertRow> {
  const { alerts } = tx.tables;
  const [row] = await tx.select().from(alerts).where(eq(alerts.id, id));
  if (!row) throw new ApiError(404, 'alert_not_found', 'There is no alert with this id.');
  if (row.kind !== 'anomaly')
    throw new ApiError(409, 'not_an_anomaly', 'Only what was done about unusual use can be taken back.');
  return row;
}

/**
 * Takes back what the alert's step did to the user, and resolves the alert. Asked again, it changes nothing.
 *
 * @throws ApiError 404, 409
 */
export async function revertAnomaly(
  context: GatewayContext,
  tx: Tx,
  id: string,
  by: Changer,
  resolvedBy: string,
): Promise<void> {
  const row = await requireAnomaly(tx, id);
  const user = row.userId === null ? null : await findUserRow(tx, row.userId);
  const lifted = user !== null && user.status !== 'deleted' && (await takeBack(context, tx, user, id, by));
  const resolved = row.resolvedAt === null;
  if (resolved) await close(context, tx, row, resolvedBy);
  if (!lifted && !resolved) return;
  await context.audit.write(tx, {
    actor: by.actor,
    action: 'alert.reverted',
    target: { kind: 'alert', id },
    details: { userId: row.userId, lifted },
  });
}

/**
 * Says that nothing was wrong, and takes the step back; or takes the mark away, which restricts nobody again.
 *
 * @throws ApiError 404, 409
 */
export async function markFalseAlarm(
  context: GatewayContext,
  tx: Tx,
  id: string,
  { falseAlarm, by, resolvedBy }: { falseAlarm: boolean; by: Changer; resolvedBy: string },
): Promise<void> {
  const row = await requireAnomaly(tx, id);
  if ((row.falseAlarmAt !== null) !== falseAlarm) {
    const { alerts } = tx.tables;
    const falseAlarmAt = falseAlarm ? context.clock.now() : null;
    await tx.update(alerts).set({ falseAlarmAt }).where(eq(alerts.id, id));
    await context.audit.write(tx, {
      actor: by.actor,
      action: falseAlarm ? 'alert.marked_false' : 'alert.unmarked_false',
      target: { kind: 'alert', id },
      details: { userId: row.userId },
    });
  }
  if (falseAlarm) await revertAnomaly(context, tx, id, by, resolvedBy);
}

/** Resolves an anomaly, and lets the user's next one be told of. */
async function close({ clock }: GatewayContext, tx: Tx, row: AlertRow, resolvedBy: string): Promise<void> {
  const { alerts } = tx.tables;
  await tx
    .update(alerts)
    .set({ dedupeKey: freedKey(row.dedupeKey, row.id), resolvedAt: clock.now(), resolvedBy })
    .where(eq(alerts.id, row.id));
}

/** Resolves anomalies that are a day old and restrict nobody any more. @returns their ids */
export async function closeOld(context: GatewayContext): Promise<string[]> {
  const { db, clock } = context;
  const { alerts, users } = db.tables;
  const now = clock.now();
  const isOld = and(eq(alerts.kind, 'anomaly'), isNull(alerts.resolvedAt), lt(alerts.createdAt, now - CLOSES_AFTER_MS));
  // Nearly always there is none: no need for the writer.
  if ((await db.$count(alerts, isOld)) === 0) return [];
  return db.tx(async (tx) => {
    const rows = await tx
      .select({ alert: alerts, user: users })
      .from(alerts)
      .leftJoin(users, eq(users.id, alerts.userId))
      .where(isOld);
    const closed: string[] = [];
    for (const { alert, user } of rows) {
      const inForce = user && inForceOf(user, alert.id, now);
      if (inForce?.limit || inForce?.suspend) continue;
      await close(context, tx, alert, SYSTEM_RESOLVED);
      closed.push(alert.id);
    }
    return closed;
  });
}
