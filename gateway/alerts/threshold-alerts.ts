/** Alerts about a share, of a user's tokens or of a shared cap: once a period for each threshold, the higher before the lower. */
import { and, eq, inArray, isNull, like, or, sql } from 'drizzle-orm';
import type { GatewayContext } from '../context.ts';
import type { Queries, Tables, Tx } from '../db/database.ts';
import { newId } from '../db/ids.ts';
import type { NewMail } from '../mail/outbox.ts';
import { letGo } from '../mail/queue.ts';
import { ALL_USED, kindOfThreshold, reachedBy, type UseAlertKind, wholePercent } from './thresholds.ts';

/** What is compared with thresholds. */
export interface Watched {
  /** Whom it is about; null for a shared cap. */
  readonly userId: string | null;
  /** Names it and the period, such as `use:<user>:<period>`: what keys of its alerts begin with. */
  readonly key: string;
  readonly period: string;
  /** In [0, 1]; null without an end: nothing is reached. */
  readonly share: number | null;
  readonly thresholds: readonly number[];
  /** What its alerts say beside threshold and share. */
  readonly details: Readonly<Record<string, unknown>>;
  /** Whether an alert that the share does not reach stays all the same: its cause has not gone. */
  stays?(details: Readonly<Record<string, unknown>>): boolean;
}

export interface Occasion {
  /** A request was refused for want of tokens: *blocked*, whatever the share. */
  readonly refused: boolean;
  /** There may be more left than before: what is no longer reached is resolved, and warned of again when it is. */
  readonly mayRearm: boolean;
}

/** What an evaluation changed, for those who watch. */
export interface AlertChanges {
  readonly raised: string[];
  readonly resolved: string[];
}

/** An alert that was just raised. */
export interface Raised {
  readonly id: string;
  readonly kind: UseAlertKind;
  readonly threshold: number;
  /** Whole percent. */
  readonly share: number;
}

type AlertRow = Tables['alerts']['$inferSelect'];

const KINDS: readonly UseAlertKind[] = ['warning', 'critical', 'blocked'];
/** Who resolved an alert when nobody did: a higher one took its place, or the share went down. */
export const SUPERSEDED = 'superseded';
export const SYSTEM_RESOLVED = 'system';

/** What is reached now, rising. */
export function reachedNow({ share, thresholds }: Watched, { refused }: Pick<Occasion, 'refused'>): number[] {
  const reached = share === null ? [] : reachedBy(share, thresholds);
  return refused && !reached.includes(ALL_USED) ? [...reached, ALL_USED] : reached;
}

export function thresholdKey({ key }: Watched, threshold: number): string {
  return `${key}:${threshold}`;
}

/** All alerts about it in its period, resolved ones included. */
export function ofWatched({ alerts }: Tables, { userId, key, period }: Watched) {
  return and(
    userId === null ? isNull(alerts.userId) : eq(alerts.userId, userId),
    eq(alerts.period, period),
    inArray(alerts.kind, [...KINDS]),
    like(alerts.dedupeKey, `${key}:%`),
  );
}

/**
 * Resolves and raises what follows from the share, inside the caller's transaction.
 *
 * @param mailsOf what is written of an alert that is raised
 */
export async function compareWithThresholds(
  context: Pick<GatewayContext, 'clock' | 'mail'>,
  tx: Tx,
  watched: Watched,
  occasion: Occasion,
  changes: AlertChanges,
  mailsOf: (alert: Raised) => readonly NewMail[] | Promise<readonly NewMail[]>,
): Promise<void> {
  if (occasion.mayRearm) await rearm(context, tx, watched, changes);
  const reached = reachedNow(watched, occasion);
  if (reached.length === 0) return;
  const alert = await raise(context, tx, watched, reached, occasion, changes);
  if (alert) await context.mail.enqueue(tx, ...(await mailsOf(alert)));
}

/** Resolves what the share no longer reaches, and frees its key. */
async function rearm(
  { clock }: Pick<GatewayContext, 'clock'>,
  tx: Tx,
  watched: Watched,
  changes: AlertChanges,
): Promise<void> {
  const reached = reachedNow(watched, { refused: false });
  const current = await currentAlerts(tx, watched);
  // What lies below an alert that stays was spent along with it.
  const kept = current.filter(({ row }) => watched.stays?.(row.details)).map(({ threshold }) => threshold);
  const staysUpTo = Math.max(0, ...kept);
  const over = current.filter(({ threshold }) => !reached.includes(threshold) && threshold > staysUpTo);
  for (const { row } of over) await freeAlert(tx, row, clock.now(), changes);
}

