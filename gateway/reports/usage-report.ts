/** Use by user, department, model, upstream, day or month, from the daily roll-ups. */
import { and, gte, inArray, lte, type SQL, sql } from 'drizzle-orm';
import { type Page, pageOf } from '../api/paging.ts';
import type { GatewayContext } from '../context.ts';
import type { GroupBy, UsageReport, UsageReportQuery } from '../contract/reports.ts';
import type { Queries } from '../db/database.ts';
import { ApiError } from '../ops/api-error.ts';
import { type RollupTable, type SumRow, sum, sumColumns, toSums } from './sums.ts';
import { userSums } from './user-sums.ts';

/** Stands for use by members of no department. */
const NO_DEPARTMENT = 'none';

/** @throws ApiError 400 when the range ends before it begins */
export async function usageReport(context: GatewayContext, query: UsageReportQuery): Promise<UsageReport> {
  const { db } = context;
  const { groupBy } = query;
  const { from, to } = rangeOf(context, query);
  const users = query.user !== undefined && query.user.length > 0 ? query.user : null;
  const table: RollupTable = groupBy === 'user' || users ? db.tables.dailyRollups : db.tables.dailyTotals;
  const key = keyOf(db, table, groupBy);
  const matchesIn = (source: RollupTable) =>
    and(
      gte(source.day, from),
      lte(source.day, to),
      users ? inArray(db.tables.dailyRollups.userId, users) : undefined,
      departmentsOf(source, query.department),
      query.model && query.model.length > 0 ? inArray(source.model, query.model) : undefined,
    );
  const { page, rows, total } =
    groupBy === 'user' && !users
      ? await userSums(db, {
          from,
          to,
          models: query.model ?? [],
          departments: departmentIds(query.department),
          limit: query.limit,
          cursor: query.cursor,
        })
      : await groupSums(db, query, table, key, matchesIn(table));
  // The same sums, of far fewer rows, unless single users are asked for.
  const summed = users ? table : db.tables.dailyTotals;
  const [totals] = await db.select(sumColumns(summed)).from(summed).where(matchesIn(summed));
  if (!totals) throw new Error('A sum over all rows always has a row');

  const names = await namesOf(
    db,
    groupBy,
    rows.map((row) => row.key),
  );
  const list = page.finish<(typeof rows)[number], UsageReport['items'][number]>(rows, total, (row) => ({
    key: groupBy === 'department' && row.key === '' ? NO_DEPARTMENT : row.key,
    name: names ? (names.get(row.key) ?? '') : row.key,
    ...toSums(row),
  }));
  return { ...list, groupBy, from, to, timeZone: context.calendar().timeZone, totals: toSums(totals) };
}

/** A page of the groups of a table, and how many there are. */
async function groupSums(
  db: Queries,
  query: UsageReportQuery,
  table: RollupTable,
  key: SQL<string>,
  matches: SQL | undefined,
): Promise<{ page: Page; rows: (SumRow & PageRow)[]; total: number }> {
  const { groupBy, limit, cursor } = query;
  const page = pageOf(
    { limit, cursor, sort: groupBy === 'day' || groupBy === 'month' ? 'key' : '-tokens' },
    { fields: { key, tokens: sum(table.chargedTokens) }, id: key, fallback: 'key' },
  );
  const rows = await db
    .select({ key, ...sumColumns(table), ...page.keys })
    .from(table)
    .where(matches)
    .groupBy(key)
    .having(page.after)
    .orderBy(...page.orderBy)
    .limit(page.limit);
  const [counted] = await db
    .select({ groups: sql<number>`count(distinct ${key})`.mapWith(Number) })
    .from(table)
    .where(matches);
  return { page, rows, total: counted?.groups ?? 0 };
}

interface PageRow {
  key: string;
  sortValue: unknown;
  sortId: unknown;
}

function rangeOf(context: GatewayContext, query: UsageReportQuery): { from: string; to: string } {
  const now = context.clock.now();
  const calendar = context.calendar();
  const to = query.to ?? calendar.day(now);
  const from = query.from ?? calendar.day(calendar.period(calendar.dayStart(to)).startsAt);
  if (from > to) throw new ApiError(400, 'invalid_range', 'The range ends before it begins.', 'to');
  return { from, to };
}

function keyOf(db: Queries, table: RollupTable, groupBy: GroupBy): SQL<string> {
  switch (groupBy) {
    case 'user':
      return sql<string>`${db.tables.dailyRollups.userId}`;
    case 'department':
      return sql<string>`${table.departmentId}`;
    case 'model':
      return sql<string>`${table.model}`;
    case 'upstream':
      return sql<string>`${table.upstreamId}`;
    case 'day':
      return sql<string>`${table.day}`;
    case 'month':
      return sql<string>`substr(${table.day}, 1, 7)`;
  }
}

function departmentsOf(table: RollupTable, departments: readonly string[] = []): SQL | undefined {
  if (departments.length === 0) return undefined;
  return inArray(table.departmentId, departmentIds(departments));
}

function departmentIds(departments: readonly string[] = []): string[] {
  return departments.map((id) => (id === NO_DEPARTMENT ? '' : id));
}

/** Names by id; null where the key is the name. */
async function namesOf(db: Queries, groupBy: GroupBy, keys: string[]): Promise<Map<string, string> | null> {
  const { users, departments, upstreams } = db.tables;
  if (keys.length === 0) return null;
  if (groupBy === 'user') {
    const rows = await db
      .select({ id: users.id, name: users.name, email: users.email })
      .from(users)
      .where(inArray(users.id, keys));
    return new Map(rows.map(({ id, name, email }) => [id, name || (email ?? '')]));
  }
  if (groupBy !== 'department' && groupBy !== 'upstream') return null;
  const table = groupBy === 'department' ? departments : upstreams;
  const rows = await db.select({ id: table.id, name: table.name }).from(table).where(inArray(table.id, keys));
  return new Map(rows.map(({ id, name }) => [id, name]));
}
