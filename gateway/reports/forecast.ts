/** Pure: what a month will come to, by the medians of its weekdays. */
import { addDays, daysBetween, daysFrom, weekdayOf } from './days.ts';

/** Weeks that are looked back on. */
export const FORECAST_DAYS = 56;
/** Fewer days of use than this are no ground for a forecast. */
const LEAST_DAYS = 7;

export interface Forecast {
  readonly expected: number;
  /** The band between the weekdays' 10 % and 90 % quantiles. */
  readonly low: number;
  readonly high: number;
}

export interface Pace {
  readonly today: string;
  /** The last day of the period. */
  readonly lastDay: string;
  /** Use by day, in whatever unit; days without use may be missing. */
  readonly byDay: ReadonlyMap<string, number>;
}

/**
 * The period's total at its end: what is used so far and the rest of its days, each at the pace of its weekday.
 *
 * @param used of this period, today included
 * @returns null with fewer than 7 whole days since the first use
 */
export function forecastTotal(pace: Pace, used: number): Forecast | null {
  const days = daysAhead(pace);
  if (!days) return null;
  return days.reduce(
    (sum, day) => ({ expected: sum.expected + day.expected, low: sum.low + day.low, high: sum.high + day.high }),
    { expected: used, low: used, high: used },
  );
}

/**
 * The day on which `available` is used up at the expected pace.
 *
 * @returns null when it lasts to the end of the period, or nothing can be said
 */
export function exhaustionDay(pace: Pace, available: number): string | null {
  if (available <= 0) return pace.today;
  let left = available;
  for (const [index, day] of (daysAhead(pace) ?? []).entries()) {
    left -= day.expected;
    if (left <= 0) return addDays(pace.today, index);
  }
  return null;
}

/** What each day from today to the period's last will bring; of today only what is still to come. */
function daysAhead({ today, lastDay, byDay }: Pace): Forecast[] | null {
  const first = firstUse(byDay, addDays(today, -FORECAST_DAYS), today);
  if (first === null || daysBetween(first, today) < LEAST_DAYS) return null;
  const past = daysFrom(first, addDays(today, -1));
  const weekdays = Array.from({ length: 7 }, (_, weekday) => {
    const own = past.filter((day) => weekdayOf(day) === weekday);
    return describe(own.map((day) => byDay.get(day) ?? 0));
  });
  const usedToday = byDay.get(today) ?? 0;
  return daysFrom(today, lastDay).map((day) => {
    const usual = weekdays[weekdayOf(day)] ?? { expected: 0, low: 0, high: 0 };
    return day === today ? lessToday(usual, usedToday) : usual;
  });
}

function firstUse(byDay: ReadonlyMap<string, number>, from: string, before: string): string | null {
  let first: string | null = null;
  for (const [day, used] of byDay) {
    if (used > 0 && day >= from && day < before && (first === null || day < first)) first = day;
  }
  return first;
}

function lessToday(usual: Forecast, used: number): Forecast {
  const rest = (value: number) => Math.max(0, value - used);
  return { expected: rest(usual.expected), low: rest(usual.low), high: rest(usual.high) };
}

function describe(values: readonly number[]): Forecast {
  return { expected: quantile(values, 0.5), low: quantile(values, 0.1), high: quantile(values, 0.9) };
}

/** Quantile with linear interpolation between the two nearest values, rounded to a whole number. */
export function quantile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  const position = (sorted.length - 1) * share;
  const below = sorted[Math.floor(position)] ?? 0;
  const above = sorted[Math.ceil(position)] ?? below;
  return Math.round(below + (above - below) * (position - Math.floor(position)));
}
