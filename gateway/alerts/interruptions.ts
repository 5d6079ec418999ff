/** What is told of requests that the gateway cut: to operators what they may have cost, to each user that they were not charged. */
import { and, eq, gte } from 'drizzle-orm';
import type { GatewayContext } from '../context.ts';
import { firstIdAt } from '../db/ids.ts';
import type { InterruptedHold } from '../ledger/port.ts';
import { raiseTrouble } from './system-trouble.ts';
import { currentFigures } from './use.ts';

/** Cut longer ago, nobody wants to hear of it any more. */
const TOLD_WITHIN_MS = 86_400_000;
/** As many as an alert lists; all are among the usage records, with outcome `interrupted`. */
const LISTED = 100;

/** Tells administrators of requests whose gateway ended without notice. */
export async function reportInterrupted(context: GatewayContext, holds: readonly InterruptedHold[]): Promise<void> {
  const [first] = holds;
  if (!first) return;
  const reservedTokens = holds.reduce((sum, hold) => sum + hold.reservedTokens, 0);
  const costMicroUsd = holds.reduce((sum, hold) => sum + hold.costMicroUsd, 0);
  const requests = holds.length;
  await raiseTrouble(context, {
    check: 'interrupted',
    subject: first.usageId,
    detail: `requests: ${requests} · tokens: ≤ ${reservedTokens} · USD: ≤ ${(costMicroUsd / 1e6).toFixed(2)}`,
    cut: { requests, tokens: reservedTokens, costMicroUsd },
    found: { requests, reservedTokens, costMicroUsd, ids: holds.slice(0, LISTED).map(({ usageId }) => usageId) },
  });
}

/**
 * Writes to every user whose answers the gateway cut of late, once for each recovery: nothing of them was charged. Cut by
 * a crash and cut by a stop that would not wait longer are the same to them.
 */
export async function tellInterrupted(context: GatewayContext): Promise<void> {
  const { db, clock, mail } = context;
  const { usageRecords: records } = db.tables;
  const since = firstIdAt('req', clock.now() - TOLD_WITHIN_MS);
  const rows = await db
    .select({ id: records.id, userId: records.userId, at: records.settledAt, createdAt: records.createdAt })
    .from(records)
    .where(and(eq(records.trouble, 'interrupted'), gte(records.id, since)))
    .orderBy(records.id);
  for (const [userId, own] of Map.groupBy(rows, (row) => row.userId)) {
    await db.tx(async (tx) => {
      const { outbox, users } = tx.tables;
      const [user] = await tx.select({ status: users.status }).from(users).where(eq(users.id, userId));
      if (!user || user.status === 'deleted') return;
      // What an earlier mail told of is not told again.
      const told = await tx
        .select({ createdAt: outbox.createdAt })
        .from(outbox)
        .where(and(eq(outbox.userId, userId), eq(outbox.kind, 'interruption')));
      const lastTold = Math.max(0, ...told.map(({ createdAt }) => createdAt));
      const fresh = own.filter((row) => (row.at ?? row.createdAt) > lastTold);
      const last = fresh.at(-1);
      if (!last) return;
      await mail.enqueue(tx, {
        kind: 'interruption',
        to: { userId },
        data: {
          requests: fresh.length,
          at: last.at ?? last.createdAt,
          figures: await currentFigures(tx, context, userId),
        },
        dedupeKey: `interruption:${last.id}`,
      });
    });
  }
}
