/** Use by user, department, model, upstream, day or month, beside that of the days that it is compared with. */
import { inArray, sql } from 'drizzle-orm';
import { pageOf } from '../api/paging.ts';
import type { GatewayContext } from '../context.ts';
import type { GroupBy, UsageReport, UsageReportQuery } from '../contract/reports.ts';
import type { Queries } from '../db/database.ts';
import { departmentNamed, wordForDepartment } from '../departments/department-word.ts';
import { ApiError } from '../ops/api-error.ts';
import { comparedRange } from './compared-range.ts';
import { type Compared, daysSoFar, lineBefore, lineNow } from './comparison.ts';
import { daysBetween } from './days.ts';
import { added, NOTHING, type SumRow, toSums } from './sums.ts';
import { fewGroups, isTime, totalsBy } from './usage-groups.ts';
import { LEAST_SORT_VALUE, type Range, rankUsers, sumsOfUsers } from './user-sums.ts';

/** @throws ApiError 400 when days end before they begin, or those to compare with are not named */
export async function usageReport(context: GatewayContext, query: UsageReportQuery): Promise<UsageReport> {
  const { db } = context;
  const { groupBy } = query;
  const { from, to } = rangeOf(context, query);
  const today = context.calendar().day(context.clock.now());
  const then = comparedRange(query, { from, to }, today);
  const scope = { range: { from, to, ...filtersOf(query) }, then, today };
  const isOfEverybody = groupBy === 'user' && (query.user ?? []).length === 0;
  const { page, lines, total, totals, before } = isOfEverybody
    ? await byUser(db, query, scope)
    : await byFewGroups(db, query, scope);
  const names = await namesOf(
    db,
    groupBy,
    lines.map(({ key }) => key),
  );
  const list = page.finish<SortedLine, UsageReport['items'][number]>(lines, total, (line) => ({
    // Use by members of no department is kept under the empty id.
    key: groupBy === 'department' ? wordForDepartment(line.key || null) : line.key,
    name: names ? (names.get(line.key) ?? '') : line.key,
    ...toSums(line.sums),
    before: line.before && toSums(line.before),
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
        unmatched: before.unmatched && toSums(before.unmatched),
      },
  };
}

/** What a report is of. */
interface Scope {
  readonly range: Range;
  /** The days to compare with; null where nothing is compared. */
  readonly then: Compared | null;
  readonly today: string;
}

/** `before`: the same of then; null where nothing is compared, or then has no such day or month. */
interface Line {
  readonly key: string;
  readonly sums: SumRow;
  readonly before: SumRow | null;
}

type SortedLine = Line & { readonly sortValue: unknown; readonly sortId: unknown };

/** A page of everybody, whom only the database can sort. */
async function byUser(db: Queries, { limit, cursor }: UsageReportQuery, { range, then }: Scope) {
  const { page, rows, total } = await rankUsers(db, { ...range, then, limit, cursor });
  const keys = rows.map(({ key }) => key);
  const figuresIn = async (days: Range) => ({
    ofUsers: await sumsOfUsers(db, days, keys),
    totals: (await totalsBy(db, days, null))[0] ?? NOTHING,
  });
  const now = await figuresIn(range);
  const before = then && (await figuresIn({ ...range, ...then }));
  const lines = rows.map(
    (row): SortedLine => ({
      ...row,
      sums: now.ofUsers.get(row.key) ?? NOTHING,
      before: before && (before.ofUsers.get(row.key) ?? NOTHING),
    }),
  );
  return { page, lines, total, totals: now.totals, before: before && { totals: before.totals, unmatched: null } };
}

/** A page of groups that are so few that all of them are read: their sum is the total. */
async function byFewGroups(db: Queries, query: UsageReportQuery, scope: Scope) {
  const { groupBy, limit, cursor } = query;
  const isOfTime = isTime(groupBy);
  const page = pageOf(
    { limit, cursor, sort: isOfTime ? 'key' : '-tokens' },
    {
      fields: { key: sql`key`, tokens: sql`tokens` },
      texts: ['key'],
      neverNull: ['key', 'tokens'],
      id: sql`key`,
      fallback: 'key',
    },
  );
  const { lines: all, totals, before } = await linesOf(db, query, scope);
  const sorted = all
    .map((line) => ({ ...line, sortValue: isOfTime ? line.key : sortValueOf(line), sortId: line.key }))
    .sort((a, b) => compare(a.sortValue, b.sortValue) || compare(a.sortId, b.sortId));
  if (page.descending) sorted.reverse();
  const { last } = page;
  const after = sorted.findIndex(({ sortValue, sortId }) => {
    const order = last ? compare(sortValue, last.value ?? '') || compare(sortId, last.id) : 1;
    return page.descending && last ? order < 0 : order > 0;
  });
  const lines: SortedLine[] = after < 0 ? [] : sorted.slice(after, after + page.limit);
  return { page, lines, total: sorted.length, totals, before };
}

/** A line for each group that was used, now or then: so that the lines of both add up to their totals. */
async function linesOf(db: Queries, query: UsageReportQuery, { range, then, today }: Scope) {
  const { groupBy } = query;
  const usedIn = async (days: Range) => (await fewGroups(db, query, days)).filter(({ requests }) => requests > 0);
  const groups = await usedIn(range);
  const totals = groups.reduce<SumRow>(added, NOTHING);
  const lines = new Map<string, Line>();
  for (const { key, ...sums } of groups) {
    const isCompared = then !== null && lineBefore(groupBy, key, range, then) !== null;
    lines.set(key, { key, sums, before: isCompared ? NOTHING : null });
  }
  if (then === null) return { lines: [...lines.values()], totals, before: null };
  const groupsThen = await usedIn({ ...range, ...then });
  let unmatched: SumRow | null = null;
  for (const { key: keyThen, ...before } of groupsThen) {
    const key = lineNow(groupBy, keyThen, range, then, today);
    if (key === null) unmatched = added(unmatched ?? NOTHING, before);
    else lines.set(key, { key, sums: lines.get(key)?.sums ?? NOTHING, before });
  }
  const before = { totals: groupsThen.reduce<SumRow>(added, NOTHING), unmatched };
  return { lines: [...lines.values()], totals, before };
}

/** Most tokens first; those of then alone behind all others, most tokens of then first. */
function sortValueOf({ sums, before }: Line): number {
  return sums.requests > 0 ? sums.chargedTokens : LEAST_SORT_VALUE + (before?.chargedTokens ?? 0);
}

function compare(a: string | number, b: string | number): number {
  return a < b ? -1 : a > b ? 1 : 0;
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

function filtersOf({ department = [], model = [] }: UsageReportQuery): Pick<Range, 'departments' | 'models'> {
  return { departments: department.map((word) => departmentNamed(word) ?? ''), models: model };
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
