import { useStats } from '../api/stats.ts';
import { rangesOf } from './reports-search.ts';

/** The days that are chosen, this month unless some are, and those that people ask for: by the gateway's calendar. */
export function usePeriod(search: { from?: string; to?: string }) {
  const stats = useStats();
  const today = stats.data?.byDay.at(-1)?.day ?? new Date().toISOString().slice(0, 10);
  const ranges = rangesOf(today);
  const { from = ranges.thisMonth.from, to = ranges.thisMonth.to } = search;
  return { from, to, ranges, zone: stats.data?.timeZone };
}
