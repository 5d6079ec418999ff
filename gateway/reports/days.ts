/** Pure: days and months as they are named (`YYYY-MM-DD`, `YYYY-MM`), and when they begin in a calendar. */
import type { Calendar } from '../ledger/periods.ts';

const DAY_MS = 86_400_000;

/** The day `count` days after `day`; negative for before. */
export function addDays(day: string, count: number): string {
  return new Date(Date.parse(day) + count * DAY_MS).toISOString().slice(0, 10);
}

/** How many days `to` is after `from`. */
export function daysBetween(from: string, to: string): number {
  return Math.round((Date.parse(to) - Date.parse(from)) / DAY_MS);
}

/** 0 is Sunday. */
export function weekdayOf(day: string): number {
  return new Date(day).getUTCDay();
}

/** All days from `from` to `to`, both included. */
export function daysFrom(from: string, to: string): string[] {
  const count = daysBetween(from, to) + 1;
  return Array.from({ length: Math.max(0, count) }, (_, index) => addDays(from, index));
}

/** The instants from the first of `from` up to, but without, the first after `to`; null where a side is open. */
export function instantsOf(
  calendar: Calendar,
  range: { from?: string | null; to?: string | null },
): { from: number | null; before: number | null } {
  return {
    from: range.from ? calendar.dayStart(range.from) : null,
    before: range.to ? calendar.dayStart(addDays(range.to, 1)) : null,
  };
}

/** The last instant of a day. */
export function lastInstantOf(calendar: Calendar, day: string): number {
  return calendar.dayStart(addDays(day, 1)) - 1;
}
