/** Closes last month for a few users at once, and tells them of the new one. */
import { and, eq, gte, inArray, isNull, lt, sql } from 'drizzle-orm';
import { findUses } from '../alerts/use.ts';
import type { GatewayContext } from '../context.ts';
import type { Tx } from '../db/database.ts';
import { newId } from '../db/ids.ts';
import type { Period } from '../ledger/periods.ts';
import type { UseFigures } from '../mail/kinds.ts';
import type { NewMail } from '../mail/outbox.ts';

/** After that nobody wants to hear of a month that has begun. */
const NEWS_MS = 7 * 86_400_000;

export interface Turn {
  readonly now: Period;
  readonly before: Period;
}

/**
 * Renews users inside the caller's transaction. Whoever makes the new period's row closes what came before, so that it
 * happens once, also when requests or other gateways get there first; the mail's key sees to the same for mails.
 */
export async function renewUsers(
  context: GatewayContext,
  tx: Tx,
  turn: Turn,
  userIds: readonly string[],
): Promise<void> {
  const { userPeriods } = tx.tables;
  const opened = await tx
    .insert(userPeriods)
    .values(userIds.map((userId) => ({ userId, period: turn.now.id })))
    .onConflictDoNothing()
    .returning({ userId: userPeriods.userId });
  const isNews = context.clock.now() - turn.now.startsAt < NEWS_MS;
  if (opened.length === 0 && !isNews) return;
  // Once for both: requests wait while the writer is held.
  const uses = new Map((await findUses(tx, context, userIds)).map((use) => [use.userId, use.figures]));
  const ids = opened.map(({ userId }) => userId);
  if (ids.length > 0) await closeEarlier(context, tx, turn, ids, uses);
  if (isNews) await tellOfRenewal(context, tx, turn, userIds, uses);
}

type Uses = ReadonlyMap<string, UseFigures>;

async function closeEarlier(
  context: GatewayContext,
  tx: Tx,
  turn: Turn,
  ids: readonly string[],
  uses: Uses,
): Promise<void> {
  const { userPeriods, ledgerEntries } = tx.tables;
  const at = context.clock.now();
  const isOpen = and(
    inArray(userPeriods.userId, [...ids]),
    lt(userPeriods.period, turn.now.id),
    isNull(userPeriods.closedAt),
  );
  const closed = await tx.update(userPeriods).set({ closedAt: at }).where(isOpen).returning();
  if (closed.length === 0) return;
  await tx.insert(ledgerEntries).values(
    closed.map(({ userId, period, usedMonthly, usedCredits, heldMonthly }) => ({
      id: newId('led', at),
      userId,
      period,
      kind: 'reset' as const,
      usedMonthlyAfter: usedMonthly,
      creditsAfter: uses.get(userId)?.credits ?? 0,
      details: { closing: true, limit: uses.get(userId)?.limit ?? null, usedMonthly, usedCredits, held: heldMonthly },
      createdAt: at,
    })),
  );
}

/** Users who used something last month and want to hear of it. */
async function tellOfRenewal(
  context: GatewayContext,
  tx: Tx,
  { before }: Turn,
  userIds: readonly string[],
  uses: Uses,
): Promise<void> {
  const { userPeriods, users, dailyRollups } = tx.tables;
  const rows = await tx
    .select({ userId: users.id, usedMonthly: userPeriods.usedMonthly, usedCredits: userPeriods.usedCredits })
    .from(userPeriods)
    .innerJoin(users, eq(users.id, userPeriods.userId))
    .where(
      and(
        eq(userPeriods.period, before.id),
        inArray(userPeriods.userId, [...userIds]),
        eq(users.status, 'active'),
        eq(users.alertMails, true),
        sql`${users.email} is not null`,
        sql`${userPeriods.usedMonthly} + ${userPeriods.usedCredits} > 0`,
      ),
    );
  if (rows.length === 0) return;
  const ids = rows.map(({ userId }) => userId);
  const calendar = context.calendar();
  const [from, to] = [calendar.day(before.startsAt), calendar.day(before.endsAt)];
  const counted = await tx
    .select({ userId: dailyRollups.userId, requests: sql<number>`sum(${dailyRollups.requests})`.mapWith(Number) })
    .from(dailyRollups)
    .where(and(inArray(dailyRollups.userId, ids), gte(dailyRollups.day, from), lt(dailyRollups.day, to)))
    .groupBy(dailyRollups.userId);
  const requestsOf = new Map(counted.map((row) => [row.userId, row.requests]));
  const mails: NewMail[] = [];
  for (const { userId, usedMonthly, usedCredits } of rows) {
    const figures = uses.get(userId);
    if (!figures) continue;
    const tokens = usedMonthly + usedCredits;
    const { limit } = figures;
    const share = limit === null ? null : limit === 0 ? 100 : Math.floor((100 * tokens) / limit);
    mails.push({
      kind: 'renewal',
      to: { userId },
      data: { endedPeriod: before.id, tokens, share, requests: requestsOf.get(userId) ?? 0, figures },
      dedupeKey: `renewal:${userId}:${before.id}`,
    });
  }
  await context.mail.enqueue(tx, ...mails);
}
