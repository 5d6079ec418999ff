/** Which users a filter means, in SQL. */
import { and, eq, gte, inArray, isNull, lt, ne, or, type SQL } from 'drizzle-orm';
import { inBounds, inTimes } from '../api/comparisons.ts';
import { containsFolded } from '../api/paging.ts';
import type { NumberBounds } from '../contract/comparisons.ts';
import type { UsersQuery } from '../contract/users.ts';
import type { Queries } from '../db/database.ts';
import { departmentNamed } from '../departments/department-word.ts';
import type { Calendar } from '../ledger/periods.ts';
import type { LimitPolicy } from '../ledger/standing.ts';
import { instantsOf } from '../reports/days.ts';
import { figureExpressions, inLevels } from './figures.ts';
import { statusNow } from './status-now.ts';

/** Filters of the list and of bulk actions. */
export type UserFilter = Partial<Omit<UsersQuery, 'limit' | 'cursor' | 'sort'>>;

/** The share is reckoned in millionths, its filter in tenths of a percent. */
const MILLIONTHS = 1_000;

/**
 * Condition over `users`, joined with their plan, left-joined with the period's `user_periods`. Deleted users are left out
 * unless the filter names their status.
 */
export function userCondition(
  db: Queries,
  calendar: Calendar,
  { now, policy }: { now: number; policy: LimitPolicy },
  filter: UserFilter,
): SQL | undefined {
  const { users } = db.tables;
  const { search, status, kind, plan, department, usageLevel, dateRange, dateField = 'createdAt' } = filter;
  const range = instantsOf(calendar, dateRange ?? {});
  const figures = figureExpressions(db.tables, policy);
  return and(
    status && status.length > 0 ? inArray(statusNow(db, now), status) : ne(users.status, 'deleted'),
    search ? or(containsFolded(users.searchText, search), eq(users.id, search)) : undefined,
    kind && kind.length > 0 ? inArray(users.kind, kind) : undefined,
    plan && plan.length > 0 ? inArray(users.planId, plan) : undefined,
    department && department.length > 0 ? inDepartments(db, department) : undefined,
    usageLevel && usageLevel.length > 0 ? inLevels(figures.share, usageLevel) : undefined,
    range.from === null ? undefined : gte(users[dateField], range.from),
    range.before === null ? undefined : lt(users[dateField], range.before),
    inTimes(users.lastSeenAt, filter.lastSeen, calendar, now),
    inTimes(users.createdAt, filter.created, calendar, now),
    inBounds(figures.share, filter.usagePercent, MILLIONTHS),
    inBounds(figures.used, filter.used),
    inBounds(users.credits, filter.credits),
    inBounds(figures.available, filter.available),
    inBounds(
      figures.limit,
      filter.monthlyLimit?.filter((item): item is NumberBounds => item !== 'none'),
    ),
    filter.monthlyLimit?.includes('none') ? isNull(figures.limit) : undefined,
  );
}

function inDepartments({ tables: { users } }: Queries, words: readonly string[]): SQL | undefined {
  const ids = words.map(departmentNamed);
  return or(
    inArray(
      users.departmentId,
      ids.filter((id) => id !== null),
    ),
    ids.includes(null) ? isNull(users.departmentId) : undefined,
  );
}
