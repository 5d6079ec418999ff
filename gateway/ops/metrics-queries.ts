import { eq, ne, sql } from 'drizzle-orm';
import type { Database } from '../db/database.ts';
import type { HealthBoard } from '../upstreams/health-board.ts';
import type { UpstreamFigure, UserFigures } from './metrics.ts';

/** Every upstream that is switched on, and whether it is sent requests. */
export async function upstreamFigures(db: Database, board: HealthBoard): Promise<UpstreamFigure[]> {
  const { upstreams } = db.tables;
  const rows = await db.select({ id: upstreams.id }).from(upstreams).where(eq(upstreams.enabled, true));
  return rows.map(({ id }) => ({ id, isServing: board.report(id).state !== 'open' }));
}

/** Figures of users for a scrape, in the given period. */
export async function userFigures(db: Database, period: string): Promise<UserFigures> {
  const { users, userPeriods } = db.tables;
  const counts = await db
    .select({ status: users.status, count: sql<number>`count(*)`.mapWith(Number) })
    .from(users)
    .groupBy(users.status);
  const [used] = await db
    .select({
      tokens: sql<number>`coalesce(sum(${userPeriods.usedMonthly} + ${userPeriods.usedCredits}), 0)`.mapWith(Number),
    })
    .from(userPeriods)
    .innerJoin(users, eq(users.id, userPeriods.userId))
    .where(sql`${eq(userPeriods.period, period)} and ${ne(users.status, 'deleted')}`);
  const byStatus = Object.fromEntries(counts.map(({ status, count }) => [status, count]));
  const people = counts.reduce((sum, { status, count }) => (status === 'deleted' ? sum : sum + count), 0);
  return { byStatus, averageTokens: people === 0 ? 0 : (used?.tokens ?? 0) / people };
}
