/** Filters that compare, in SQL. */
import { and, type Column, isNull, type SQL, sql } from 'drizzle-orm';
import type { NumberBounds, TimeBounds } from '../contract/comparisons.ts';
import type { Calendar } from '../ledger/periods.ts';
import { addDays, instantsOf } from '../reports/days.ts';

/** Condition that a number lies in all of the bounds. @param unit how much of the number one step of the bounds is */
export function inBounds(
  value: Column | SQL<unknown>,
  bounds: readonly NumberBounds[] | undefined,
  unit = 1,
): SQL | undefined {
  return and(...(bounds ?? []).map(({ from, before }) => between(value, times(from, unit), times(before, unit))));
}

/** Condition that an instant lies in all of the bounds; days are the calendar's. What never was matches `never` alone. */
export function inTimes(
  instant: Column,
  bounds: readonly (TimeBounds | 'never')[] | undefined,
  calendar: Calendar,
  now: number,
): SQL | undefined {
  return and(...(bounds ?? []).map((bound) => inTime(instant, bound, calendar, now)));
}

function inTime(instant: Column, bound: TimeBounds | 'never', calendar: Calendar, now: number): SQL | undefined {
  if (bound === 'never') return isNull(instant);
  switch (bound.kind) {
    case 'days': {
      const { from, before } = instantsOf(calendar, bound);
      return between(instant, from, before);
    }
    case 'beyond':
      return bound.side === 'after'
        ? between(instant, calendar.dayStart(addDays(bound.day, 1)), null)
        : between(instant, null, calendar.dayStart(bound.day));
    case 'ago': {
      const edge = now - bound.milliseconds;
      if (bound.order === '>') return between(instant, null, edge);
      if (bound.order === '>=') return between(instant, null, edge + 1);
      return between(instant, bound.order === '<' ? edge + 1 : edge, null);
    }
  }
}

function between(value: Column | SQL<unknown>, from: number | null, before: number | null): SQL | undefined {
  return and(
    from === null ? undefined : sql`${value} >= ${from}`,
    before === null ? undefined : sql`${value} < ${before}`,
  );
}

function times(value: number | null, unit: number): number | null {
  return value === null ? null : value * unit;
}
