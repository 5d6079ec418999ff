/** How long answers took, by day, from the histograms of the hours. */
import { and, asc, gte, isNotNull, lt } from 'drizzle-orm';
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

/** A week and a little: a year at once would hold up streams while its histograms are parsed. */
const HOURS_AT_ONCE = 200;

/** The days of `range` with an answer whose time is known, oldest first; hours that are not counted yet included. */
export async function timesByDay(context: GatewayContext, range: Interval): Promise<DayTimes[]> {
  const calendar = context.calendar();
  const byDay = new Map<string, { firstByte: Map<number, number>; duration: Map<number, number> }>();
  const add = (startsAt: number, { firstByteTimes, durations }: HourTimes) => {
    if (durations.length === 0) return;
    const day = calendar.day(startsAt);
    const sums = byDay.get(day) ?? { firstByte: new Map(), duration: new Map() };
    byDay.set(day, sums);
    addBuckets([firstByteTimes], sums.firstByte);
    addBuckets([durations], sums.duration);
  };
  for await (const hours of countedHours(context, range)) {
    for (const { startsAt, firstByteTimes, durations } of hours) {
      add(startsAt, { firstByteTimes: firstByteTimes ?? [], durations: durations ?? [] });
    }
  }
  for (const hour of await uncountedHours(context, range.from)) {
    if (hour.startsAt < range.before) add(hour.startsAt, (await readLiveHour(context, hour)).times);
  }
  return [...byDay].map(([day, sums]) => ({ day, ...sums }));
}

/** The hours of `range` whose times are counted, oldest first, some at a time. */
async function* countedHours({ db }: GatewayContext, { from, before }: Interval) {
  const { startsAt, firstByteTimes, durations } = db.tables.hourlyTotals;
  for (let next = from; ; ) {
    const hours = await db
      .select({ startsAt, firstByteTimes, durations })
      .from(db.tables.hourlyTotals)
      .where(and(gte(startsAt, next), lt(startsAt, before), isNotNull(durations)))
      .orderBy(asc(startsAt))
      .limit(HOURS_AT_ONCE);
    yield hours;
    const last = hours.at(-1);
    if (!last || hours.length < HOURS_AT_ONCE) return;
    next = last.startsAt + 1;
  }
}
