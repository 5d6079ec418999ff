/** The groups of a report and their sums, from the daily roll-ups and their marks. */
import { and, gte, inArray, lte, type SQL, sql } from 'drizzle-orm';
import type { GroupBy, UsageReportQuery } from '../contract/reports.ts';
import type { Queries } from '../db/database.ts';
import { addDays } from './days.ts';
import { composeRange } from './mark-days.ts';
import { FIGURES, figureSums, totalPartsOf } from './mark-parts.ts';
import { added, NOTHING, type RollupTable, type SumRow, sumColumns } from './sums.ts';
import { markDays, type Range } from './user-sums.ts';

export type Group = SumRow & { key: string };

export function isTime(groupBy: GroupBy): boolean {
  return groupBy === 'day' || groupBy === 'month';
}

/** All groups of a report whose groups are few. */
export async function fewGroups(db: Queries, { groupBy, user = [] }: UsageReportQuery, range: Range): Promise<Group[]> {
  if (user.length > 0) return rollupsBy(db, range, groupBy, user);
  return isTime(groupBy) ? rollupsBy(db, range, groupBy, null) : totalsBy(db, range, groupBy);
}

/** Sums of everybody together, read from marks and a few days; without `groupBy` of all groups, under no key. */
export async function totalsBy(db: Queries, range: Range, groupBy: GroupBy | null): Promise<Group[]> {
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
