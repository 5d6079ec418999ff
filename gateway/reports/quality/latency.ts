/** How long answers took, by day, from the histograms of the hours. */
import { and, gte, isNotNull, lt } from 'drizzle-orm';
import type { GatewayContext } from '../../context.ts';
import { type HourTimes, uncountedHours } from '../hours.ts';
import { readLiveHour } from '../live-hours.ts';
import { addBuckets } from '../time-buckets.ts';
import type { Interval } from './intervals.ts';

export interface DayTimes {
  readonly day: string;
  readonly firstByte: ReadonlyMap<number, number>;
  readonly duration: ReadonlyMap<number, number>;
}

/** The days of `range` with an answer whose time is known, oldest first; hours that are not counted yet included. */
export async function timesByDay(context: GatewayContext, range: Interval): Promise<DayTimes[]> {
  const { db } = context;
  const { hourlyTotals } = db.tables;
  const calendar = context.calendar();
  const byDay = new Map<string, HourTimes[]>();
  const add = (startsAt: number, { firstByteTimes, durations }: HourTimes) => {
    if (durations.length === 0) return;
    const day = calendar.day(startsAt);
    const hours = byDay.get(day) ?? [];
    hours.push({ firstByteTimes, durations });
    byDay.set(day, hours);
  };
  const counted = await db
    .select({
      startsAt: hourlyTotals.startsAt,
      firstByteTimes: hourlyTotals.firstByteTimes,
      durations: hourlyTotals.durations,
    })
    .from(hourlyTotals)
    .where(
      and(
        gte(hourlyTotals.startsAt, range.from),
        lt(hourlyTotals.startsAt, range.before),
        isNotNull(hourlyTotals.durations),
      ),
    )
    .orderBy(hourlyTotals.startsAt);
  for (const { startsAt, firstByteTimes, durations } of counted) {
    add(startsAt, { firstByteTimes: firstByteTimes ?? [], durations: durations ?? [] });
  }
  for (const hour of await uncountedHours(context, range.from)) {
    if (hour.startsAt < range.before) add(hour.startsAt, (await readLiveHour(context, hour)).times);
  }
  return [...byDay].map(([day, hours]) => ({
    day,
    firstByte: addBuckets(hours.map(({ firstByteTimes }) => firstByteTimes)),
    duration: addBuckets(hours.map(({ durations }) => durations)),
  }));
}
