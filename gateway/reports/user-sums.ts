/** Use by user in any range of days: of marks and a few days, so that a year costs no more than a week. */
import { eq, sql } from 'drizzle-orm';
import { pageOf } from '../api/paging.ts';
import type { Queries } from '../db/database.ts';
import { addDays } from './days.ts';
import { type Composition, composeRange } from './mark-days.ts';
import { FIGURES, figureSums, type PartFilter, partsOf } from './mark-parts.ts';
import type { SumRow } from './sums.ts';

export interface UserSumsQuery {
  /** Days, both included. */
  readonly from: string;
  readonly to: string;
  readonly models: readonly string[];
  readonly departments: readonly string[];
  readonly limit: number;
  readonly cursor?: string | undefined;
}

export type UserSumRow = SumRow & { key: string; sortValue: unknown; sortId: unknown };

/**
 * A page of users by charged tokens, most first: who they are by the figures that the order needs, then all figures of
 * these few. `total` counts the users of all pages.
 */
export async function userSums(db: Queries, query: UserSumsQuery) {
  const { models, departments } = query;
  const filter: PartFilter = { models, departments };
  const composition = composeRange(
    { from: query.from, before: addDays(query.to, 1) },
    await markDays(db, models.length > 0),
  );
  const page = pageOf(
    { limit: query.limit, cursor: query.cursor, sort: '-tokens' },
    { fields: { tokens: sql<number>`tokens`.mapWith(Number) }, id: sql<string>`who`, fallback: '-tokens' },
  );
  const people = sql`(select user_id as who, sum(charged_tokens) as tokens, count(*) over () as people
    from ${partsOf(db, composition, filter, ['requests', 'chargedTokens'])} group by user_id having sum(requests) > 0) as ranked`;
  const ranked = await db
    .select({ who: sql<string>`who`, people: sql<number>`people`.mapWith(Number), ...page.keys })
    .from(people)
    .where(page.after)
    .orderBy(...page.orderBy)
    .limit(page.limit);
  const figures = await figuresOf(
    db,
    composition,
    filter,
    ranked.map(({ who }) => who),
  );
  const rows = ranked.flatMap(({ who, sortValue, sortId }): UserSumRow[] => {
    const sums = figures.get(who);
    return sums ? [{ key: who, sortValue, sortId, ...sums }] : [];
  });
  return { page, rows, total: ranked[0]?.people ?? 0 };
}

/** The figures of these users in whatever days, by user. */
export async function sumsOfUsers(
  db: Queries,
  query: Omit<UserSumsQuery, 'limit' | 'cursor'>,
  users: readonly string[],
): Promise<Map<string, SumRow>> {
  const { from, to, models, departments } = query;
  const composition = composeRange({ from, before: addDays(to, 1) }, await markDays(db, models.length > 0));
  return figuresOf(db, composition, { models, departments }, users);
}

/** Days on which whole marks stand; `byModel`, whole marks of single models. */
export async function markDays(db: Queries, byModel: boolean): Promise<string[]> {
  const { usageMarkDays } = db.tables;
  const rows = await db
    .select({ day: usageMarkDays.day })
    .from(usageMarkDays)
    .where(byModel ? eq(usageMarkDays.byModel, true) : undefined);
  return rows.map(({ day }) => day);
}

async function figuresOf(
  db: Queries,
  composition: Composition,
  filter: PartFilter,
  users: readonly string[],
): Promise<Map<string, SumRow>> {
  if (users.length === 0) return new Map();
  const rows = await db
    .select({ userId: sql<string>`user_id`, ...figureSums(db) })
    .from(partsOf(db, composition, { ...filter, users }, FIGURES))
    .groupBy(sql`user_id`);
  return new Map(rows.map(({ userId, ...sums }) => [userId, sums]));
}
