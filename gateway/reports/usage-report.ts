/** Use by user, department, model, upstream, day or month, from the daily roll-ups and their marks. */
import { and, gte, inArray, lte, type SQL, sql } from 'drizzle-orm';
import { pageOf } from '../api/paging.ts';
import type { GatewayContext } from '../context.ts';
import type { GroupBy, UsageReport, UsageReportQuery } from '../contract/reports.ts';
import type { Queries } from '../db/database.ts';
import { ApiError } from '../ops/api-error.ts';
import { comparedRange } from './compared-range.ts';
import { daysSoFar, lineBefore } from './comparison.ts';
import { addDays, daysBetween } from './days.ts';
import { composeRange } from './mark-days.ts';
import { FIGURES, figureSums, totalPartsOf } from './mark-parts.ts';
import { added, NOTHING, type RollupTable, type SumRow, sumColumns, toSums } from './sums.ts';
import { markDays, sumsOfUsers, userSums } from './user-sums.ts';

/** Stands for use by members of no department. */
const NO_DEPARTMENT = 'none';

/** @throws ApiError 400 when days end before they begin, or those to compare with are not named */
export async function usageReport(context: GatewayContext, query: UsageReportQuery): Promise<UsageReport> {
  const { db } = context;
  const { groupBy } = query;
  const range = { ...rangeOf(context, query), departments: departmentIds(query.department), models: query.model ?? [] };
  const { page, rows, total, totals } = isOfEverybody(query)
    ? await byUser(db, query, range)
    : await byFewGroups(db, query, range);
  const names = await namesOf(
    db,
    groupBy,
    rows.map((row) => row.key),
  );
  const { from, to } = range;
  const today = context.calendar().day(context.clock.now());
  const then = comparedRange(query, { from, to }, today);
  const before = then && (await sumsThen(db, query, { ...range, ...then }, rows));
  const sumsBefore = (key: string) => {
    const line = then && lineBefore(groupBy, key, { from, to }, then);
    return before === null || line === null ? null : toSums(before.lines.get(line) ?? NOTHING);
  };
  const list = page.finish<(typeof rows)[number], UsageReport['items'][number]>(rows, total, (row) => ({
    key: groupBy === 'department' && row.key === '' ? NO_DEPARTMENT : row.key,
    name: names ? (names.get(row.key) ?? '') : row.key,
    ...toSums(row),
    before: sumsBefore(row.key),
  }));
  const soFar = daysSoFar({ from, to }, today);
  return {
    ...list,
    groupBy,
    from,
    to,
    timeZone: context.calendar().timeZone,
    totals: toSums(totals),
    comparison: then &&
      before && {
        ...then,
        days: daysBetween(then.from, then.to) + 1,
        reportDays: daysBetween(soFar.from, soFar.to) + 1,
        isOpen: soFar.isOpen,
        totals: toSums(before.totals),
      },
  };
}

/** What the lines of the report, and everything together, came to in other days. */
async function sumsThen(db: Queries, query: UsageReportQuery, range: Range, rows: readonly { key: string }[]) {
  if (isOfEverybody(query)) {
    const keys = rows.map(({ key }) => key);
    const [totals = NOTHING] = await totalsBy(db, range, null);
    return { lines: await sumsOfUsers(db, range, keys), totals };
  }
  const groups = await fewGroups(db, query, range);
  return {
    lines: new Map<string, SumRow>(groups.map((group) => [group.key, group])),
    totals: groups.reduce(added, NOTHING),
  };
}

/** Whether the lines are users, and all of them: too many to read. */
function isOfEverybody({ groupBy, user = [] }: UsageReportQuery): boolean {
  return groupBy === 'user' && user.length === 0;
}

/** Days, both included, and what of them counts; empty is all. */
interface Range {
  readonly from: string;
  readonly to: string;
  readonly models: readonly string[];
  readonly departments: readonly string[];
}

/** A page of everybody, whom only the database can sort. */
async function byUser(db: Queries, { limit, cursor }: UsageReportQuery, range: Range) {
  const found = await userSums(db, { ...range, limit, cursor });
  const [totals] = await totalsBy(db, range, null);
  if (!totals) throw new Error('A sum over all rows always has a row');
  return { ...found, totals };
}