/** What was told of in this period and is not over, resolved or not. */
async function currentAlerts(tx: Tx, watched: Watched): Promise<{ row: AlertRow; threshold: number }[]> {
  const rows = await tx.select().from(tx.tables.alerts).where(ofWatched(tx.tables, watched));
  return rows
    .filter(({ dedupeKey }) => !dedupeKey.includes('#'))
    .map((row) => ({ row, threshold: Number(row.details.threshold) }));
}

/** The key of an alert that is over, so that the next one of its sort may have the plain one. */
export function freedKey(dedupeKey: string, id: string): string {
  return `${dedupeKey}#${id}`;
}

/** Resolves an alert whose cause has gone, and frees its key for the next time. */
export async function freeAlert(tx: Tx, row: AlertRow, now: number, changes: AlertChanges): Promise<void> {
  const { alerts } = tx.tables;
  await tx
    .update(alerts)
    .set({
      dedupeKey: freedKey(row.dedupeKey, row.id),
      ...(row.resolvedAt === null ? { resolvedAt: now, resolvedBy: SYSTEM_RESOLVED } : {}),
    })
    .where(eq(alerts.id, row.id));
  if (row.resolvedAt === null) changes.resolved.push(row.id);
  await letGoOfMails(tx, [row.id], now);
}

/** A warning that still waits for the network says what is not true any more. */
export async function letGoOfMails(db: Queries, alertIds: readonly string[], now: number): Promise<void> {
  const { outbox } = db.tables;
  for (const id of alertIds) {
    const isAbout = or(eq(outbox.dedupeKey, mailKey(id)), like(outbox.dedupeKey, mailKey(id, '%')));
    await letGo(db, isAbout, 'What it tells had changed before it could be sent.', now);
  }
}

/** Key of the mail about an alert. @param operatorId whom it goes to where it goes to several */
export function mailKey(alertId: string, operatorId?: string): string {
  return operatorId === undefined ? `alert:${alertId}` : `alert:${alertId}:${operatorId}`;
}

/** Raises the highest that is reached, unless it was; what lies below is spent along with it. */
async function raise(
  { clock }: Pick<GatewayContext, 'clock'>,
  tx: Tx,
  watched: Watched,
  reached: readonly number[],
  { refused }: Occasion,
  changes: AlertChanges,
): Promise<Raised | null> {
  const { alerts } = tx.tables;
  const now = clock.now();
  const { userId, period, thresholds, details } = watched;
  const top = reached.at(-1) ?? ALL_USED;
  // A refusal was told of at a lower share: that nearly all is used is no news any more.
  if ((await currentAlerts(tx, watched)).some(({ threshold }) => threshold > top)) return null;
  const share = wholePercent(watched.share ?? 0);
  const rowOf = (threshold: number, isTop: boolean) => ({
    id: newId('alr', now),
    kind: kindOfThreshold(threshold, thresholds),
    userId,
    period,
    dedupeKey: thresholdKey(watched, threshold),
    details: { threshold, share, ...details, ...(isTop && refused ? { refused: true } : {}) },
    createdAt: now,
    ...(isTop ? {} : { resolvedAt: now, resolvedBy: SUPERSEDED }),
  });
  const alert = rowOf(top, true);
  const inserted = await tx.insert(alerts).values(alert).onConflictDoNothing().returning({ id: alerts.id });
  if (inserted.length === 0) return null;
  const lower = thresholds.filter((threshold) => threshold < top);
  for (const threshold of lower) await tx.insert(alerts).values(rowOf(threshold, false)).onConflictDoNothing();
  const superseded = await tx
    .update(alerts)
    .set({ resolvedAt: now, resolvedBy: SUPERSEDED })
    .where(and(ofWatched(tx.tables, watched), isNull(alerts.resolvedAt), sql`${alerts.id} <> ${alert.id}`))
    .returning({ id: alerts.id });
  changes.raised.push(alert.id);
  const ids = superseded.map(({ id }) => id);
  changes.resolved.push(...ids);
  await letGoOfMails(tx, ids, now);
  return { id: alert.id, kind: alert.kind, threshold: top, share };
}
