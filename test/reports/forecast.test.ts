import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createCalendar } from '../../gateway/ledger/periods.ts';
import { addDays, daysFrom } from '../../gateway/reports/days.ts';
import { courseOf, exhaustionOf, forecastTotal, paceFrom, quantile } from '../../gateway/reports/forecast.ts';

const TODAY = '2026-11-20';
const LAST_DAY = '2026-11-30';

/** The same use on each of the `count` days before today. */
function steady(count: number, use: number): Map<string, number> {
  return new Map(daysFrom(addDays(TODAY, -count), addDays(TODAY, -1)).map((day) => [day, use]));
}

const paceOf = (byDay: ReadonlyMap<string, number>) => paceFrom(byDay, TODAY, LAST_DAY);

test('with fewer than seven whole days of use there is no forecast', () => {
  assert.equal(forecastTotal(paceOf(steady(6, 100)), 600), null);
  assert.notEqual(forecastTotal(paceOf(steady(7, 100)), 700), null);
});

test('a steady pace is carried on to the last day, today counted once', () => {
  const byDay = steady(28, 100);
  assert.equal(forecastTotal(paceOf(byDay), 1_900)?.expected, 1_900 + 11 * 100);
  byDay.set(TODAY, 60);
  assert.equal(forecastTotal(paceOf(byDay), 1_960)?.expected, 1_960 + 40 + 10 * 100);
  byDay.set(TODAY, 250);
  assert.equal(forecastTotal(paceOf(byDay), 2_150)?.expected, 2_150 + 10 * 100);
});

test('weekends keep their own pace, and one wild day does not move the median', () => {
  const byDay = new Map<string, number>();
  for (const day of daysFrom(addDays(TODAY, -56), addDays(TODAY, -1))) {
    const weekday = new Date(day).getUTCDay();
    byDay.set(day, weekday === 0 || weekday === 6 ? 0 : 100);
  }
  byDay.set('2026-11-04', 1_000_000);
  const forecast = forecastTotal(paceOf(byDay), 0);
  // 20 November 2026 is a Friday: seven working days are left.
  assert.equal(forecast?.expected, 700);
  assert.ok(forecast && forecast.low <= forecast.expected && forecast.high >= forecast.expected);
});

test('days before the first use do not count as days without use', () => {
  const forecast = forecastTotal(paceOf(steady(10, 50)), 500);
  assert.equal(forecast?.expected, 500 + 11 * 50);
});

test('the day of exhaustion is the one on which nothing is left, and only within the period', () => {
  const pace = paceOf(steady(14, 100));
  const expected = (available: number) => exhaustionOf(pace, available).expected;
  assert.equal(expected(250), '2026-11-22');
  assert.equal(expected(1_100), '2026-11-30');
  assert.equal(expected(1_101), null);
  assert.equal(expected(0), TODAY);
  const unknown = paceOf(steady(3, 100));
  assert.deepEqual(exhaustionOf(unknown, 1), { expected: null, earliest: null, latest: null });
  assert.equal(exhaustionOf(unknown, 0).expected, TODAY, 'nothing left is no forecast');
});

test('busy days bring the exhaustion forward, calm ones put it off, and the band says how far', () => {
  const byDay = new Map(
    daysFrom(addDays(TODAY, -56), addDays(TODAY, -1)).map((day, index) => [day, 50 + 25 * (Math.floor(index / 7) % 5)]),
  );
  const { expected, earliest, latest } = exhaustionOf(paceOf(byDay), 700);
  assert.ok(earliest !== null && expected !== null, 'it runs out within the month');
  assert.ok(earliest < expected && (latest === null || expected < latest), `${earliest} < ${expected} < ${latest}`);
  assert.equal(exhaustionOf(paceOf(byDay), 60).earliest, TODAY);
});

test('the course of a month ends where the forecast does, with the month before beside it', () => {
  const byDay = steady(50, 100);
  byDay.set(TODAY, 30);
  const course = courseOf(paceOf(byDay), 1_930, byDay);
  assert.equal(course.length, 30);
  const on = (day: string) => course.find((one) => one.day === day);
  assert.deepEqual(on('2026-11-01'), {
    day: '2026-11-01',
    used: 100,
    previous: 100,
    expected: null,
    low: null,
    high: null,
  });
  assert.deepEqual([on(TODAY)?.used, on(TODAY)?.expected, on(TODAY)?.previous], [1_930, 2_000, 2_000]);
  const { expected } = forecastTotal(paceOf(byDay), 1_930) ?? {};
  assert.deepEqual([course.at(-1)?.expected, course.at(-1)?.used], [expected, null]);
  // What a reset or a compensation took away is not in the days: the course still ends at what is used.
  const reset = courseOf(paceOf(byDay), 500, byDay);
  assert.deepEqual([reset[18]?.used, reset[19]?.used, reset[0]?.used], [470, 500, 0]);
  const young = courseOf(paceOf(steady(3, 100)), 300, steady(3, 100));
  assert.deepEqual([young[19]?.used, young[19]?.expected, young.at(-1)?.expected], [300, null, null]);
});

test('a month longer than the one before has days without a counterpart', () => {
  const pace = paceFrom(new Map(), '2026-03-05', '2026-03-31');
  const course = courseOf(pace, 0, new Map([['2026-02-28', 7]]));
  assert.deepEqual([course[27]?.previous, course[28]?.previous], [7, null]);
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
