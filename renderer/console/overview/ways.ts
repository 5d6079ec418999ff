/** Pure: from a figure of the overview to the rows that it is the sum of. */
import { type LinkProps, linkOptions } from '@tanstack/react-router';
import type { Stats } from '../../../gateway/contract/reports.ts';
import type { Group } from '../reports/reports-search.ts';
import type { HourFigure, Place } from './hour-grid.ts';

/** Days, both included. */
export interface Days {
  readonly from: string;
  readonly to: string;
}

/** The days that figures of the overview are of, by the gateway's calendar. */
export function daysOf({ period, byDay }: Pick<Stats, 'period' | 'byDay'>): Record<'today' | 'month' | 'last30', Days> {
  const today = byDay.at(-1)?.day ?? `${period}-01`;
  return {
    today: { from: today, to: today },
    month: { from: `${period}-01`, to: today },
    last30: { from: byDay[0]?.day ?? today, to: today },
  };
}

/** The report whose last line is the figure. */
export function reportOf(groupBy: Group, days: Days): LinkProps {
  return linkOptions({ to: '/reports', search: { groupBy, ...days } });
}

/** Requests that reached an upstream, one by one. */
export function requestsOf(days: Days, model?: string): LinkProps {
  return linkOptions({ to: '/activity', search: { part: 'usage', ...(model !== undefined && { model }), ...days } });
}

const FAILURES = ['upstream_broke', 'upstream_error', 'interrupted'] as const;

/** Those of an hour of the week; of them that failed, where failures are shown. */
export function requestsOfHour({ weekday, hour }: Place, { from, to }: Days, figure: HourFigure): LinkProps {
  const outcome = figure === 'errors' ? { outcome: [...FAILURES] } : {};
  return linkOptions({ to: '/activity', search: { part: 'usage', hour: `${weekday}-${hour}`, ...outcome, from, to } });
}

/** Those of them that failed there. */
export function failuresOf(days: Days): LinkProps {
  return linkOptions({
    to: '/activity',
    search: { part: 'usage', outcome: [...FAILURES], ...days },
  });
}

/** Requests that were turned away. */
export function refusalsOf(days: Days): LinkProps {
  return linkOptions({ to: '/activity', search: { part: 'refusals', ...days } });
}

/** The upstreams one by one: how each is set, or for those who may not see that, what went through it. */
export function upstreamsOf(mayEdit: boolean): LinkProps {
  return mayEdit
    ? linkOptions({ to: '/settings', search: { section: 'upstreams' } })
    : linkOptions({ to: '/reports', search: { groupBy: 'upstream' } });
}
