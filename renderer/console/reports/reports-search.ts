/** What of a report stands in the address. */
import { dayOf, listOf, oneOf, present } from '../search-params.ts';
import { type ComparisonSearch, comparisonOf } from '../ui/comparison.ts';

export const GROUPS = ['user', 'department', 'model', 'upstream', 'day', 'month'] as const;
export type Group = (typeof GROUPS)[number];

export const PARTS = ['use', 'quality'] as const;
export type Part = (typeof PARTS)[number];

export interface ReportsSearch extends ComparisonSearch {
  part?: Part;
  /** The drawer that is open. */
  open?: 'targets';
  groupBy?: Group;
  from?: string;
  to?: string;
  user?: string[];
  department?: string[];
  model?: string[];
}

export function parseReportsSearch(raw: Record<string, unknown>): ReportsSearch {
  return present<ReportsSearch>({
    ...comparisonOf(raw),
    part: oneOf(raw.part, PARTS),
    open: oneOf(raw.open, ['targets'] as const),
    groupBy: oneOf(raw.groupBy, GROUPS),
    from: dayOf(raw.from),
    to: dayOf(raw.to),
    user: listOf(raw.user),
    department: listOf(raw.department),
    model: listOf(raw.model),
  });
}

export const RANGES = ['thisMonth', 'lastMonth', 'last30', 'thisYear'] as const;
export type RangeName = (typeof RANGES)[number];

/** Ranges that people ask for, as days of the calendar. `today` is `YYYY-MM-DD`. */
export function rangesOf(today: string): Record<RangeName, { from: string; to: string }> {
  const [year = 0, month = 1] = today.split('-').map(Number);
  const day = (at: number) => new Date(at).toISOString().slice(0, 10);
  const DAY_MS = 86_400_000;
  return {
    thisMonth: { from: `${today.slice(0, 7)}-01`, to: today },
    lastMonth: { from: day(Date.UTC(year, month - 2, 1)), to: day(Date.UTC(year, month - 1, 1) - DAY_MS) },
    last30: { from: day(Date.parse(today) - 29 * DAY_MS), to: today },
    thisYear: { from: `${today.slice(0, 4)}-01-01`, to: today },
  };
}
