/** Pure: which days a report is compared with, and which of its lines with which of then. */
import type { CompareWith, GroupBy } from '../contract/reports.ts';
import { addDays, daysBetween } from './days.ts';

/** Days, both included. */
export interface Days {
  readonly from: string;
  readonly to: string;
}

export type Comparable = Exclude<CompareWith, 'none'>;

export interface Compared extends Days {
  readonly compare: Comparable;
}

/** What of the report has come: up to today, if it is not over yet. */
export function daysSoFar(report: Days, today: string): Days & { isOpen: boolean } {
  const isOpen = report.to >= today && report.from <= today;
  return { from: report.from, to: isOpen ? today : report.to, isOpen };
}

/**
 * The days before, or those of a year ago. Months, quarters and years are compared with whole ones, however long these
 * are; one that is not over, with as many days as have come.
 */
export function comparedDays(report: Days, compare: Exclude<Comparable, 'days'>, today: string): Days {
  const { from, to, isOpen } = daysSoFar(report, today);
  if (compare === 'year') {
    // Single days and weeks that end with a month are none, and stay as long as they are.
    const isWhole = !isOpen && isMonthEnd(to) && from.endsWith('-01');
    return { from: yearBefore(from), to: isWhole ? monthEnd(`${yearBefore(to).slice(0, 7)}-01`) : yearBefore(to) };
  }
  const length = daysBetween(from, to);
  const months = monthsOf(report, isOpen && report.to === today);
  if (months === null) return { from: addDays(from, -length - 1), to: addDays(from, -1) };
  const start = addMonths(from, -months);
  const last = addDays(from, -1);
  const asMany = addDays(start, length);
  return { from: start, to: isOpen && asMany < last ? asMany : last };
}

/** The line of then that a line of the report is compared with; null where that has none. */
export function lineBefore(groupBy: GroupBy, key: string, report: Days, then: Compared): string | null {
  if (groupBy === 'day') {
    const day = then.compare === 'year' ? sameDayYearBefore(key) : addDays(then.from, daysBetween(report.from, key));
    return day !== null && day >= then.from && day <= then.to ? day : null;
  }
  if (groupBy === 'month') {
    const month = addMonths(`${key}-01`, -monthsApart(report, then)).slice(0, 7);
    return month >= then.from.slice(0, 7) && month <= then.to.slice(0, 7) ? month : null;
  }
  return key;
}

/** The line of the report that a line of then is compared with; null where the report, as far as it has come, has none. */
export function lineNow(groupBy: GroupBy, key: string, report: Days, then: Compared, today: string): string | null {
  const { from, to } = daysSoFar(report, today);
  if (groupBy === 'day') {
    const day = then.compare === 'year' ? sameDayYearAfter(key) : addDays(from, daysBetween(then.from, key));
    return day !== null && day >= from && day <= to ? day : null;
  }
  if (groupBy === 'month') {
    const month = addMonths(`${key}-01`, monthsApart(report, then)).slice(0, 7);
    return month >= from.slice(0, 7) && month <= to.slice(0, 7) ? month : null;
  }
  return key;
}

/** How many calendar months the report is of; null where it is of other days. A month to date counts, a year to date as a year. */
function monthsOf({ from, to }: Days, isToDate: boolean): number | null {
  if (!from.endsWith('-01')) return null;
  const months = monthsBetween(from, to) + 1;
  if (isToDate && months > 1 && from.endsWith('-01-01') && months <= 12) return 12;
  return isToDate || isMonthEnd(to) ? months : null;
}

/** By how many months a month of the report is after the one that it is compared with. */
function monthsApart(report: Days, then: Compared): number {
  return then.compare === 'year' ? 12 : monthsBetween(then.from, report.from);
}

function monthsBetween(from: string, to: string): number {
  return 12 * (Number(to.slice(0, 4)) - Number(from.slice(0, 4))) + Number(to.slice(5, 7)) - Number(from.slice(5, 7));
}

/** Of the first day of a month. */
function addMonths(day: string, months: number): string {
  return new Date(Date.UTC(Number(day.slice(0, 4)), Number(day.slice(5, 7)) - 1 + months, 1))
    .toISOString()
    .slice(0, 10);
}

function monthEnd(firstDay: string): string {
  return addDays(addMonths(firstDay, 1), -1);
}

function isMonthEnd(day: string): boolean {
  return addDays(day, 1).endsWith('-01');
}

function sameDayYearBefore(day: string): string | null {
  return sameDayInYear(day, -1);
}

function sameDayYearAfter(day: string): string | null {
  return sameDayInYear(day, 1);
}

/** 29 February has none. */
function sameDayInYear(day: string, years: number): string | null {
  return day.endsWith('-02-29') ? null : `${String(Number(day.slice(0, 4)) + years).padStart(4, '0')}${day.slice(4)}`;
}

function yearBefore(day: string): string {
  return sameDayYearBefore(day) ?? yearBefore(addDays(day, -1));
}
