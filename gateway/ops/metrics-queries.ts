import { eq, ne, sql } from 'drizzle-orm';
import type { Database } from '../db/database.ts';
import type { UserFigures } from './metrics.ts';

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
