/** Optional: tells users early that at their pace the tokens will not last, with one tip how they may. */
import { and, eq, inArray, isNull, notLike } from 'drizzle-orm';
import type { GatewayContext } from '../context.ts';
import type { Tx } from '../db/database.ts';
import { newId } from '../db/ids.ts';
import { type Pace, paceOf } from './pace.ts';
import { type AlertChanges, freedKey, letGoOfMails, mailKey, SUPERSEDED, SYSTEM_RESOLVED } from './threshold-alerts.ts';
import { type UserUse, wasGivenMore } from './use.ts';

/** Raises the early warning where the forecast runs out before the renewal, once a period; resolves it where it does not any more. */
export async function evaluatePace(context: GatewayContext, use: UserUse, mayRearm: boolean): Promise<AlertChanges> {
  const changes: AlertChanges = { raised: [], resolved: [] };
  const { db } = context;
  const { alerts } = db.tables;
  const { userId, figures } = use;
  const [known] = await db
    .select()
    .from(alerts)
    .where(eq(alerts.dedupeKey, keyOf(use)));
  if (known && !mayRearm) return changes;
  const isUsing = figures.limit !== null && figures.usedMonthly + figures.usedCredits > 0;
  const pace = isUsing ? await paceOf(context, userId, figures) : null;
  const lasts = pace === null || pace.exhaustionDay === null;
  if (known && lasts) await end(context, known, use, changes);
  if (!known && !lasts) await raise(context, use, pace, changes);
  return changes;
}

function keyOf({ userId, period }: UserUse): string {
  return `early:${userId}:${period}`;
}

/** Resolves it; told of again in this period only where somebody gave more, and not where the pace goes up and down. */
async function end(
  { db, clock }: GatewayContext,
  known: { id: string; resolvedAt: number | null; details: Readonly<Record<string, unknown>> },
  use: UserUse,
  changes: AlertChanges,
): Promise<void> {
  const { alerts } = db.tables;
  const { id, resolvedAt, details } = known;
  const dedupeKey = keyOf(use);
  await db
    .update(alerts)
    .set({
      dedupeKey: wasGivenMore(details, use.figures) ? freedKey(dedupeKey, id) : dedupeKey,
      ...(resolvedAt === null ? { resolvedAt: clock.now(), resolvedBy: SYSTEM_RESOLVED } : {}),
    })
    .where(and(eq(alerts.id, id), eq(alerts.dedupeKey, dedupeKey)));
  await letGoOfMails(db, [id], clock.now());
  if (resolvedAt === null) changes.resolved.push(id);
}

async function raise(context: GatewayContext, use: UserUse, pace: Pace, changes: AlertChanges): Promise<void> {
  const { db, clock } = context;
  const { alerts } = db.tables;
  const { userId, period, figures } = use;
  const { exhaustionDay, tip } = pace;
  if (exhaustionDay === null) return;
  const now = clock.now();
  await db.tx(async (tx) => {
    // Whoever was warned by the share needs no forecast.
    const warned = await tx.$count(
      alerts,
      and(
        eq(alerts.userId, userId),
        eq(alerts.period, period),
        inArray(alerts.kind, ['warning', 'critical', 'blocked']),
        notLike(alerts.dedupeKey, freedKey('%', '%')),
      ),
    );
    if (warned > 0) return;
    const id = newId('alr', now);
    const details = { exhaustionDay, tip, figures };
    const inserted = await tx
      .insert(alerts)
      .values({ id, kind: 'early_warning', userId, period, dedupeKey: keyOf(use), details, createdAt: now })
      .onConflictDoNothing()
      .returning({ id: alerts.id });
    if (inserted.length === 0) return;
    changes.raised.push(id);
    await context.mail.enqueue(tx, {
      kind: 'early_warning',
      to: { userId },
      data: { exhaustionDay, tip, figures },
      dedupeKey: mailKey(id),
      expiresAt: figures.periodEndsAt,
    });
  });
}

/** An alert by the share takes its place. @returns the ids of those that were open */
export async function supersedeEarlyWarning(tx: Tx, use: UserUse, now: number): Promise<string[]> {
  const { alerts } = tx.tables;
  const rows = await tx
    .update(alerts)
    .set({ resolvedAt: now, resolvedBy: SUPERSEDED })
    .where(and(eq(alerts.dedupeKey, keyOf(use)), isNull(alerts.resolvedAt)))
    .returning({ id: alerts.id });
  const ids = rows.map(({ id }) => id);
  await letGoOfMails(tx, ids, now);
  return ids;
}
