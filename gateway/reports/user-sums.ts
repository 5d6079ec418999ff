/** Use by user in any range of days: of marks and a few days, so that a year costs no more than a week. */
import { eq, type SQL, sql } from 'drizzle-orm';
import { pageOf } from '../api/paging.ts';
import type { Queries } from '../db/database.ts';
import type { Days } from './comparison.ts';
import { addDays } from './days.ts';
import { composeRange } from './mark-days.ts';
import { FIGURES, figureSums, type PartFilter, partsOf } from './mark-parts.ts';
import type { SumRow } from './sums.ts';

/** Days, both included, and what of them counts; empty is all. */
export interface Range extends Days {
  readonly models: readonly string[];
  readonly departments: readonly string[];
}

interface RankQuery extends Range {
  readonly limit: number;
  readonly cursor?: string | undefined;
  /** The days to compare with: who used something only in these is listed, too. */
  readonly then: Days | null;
}

/** Below the tokens of any user; what somebody used then is added to it, for who used nothing since. */
export const LEAST_SORT_VALUE = Number.MIN_SAFE_INTEGER;

/**
 * A page of users by charged tokens, most first, then those who used something only `then`. `total` counts the users of all
 * pages.
 */
export async function rankUsers(db: Queries, query: RankQuery) {
  const { models, departments, then, limit, cursor } = query;
  const filter: PartFilter = { models, departments };
  const marks = await markDays(db, models.length > 0);
  const partsIn = ({ from, to }: Days) => {
    const composition = composeRange({ from, before: addDays(to, 1) }, marks);
    return partsOf(db, composition, filter, ['requests', 'chargedTokens']);
  };
  const page = pageOf(
    { limit, cursor, sort: '-tokens' },
    {
      fields: { tokens: sql<number>`tokens`.mapWith(Number) },
      id: sql<string>`who`,
      neverNull: ['tokens'],
      fallback: '-tokens',
    },
  );
  const rows = await db
    .select({ key: sql<string>`who`, people: sql<number>`people`.mapWith(Number), ...page.keys })
    .from(ranking(partsIn(query), then && partsIn(then)))
    .where(page.after)
    .orderBy(...page.orderBy)
    .limit(page.limit);
  return { page, rows, total: rows[0]?.people ?? 0 };
}

function ranking(parts: SQL, then: SQL | null): SQL {
  if (then === null) {
    return sql`(select user_id as who, sum(charged_tokens) as tokens, count(*) over () as people
      from ${parts} group by user_id having sum(requests) > 0) as ranked`;
  }
  const least = sql.raw(String(LEAST_SORT_VALUE));
  return sql`(select user_id as who, count(*) over () as people,
      case when sum(requests) > 0 then sum(charged_tokens) else ${least} + sum(tokens_then) end as tokens
    from (select user_id, requests, charged_tokens, 0 as requests_then, 0 as tokens_then from ${parts}
      union all select user_id, 0, 0, requests, charged_tokens from ${then}) as used
    group by user_id having sum(requests) > 0 or sum(requests_then) > 0) as ranked`;
}

/** The figures of these users in whatever days, by user. */
export async function sumsOfUsers(
  db: Queries,
  { from, to, models, departments }: Range,
  users: readonly string[],
): Promise<Map<string, SumRow>> {
  if (users.length === 0) return new Map();
  const composition = composeRange({ from, before: addDays(to, 1) }, await markDays(db, models.length > 0));
  const rows = await db
    .select({ userId: sql<string>`user_id`, ...figureSums(db) })
    .from(partsOf(db, composition, { models, departments, users }, FIGURES))
    .groupBy(sql`user_id`);
  return new Map(rows.map(({ userId, ...sums }) => [userId, sums]));
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
