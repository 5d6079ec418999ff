/** Alerts about a user's share: raised once a period for each threshold, the higher before the lower, re-armed by grants. */
import { and, eq, inArray, sql } from 'drizzle-orm';
import type { GatewayContext } from '../context.ts';
import type { Tables, Tx } from '../db/database.ts';
import { newId } from '../db/ids.ts';
import type { NewMail } from '../mail/outbox.ts';
import { type Pace, paceOf } from './pace.ts';
import { ALL_USED, kindOfThreshold, reachedBy, type UseAlertKind, wholePercent } from './thresholds.ts';
import { findUses, type UserUse } from './use.ts';

export interface Occasion {
  /** A request was refused for want of tokens: *blocked*, whatever the share. */
  readonly refused: boolean;
  /** The balance may have grown: what is no longer reached is resolved, and warned of again when it is. */
  readonly mayRearm: boolean;
}

/** What an evaluation changed, for those who watch. */
export interface AlertChanges {
  readonly raised: string[];
  readonly resolved: string[];
}

type AlertRow = Tables['alerts']['$inferSelect'];

const KINDS: readonly UseAlertKind[] = ['warning', 'critical', 'blocked'];
/** Who resolved an alert when nobody did: a higher one took its place, or the share went down. */
const SUPERSEDED = 'superseded';
export const SYSTEM_RESOLVED = 'system';

/** Compares a user's share with the thresholds, raises and resolves what follows, and puts the mail into the outbox. */
export async function evaluateUse(context: GatewayContext, use: UserUse, occasion: Occasion): Promise<AlertChanges> {
  const changes: AlertChanges = { raised: [], resolved: [] };
  const reached = use.figures.limit === null ? [] : reachedBy(use.share, use.thresholds);
  if (occasion.refused && !reached.includes(ALL_USED)) reached.push(ALL_USED);
  if (reached.length === 0 && !occasion.mayRearm) return changes;
  const known = await context.db.select().from(context.db.tables.alerts).where(ofUse(context.db.tables, use));
  if (!occasion.mayRearm && known.some((row) => row.dedupeKey === keyOf(use, reached.at(-1) ?? 0))) return changes;
  // Before the transaction: it takes reports, and the writer must not wait for them.
  const pace = reached.length > 0 ? await paceOf(context, use.userId, use.figures) : null;
  await context.db.tx(async (tx) => {
    // Read again in here: nobody changes it meanwhile on SQLite, and elsewhere the key decides.
    const [current] = await findUses(tx, context, [use.userId]);
    if (!current) return;
    const rows = await tx.select().from(tx.tables.alerts).where(ofUse(tx.tables, current));
    if (occasion.mayRearm) await rearm(context, tx, current, rows, changes);
    const top = reached.at(-1);
    if (top !== undefined && pace) await raise(context, tx, current, reached, pace, occasion, changes);
  });
  return changes;
}

function ofUse({ alerts }: Tables, { userId, period }: UserUse) {
  return and(eq(alerts.userId, userId), eq(alerts.period, period), inArray(alerts.kind, [...KINDS]));
}

function keyOf({ userId, period }: UserUse, threshold: number): string {
  return `use:${userId}:${period}:${threshold}`;
}

/** Resolves what the share no longer reaches, and frees its key. */
async function rearm(
  { clock }: GatewayContext,
  tx: Tx,
  use: UserUse,
  rows: readonly AlertRow[],
  changes: AlertChanges,
): Promise<void> {
  const { alerts } = tx.tables;
  const reached = use.figures.limit === null ? [] : reachedBy(use.share, use.thresholds);
  const over = rows.filter(
    ({ dedupeKey, details }) => !dedupeKey.includes('#') && !reached.includes(Number(details.threshold)),
  );
  for (const row of over) {
    await tx
      .update(alerts)
      .set({
        dedupeKey: `${row.dedupeKey}#${row.id}`,
        ...(row.resolvedAt === null ? { resolvedAt: clock.now(), resolvedBy: SYSTEM_RESOLVED } : {}),
      })
      .where(eq(alerts.id, row.id));
    if (row.resolvedAt === null) changes.resolved.push(row.id);
  }
}

/** Raises the highest that is reached, unless it was; what lies below is spent along with it. */
async function raise(
  context: GatewayContext,
  tx: Tx,
  use: UserUse,
  reached: readonly number[],
  pace: Pace,
  { refused }: Occasion,
  changes: AlertChanges,
): Promise<void> {
  const { alerts } = tx.tables;
  const now = context.clock.now();
  const { userId, period, figures } = use;
  const top = reached.at(-1) ?? ALL_USED;
  const share = wholePercent(use.share);
  const rowOf = (threshold: number, isTop: boolean) => ({
    id: newId('alr', now),
    kind: kindOfThreshold(threshold, use.thresholds),
    userId,
    period,
    dedupeKey: keyOf(use, threshold),
    details: { threshold, share, figures, ...(isTop && refused ? { refused: true } : {}) },
    createdAt: now,
    ...(isTop ? {} : { resolvedAt: now, resolvedBy: SUPERSEDED }),
  });
  const alert = rowOf(top, true);
  const inserted = await tx.insert(alerts).values(alert).onConflictDoNothing().returning({ id: alerts.id });
  if (inserted.length === 0) return;
  const lower = use.thresholds.filter((threshold) => threshold < top);
  for (const threshold of lower) await tx.insert(alerts).values(rowOf(threshold, false)).onConflictDoNothing();
  const superseded = await tx
    .update(alerts)
    .set({ resolvedAt: now, resolvedBy: SUPERSEDED })
    .where(and(ofUse(tx.tables, use), sql`${alerts.resolvedAt} is null`, sql`${alerts.id} <> ${alert.id}`))
    .returning({ id: alerts.id });
  changes.raised.push(alert.id);
  changes.resolved.push(...superseded.map(({ id }) => id));
  await context.mail.enqueue(tx, {
    ...mailOf(alert.kind, { percent: top, share, daysLeft: pace.daysLeft, figures }),
    to: { userId },
    dedupeKey: `alert:${alert.id}`,
    expiresAt: figures.periodEndsAt,
  } as NewMail);
}

function mailOf(
  kind: UseAlertKind,
  data: { percent: number; share: number; daysLeft: number | null; figures: UserUse['figures'] },
) {
  return kind === 'blocked' ? { kind, data: { figures: data.figures } } : { kind, data };
}