/** A page of groups that are so few that all of them are read: their sum is the total. */
async function byFewGroups(db: Queries, query: UsageReportQuery, range: Range) {
  const { groupBy, limit, cursor } = query;
  const isOfTime = isTime(groupBy);
  const page = pageOf(
    { limit, cursor, sort: isOfTime ? 'key' : '-tokens' },
    { fields: { key: sql`key`, tokens: sql`tokens` }, id: sql`key`, fallback: 'key' },
  );
  const groups = await fewGroups(db, query, range);
  const used = groups.filter(({ requests }) => requests > 0);
  const sorted = used
    .map((row) => ({ ...row, sortValue: isOfTime ? row.key : row.chargedTokens, sortId: row.key }))
    .sort((a, b) => compare(a.sortValue, b.sortValue) || compare(a.sortId, b.sortId));
  if (page.descending) sorted.reverse();
  const { last } = page;
  const after = sorted.findIndex(({ sortValue, sortId }) => {
    const order = last ? compare(sortValue, last.value ?? '') || compare(sortId, last.id) : 1;
    return page.descending && last ? order < 0 : order > 0;
  });
  const rows = after < 0 ? [] : sorted.slice(after, after + page.limit);
  return { page, rows, total: used.length, totals: used.reduce(added, NOTHING) };
}

function isTime(groupBy: GroupBy): boolean {
  return groupBy === 'day' || groupBy === 'month';
}

async function fewGroups(db: Queries, { groupBy, user = [] }: UsageReportQuery, range: Range): Promise<Group[]> {
  if (user.length > 0) return rollupsBy(db, range, groupBy, user);
  return isTime(groupBy) ? rollupsBy(db, range, groupBy, null) : totalsBy(db, range, groupBy);
}

function compare(a: string | number, b: string | number): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

type Group = SumRow & { key: string };

/** Sums of everybody together, read from marks and a few days; without `groupBy` of all groups, under no key. */
async function totalsBy(db: Queries, range: Range, groupBy: GroupBy | null): Promise<Group[]> {
  const composition = composeRange({ from: range.from, before: addDays(range.to, 1) }, await markDays(db, false));
  const key = groupBy === null ? sql<string>`''` : sql<string>`${sql.identifier(PART_KEYS[groupBy] ?? '')}`;
  const sums = figureSums(db);
  const query = db.select({ key, ...sums }).from(totalPartsOf(db, composition, range, FIGURES));
  return groupBy === null ? query : query.groupBy(key);
}

const PART_KEYS: Partial<Record<GroupBy, string>> = {
  department: 'department_id',
  model: 'model',
  upstream: 'upstream_id',
};

/** Sums of every day of the range: of some users by whatever key, or of everybody by day or month. */
async function rollupsBy(
  db: Queries,
  range: Range,
  groupBy: GroupBy,
  users: readonly string[] | null,
): Promise<Group[]> {
  const { dailyRollups, dailyTotals } = db.tables;
  const table: RollupTable = users ? dailyRollups : dailyTotals;
  // Days are the order in which the rows lie: months are added up here rather than sorted there.
  const key = keyOf(db, table, groupBy);
  const rows = await db
    .select({ key, ...sumColumns(table) })
    .from(table)
    .where(
      and(
        gte(table.day, range.from),
        lte(table.day, range.to),
        users ? inArray(dailyRollups.userId, [...users]) : undefined,
        range.departments.length > 0 ? inArray(table.departmentId, [...range.departments]) : undefined,
        range.models.length > 0 ? inArray(table.model, [...range.models]) : undefined,
      ),
    )
    .groupBy(key);
  if (groupBy !== 'month') return rows;
  const months = new Map<string, Group>();
  for (const row of rows) {
    const month = row.key.slice(0, 7);
    months.set(month, { ...added(months.get(month) ?? NOTHING, row), key: month });
  }
  return [...months.values()];
}

/** The days that are asked for: this month up to today, unless the query says else. @throws ApiError 400 */
export function rangeOf(
  context: GatewayContext,
  query: Pick<UsageReportQuery, 'from' | 'to'>,
): { from: string; to: string } {
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
    case 'month':
      return sql<string>`${table.day}`;
  }
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
