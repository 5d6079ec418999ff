import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createCalendar } from '../../gateway/ledger/periods.ts';
import { addDays, daysFrom } from '../../gateway/reports/days.ts';
import { exhaustionDay, forecastTotal, quantile } from '../../gateway/reports/forecast.ts';

const TODAY = '2026-11-20';
const LAST_DAY = '2026-11-30';

/** The same use on each of the `count` days before today. */
function steady(count: number, use: number): Map<string, number> {
  return new Map(daysFrom(addDays(TODAY, -count), addDays(TODAY, -1)).map((day) => [day, use]));
}

test('with fewer than seven whole days of use there is no forecast', () => {
  assert.equal(forecastTotal({ today: TODAY, lastDay: LAST_DAY, byDay: steady(6, 100) }, 600), null);
  assert.notEqual(forecastTotal({ today: TODAY, lastDay: LAST_DAY, byDay: steady(7, 100) }, 700), null);
});

test('a steady pace is carried on to the last day, today counted once', () => {
  const byDay = steady(28, 100);
  assert.equal(forecastTotal({ today: TODAY, lastDay: LAST_DAY, byDay }, 1_900)?.expected, 1_900 + 11 * 100);
  byDay.set(TODAY, 60);
  assert.equal(forecastTotal({ today: TODAY, lastDay: LAST_DAY, byDay }, 1_960)?.expected, 1_960 + 40 + 10 * 100);
  byDay.set(TODAY, 250);
  assert.equal(forecastTotal({ today: TODAY, lastDay: LAST_DAY, byDay }, 2_150)?.expected, 2_150 + 10 * 100);
});

test('weekends keep their own pace, and one wild day does not move the median', () => {
  const byDay = new Map<string, number>();
  for (const day of daysFrom(addDays(TODAY, -56), addDays(TODAY, -1))) {
    const weekday = new Date(day).getUTCDay();
    byDay.set(day, weekday === 0 || weekday === 6 ? 0 : 100);
  }
  byDay.set('2026-11-04', 1_000_000);
  const forecast = forecastTotal({ today: TODAY, lastDay: LAST_DAY, byDay }, 0);
  // 20 November 2026 is a Friday: seven working days are left.
  assert.equal(forecast?.expected, 700);
  assert.ok(forecast && forecast.low <= forecast.expected && forecast.high >= forecast.expected);
});

test('days before the first use do not count as days without use', () => {
  const forecast = forecastTotal({ today: TODAY, lastDay: LAST_DAY, byDay: steady(10, 50) }, 500);
  assert.equal(forecast?.expected, 500 + 11 * 50);
});

test('the day of exhaustion is the one on which nothing is left, and only within the period', () => {
  const pace = { today: TODAY, lastDay: LAST_DAY, byDay: steady(14, 100) };
  assert.equal(exhaustionDay(pace, 250), '2026-11-22');
  assert.equal(exhaustionDay(pace, 1_100), '2026-11-30');
  assert.equal(exhaustionDay(pace, 1_101), null);
  assert.equal(exhaustionDay(pace, 0), TODAY);
  assert.equal(exhaustionDay({ ...pace, byDay: steady(3, 100) }, 1), null);
});

test('quantiles interpolate', () => {
  assert.equal(quantile([1, 2, 3, 4], 0.5), 3);
  assert.equal(quantile([10], 0.9), 10);
  assert.equal(quantile([0, 10], 0.1), 1);
});

test('a day begins when the zone says, daylight saving time included', () => {
  assert.equal(createCalendar('UTC').dayStart('2026-11-20'), Date.UTC(2026, 10, 20));
  assert.equal(createCalendar('America/Sao_Paulo').dayStart('2026-11-20'), Date.UTC(2026, 10, 20, 3));
  // Havana skips midnight on this day: it begins at one o'clock, which is 05:00 UTC.
  assert.equal(createCalendar('America/Havana').dayStart('2026-03-08'), Date.UTC(2026, 2, 8, 5));
});
