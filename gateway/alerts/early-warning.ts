/** Optional: tells users early that at their pace the tokens will not last, with one tip how they may. */
import { and, eq, inArray } from 'drizzle-orm';
import type { GatewayContext } from '../context.ts';
import { newId } from '../db/ids.ts';
import { paceOf } from './pace.ts';
import { type AlertChanges, freedKey, SYSTEM_RESOLVED } from './threshold-alerts.ts';
import type { UserUse } from './use.ts';

/** Raises the early warning where the forecast runs out before the renewal, once a period; resolves it where it does not any more. */
export async function evaluatePace(context: GatewayContext, use: UserUse, mayRearm: boolean): Promise<AlertChanges> {
  const changes: AlertChanges = { raised: [], resolved: [] };
  const { db, clock } = context;
  const { alerts } = db.tables;
  const { userId, period, figures } = use;
  if (figures.limit === null || figures.usedMonthly + figures.usedCredits === 0) return changes;
  const dedupeKey = `early:${userId}:${period}`;
  const [known] = await db.select().from(alerts).where(eq(alerts.dedupeKey, dedupeKey));
  if (known && !mayRearm) return changes;
  const { exhaustionDay, tip } = await paceOf(context, userId, figures);
  const now = clock.now();
  if (known) {
    if (exhaustionDay !== null) return changes;
    const resolution = known.resolvedAt === null ? { resolvedAt: now, resolvedBy: SYSTEM_RESOLVED } : {};
    await db
      .update(alerts)
      .set({ dedupeKey: freedKey(dedupeKey, known.id), ...resolution })
      .where(and(eq(alerts.id, known.id), eq(alerts.dedupeKey, dedupeKey)));
    if (known.resolvedAt === null) changes.resolved.push(known.id);
    return changes;
  }
  if (exhaustionDay === null) return changes;
  await db.tx(async (tx) => {
    // Whoever was warned by the share needs no forecast.
    const warned = await tx.$count(
      alerts,
      and(
        eq(alerts.userId, userId),
        eq(alerts.period, period),
        inArray(alerts.kind, ['warning', 'critical', 'blocked', 'early_warning']),
      ),
    );
    if (warned > 0) return;
    const id = newId('alr', now);
    const details = { exhaustionDay, tip, figures };
    const inserted = await tx
      .insert(alerts)
      .values({ id, kind: 'early_warning', userId, period, dedupeKey, details, createdAt: now })
      .onConflictDoNothing()
      .returning({ id: alerts.id });
    if (inserted.length === 0) return;
    changes.raised.push(id);
    await context.mail.enqueue(tx, {
      kind: 'early_warning',
      to: { userId },
      data: { exhaustionDay, tip, figures },
      dedupeKey: `alert:${id}`,
      expiresAt: figures.periodEndsAt,
    });
  });
  return changes;
}
