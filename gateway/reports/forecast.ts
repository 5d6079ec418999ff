/**
 * Pure: what is to come, by the medians of the weekdays. The one forecast of the gateway: the overview, users' projections,
 * the portal's pace, early warnings and the list of who runs out all say what is said here.
 */
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

/** Usual use by weekday, 0 = Sunday. */
export type Weekdays = readonly Forecast[];

export interface Pace {
  readonly today: string;
  /** The last day of the period. */
  readonly lastDay: string;
  /** Use of today, so far. */
  readonly usedToday: number;
  /** Null with fewer than 7 whole days since the first use. */
  readonly weekdays: Weekdays | null;
}

/** @param byDay use by day, in whatever unit; days without use may be missing */
export function paceFrom(byDay: ReadonlyMap<string, number>, today: string, lastDay: string): Pace {
  return { today, lastDay, usedToday: byDay.get(today) ?? 0, weekdays: usualWeekdays(byDay, today) };
}

/** What each weekday usually takes, by the days before `today`; null with fewer than 7 of them since the first use. */
export function usualWeekdays(byDay: ReadonlyMap<string, number>, today: string): Weekdays | null {
  const first = firstUse(byDay, addDays(today, -FORECAST_DAYS), today);
  if (first === null || daysBetween(first, today) < LEAST_DAYS) return null;
  const past = daysFrom(first, addDays(today, -1));
  return Array.from({ length: 7 }, (_, weekday) => {
    const own = past.filter((day) => weekdayOf(day) === weekday);
    return describe(own.map((day) => byDay.get(day) ?? 0));
  });
}

/**
 * The period's total at its end: what is used so far and the rest of its days, each at the pace of its weekday.
 *
 * @param used of this period, today included
 * @returns null where there is no forecast
 */
export function forecastTotal(pace: Pace, used: number): Forecast | null {
  const days = daysAhead(pace);
  return days?.reduce(plus, { expected: used, low: used, high: used }) ?? null;
}

export interface Exhaustion {
  /** The day on which nothing is left at the usual pace; null when it lasts to the end of the period, or there is no forecast. */
  readonly expected: string | null;
  /** The same on the busiest and on the calmest days of the band. */
  readonly earliest: string | null;
  readonly latest: string | null;
}

/** When `available` is used up. Who has nothing left has run out today, forecast or not. */
export function exhaustionOf(pace: Pace, available: number): Exhaustion {
  const dayOf = (value: (day: Forecast) => number): string | null => {
    if (available <= 0) return pace.today;
    let left = available;
    for (const [index, day] of (daysAhead(pace) ?? []).entries()) {
      left -= value(day);
      if (left <= 0) return addDays(pace.today, index);
    }
    return null;
  };
  return {
    expected: dayOf((day) => day.expected),
    earliest: dayOf((day) => day.high),
    latest: dayOf((day) => day.low),
  };
}

/** A day of a month's course; all but `day` are totals since the month's first day. */
export interface CourseDay extends Record<keyof Forecast, number | null> {
  readonly day: string;
  /** Null for days to come. */
  readonly used: number | null;
  /** On the same day of the month before; null where that had none. */
  readonly previous: number | null;
}

/**
 * A month day by day: what was used, what is to be expected from today on, and the month before beside it.
 *
 * @param used of this period: the course ends there, whatever else than requests has moved it
 * @param byDay use by day, from the first day of the month before
 */
export function courseOf(pace: Pace, used: number, byDay: ReadonlyMap<string, number>): CourseDay[] {
  const { today, lastDay } = pace;
  const firstDay = `${lastDay.slice(0, 8)}01`;
  const before = sumsFrom(daysFrom(`${addDays(firstDay, -1).slice(0, 8)}01`, addDays(firstDay, -1)), byDay);
  const soFar = sumsFrom(daysFrom(firstDay, today), byDay);
  const shift = used - (soFar.at(-1) ?? 0);
  const ahead = daysAhead(pace);
  let sum: Forecast = { expected: used, low: used, high: used };
  return daysFrom(firstDay, lastDay).map((day, index) => {
    const next = day < today ? undefined : ahead?.[daysBetween(today, day)];
    if (next) sum = plus(sum, next);
    const past = soFar[index];
    return {
      day,
      used: past === undefined ? null : Math.max(0, past + shift),
      previous: before[index] ?? null,
      ...(next ? sum : { expected: null, low: null, high: null }),
    };
  });
}

function sumsFrom(days: readonly string[], byDay: ReadonlyMap<string, number>): number[] {
  let sum = 0;
  return days.map((day) => {
    sum += byDay.get(day) ?? 0;
    return sum;
  });
}

/** What each day from today to the period's last will bring; of today only what is still to come. */
function daysAhead({ today, lastDay, usedToday, weekdays }: Pace): Forecast[] | null {
  if (!weekdays) return null;
  return daysFrom(today, lastDay).map((day) => {
    const usual = weekdays[weekdayOf(day)] ?? { expected: 0, low: 0, high: 0 };
    return day === today ? lessToday(usual, usedToday) : usual;
  });
}

function plus(one: Forecast, other: Forecast): Forecast {
  return { expected: one.expected + other.expected, low: one.low + other.low, high: one.high + other.high };
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
