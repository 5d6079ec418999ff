/** Pure: from a line of a report to the rows that it is the sum of. */
import { type LinkProps, linkOptions } from '@tanstack/react-router';
import type { ActivitySearch } from '../activity/activity-search.ts';
import type { Group, ReportsSearch } from './reports-search.ts';

/** Days, both included, and what of them counts. */
export interface ReportFilters extends Pick<ReportsSearch, 'user' | 'department' | 'model'> {
  readonly from: string;
  readonly to: string;
}

const FAILURES = ['upstream_broke', 'upstream_error', 'interrupted'] as const;

/** The requests of a line, one by one; null where the list of requests cannot be filtered to just these. */
export function requestsBehind(groupBy: Group, key: string, filters: ReportFilters): LinkProps | null {
  const search = searchOf(groupBy, key, filters);
  return search && linkOptions({ to: '/activity', search });
}

/** Those of them that failed upstream. */
export function failuresBehind(groupBy: Group, key: string, filters: ReportFilters): LinkProps | null {
  const search = searchOf(groupBy, key, filters);
  return search && linkOptions({ to: '/activity', search: { ...search, outcome: [...FAILURES] } });
}

/** What a department used, member by member. */
export function membersOf(department: string, { from, to, model }: ReportFilters): LinkProps {
  const search: ReportsSearch = { groupBy: 'user', department: [department], from, to, ...(model && { model }) };
  return linkOptions({ to: '/reports', search });
}

function searchOf(groupBy: Group, key: string, filters: ReportFilters): ActivitySearch | null {
  const { from, to, user = [], department = [], model = [] } = filters;
  if (groupBy === 'department' || department.length > 0) return null;
  const users = groupBy === 'user' ? [key] : user;
  const models = groupBy === 'model' ? [key] : model;
  if (users.length > 1 || models.length > 1) return null;
  const [who] = users;
  const [what] = models;
  return {
    part: 'usage',
    ...(who !== undefined && { user: who }),
    ...(what !== undefined && { model: what }),
    ...(groupBy === 'upstream' && { upstream: key }),
    ...daysOf(groupBy, key, { from, to }),
  };
}

/** A line of time is a part of the report's days. */
function daysOf(groupBy: Group, key: string, { from, to }: { from: string; to: string }) {
  if (groupBy === 'day') return { from: key, to: key };
  if (groupBy !== 'month') return { from, to };
  const [year = 0, month = 1] = key.split('-').map(Number);
  const first = `${key}-01`;
  const last = new Date(Date.UTC(year, month, 0)).toISOString().slice(0, 10);
  return { from: first > from ? first : from, to: last < to ? last : to };
}
