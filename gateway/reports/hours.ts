/**
 * The team's use by hour: counted behind the requests from usage records, hour by hour, so that no request pays for it.
 * What is younger than the last whole hour is read from the records themselves: see `live-hours.ts`.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { and, asc, desc, eq, gt, gte, isNotNull, isNull, lt, sql } from 'drizzle-orm';
import type { GatewayContext } from '../context.ts';
import { firstIdAt, idTime } from '../db/ids.ts';
import type { TimeBuckets } from '../db/json-columns.ts';
import { addDays, daysFrom, weekdayOf } from './days.ts';
import { bucketOf } from './time-buckets.ts';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
/** Whole weeks, so that each weekday is looked at as often as the others. */
const SHOWN_DAYS = 56;
/** Hours with requests in flight are counted again for so long; what is open then was abandoned. */
const RECOUNTED_MS = DAY_MS;
const PAUSE_MS = 2;
/** So many hours without requests are noted together. */
const MOST_EMPTY = 500;

export interface Hour {
  readonly startsAt: number;
  readonly endsAt: number;
}

/** How long the good answers of an hour took. */
export interface HourTimes {
  readonly firstByteTimes: TimeBuckets;
  readonly durations: TimeBuckets;
}

/** Counts the hours that are over. Safe on several gateways at once: all count the same. */
export async function countDueHours(context: GatewayContext, isStopped: () => boolean): Promise<void> {
  const { db, clock } = context;
  const { hourlyTotals } = db.tables;
  const now = clock.now();
  const unsettled = await db
    .select({ startsAt: hourlyTotals.startsAt, endsAt: hourlyTotals.endsAt })
    .from(hourlyTotals)
    .where(and(gte(hourlyTotals.startsAt, now - RECOUNTED_MS), gt(hourlyTotals.pending, 0)));
  for (const hour of unsettled) await countHour(context, hour);
  await countTimes(context, isStopped);

  const oldest = now - SHOWN_DAYS * DAY_MS;
  const counted = await countedUntil(context);
  let at = counted ?? oldest;
  if (at <= oldest || counted === null) {
    const first = await firstRecordSince(context, oldest);
    if (first === null) return;
    at = hourOf(context, first).startsAt;
  }
  let hour = hourFrom(context, at);
  while (hour.endsAt <= now) {
    if (isStopped()) return;
    const next = await firstRecordSince(context, hour.startsAt);
    const empty = hoursUntil(context, hour, Math.min(next ?? now, now));
    if (empty.length === 0) await countHour(context, hour);
    else await noteEmpty(context, empty);
    hour = hourFrom(context, (empty.at(-1) ?? hour).endsAt);
    await sleep(PAUSE_MS);
  }
}

/** The first of the hours that are over by then. */
function hoursUntil(context: GatewayContext, first: Hour, end: number): Hour[] {
  const hours: Hour[] = [];
  for (const hour of hoursBetween(context, first.startsAt, end)) {
    if (hour.endsAt > end || hours.length === MOST_EMPTY) break;
    hours.push(hour);
  }
  return hours;
}

/** Nobody works at night: such hours cost no look at their records each. */
async function noteEmpty({ db }: GatewayContext, hours: readonly Hour[]): Promise<void> {
  const { hourlyTotals } = db.tables;
  await db
    .insert(hourlyTotals)
    .values(hours.map((hour) => ({ ...hour, ...NOTHING })))
    .onConflictDoNothing();
}

/** Hours that were counted before their times were: what of their records is still there tells them. */
async function countTimes(context: GatewayContext, isStopped: () => boolean): Promise<void> {
  const { db } = context;
  const { hourlyTotals } = db.tables;
  const hours = await db
    .select({ startsAt: hourlyTotals.startsAt, endsAt: hourlyTotals.endsAt })
    .from(hourlyTotals)
    .where(isNull(hourlyTotals.durations))
    .orderBy(desc(hourlyTotals.startsAt));
  if (hours.length === 0) return;
  const first = await firstRecordSince(context, 0);
  for (const hour of hours) {
    if (isStopped() || first === null || hour.endsAt <= first) return;
    // Its sums stay: some of the records may be gone by now.
    await db
      .update(hourlyTotals)
      .set(await timesOf(context, hour))
      .where(eq(hourlyTotals.startsAt, hour.startsAt));
    await sleep(PAUSE_MS);
  }
}

async function firstRecordSince({ db }: GatewayContext, since: number): Promise<number | null> {
  const { id } = db.tables.usageRecords;
  const [first] = await db
    .select({ id })
    .from(db.tables.usageRecords)
    .where(gte(id, firstIdAt('req', since)))
    .orderBy(asc(id))
    .limit(1);
  return first ? idTime(first.id) : null;
}

/**
 * The hours that are not counted yet, up to now, none before `from`. A gateway that counts has an hour or two left; one
 * that has just met a large database does not read all of it here.
 */
export async function uncountedHours(context: GatewayContext, from: number): Promise<Hour[]> {
  const now = context.clock.now();
  const first = Math.max(from, (await countedUntil(context)) ?? from, now - 2 * HOUR_MS);
  return [...hoursBetween(context, first, now)];
}

async function countedUntil({ db }: GatewayContext): Promise<number | null> {
  const { hourlyTotals } = db.tables;
  const [last] = await db
    .select({ endsAt: hourlyTotals.endsAt })
    .from(hourlyTotals)
    .orderBy(desc(hourlyTotals.startsAt))
    .limit(1);
  return last?.endsAt ?? null;
}

async function countHour(context: GatewayContext, hour: Hour): Promise<void> {
  const { db } = context;
  const { hourlyTotals } = db.tables;
  const counted = { ...(await sumsOf(context, hour)), ...(await timesOf(context, hour)) };
  await db
    .insert(hourlyTotals)
    .values({ ...hour, ...counted })
    .onConflictDoUpdate({ target: hourlyTotals.startsAt, set: counted });
}

const NOTHING: HourSums & HourTimes = {
  requests: 0,
  errors: 0,
  totalTokens: 0,
  chargedTokens: 0,
  costMicroUsd: 0,
  pending: 0,
  firstByteTimes: [],
  durations: [],
};

/** What is settled in an hour. */
export interface HourSums {
  readonly requests: number;
  readonly errors: number;
  readonly totalTokens: number;
  readonly chargedTokens: number;
  readonly costMicroUsd: number;
  /** Requests that are in flight. */
  readonly pending: number;
}

/** By the records' ids, which are ordered by the time at which their requests began. */
export async function sumsOf({ db }: GatewayContext, { startsAt, endsAt }: Hour): Promise<HourSums> {
  const { usageRecords } = db.tables;
  const { id, outcome, totalTokens, chargedTokens, costMicroUsd } = usageRecords;
  const settled = sql`case when ${outcome} <> 'pending' then`;
  const sumOf = (value: unknown) => sql<number>`coalesce(sum(${settled} ${value} else 0 end), 0)`.mapWith(Number);
  const [sums] = await db
    .select({
      requests: sumOf(sql`1`),
      errors: sumOf(sql`case when ${outcome} in ('ok', 'client_aborted') then 0 else 1 end`),
      totalTokens: sumOf(totalTokens),
      chargedTokens: sumOf(chargedTokens),
      costMicroUsd: sumOf(costMicroUsd),
      pending: sql<number>`coalesce(sum(case when ${eq(outcome, 'pending')} then 1 else 0 end), 0)`.mapWith(Number),
    })
    .from(usageRecords)
    .where(and(gte(id, firstIdAt('req', startsAt)), lt(id, firstIdAt('req', endsAt))));
  if (!sums) throw new Error('A sum over all rows always has a row');
  return sums;
}

/** Of answers that came whole: what was cut or failed is no measure of how long an answer takes. */
export async function timesOf({ db }: GatewayContext, { startsAt, endsAt }: Hour): Promise<HourTimes> {
  const { usageRecords } = db.tables;
  const { id, outcome, firstByteMs, durationMs } = usageRecords;
  const histogram = async (column: typeof firstByteMs | typeof durationMs): Promise<TimeBuckets> => {
    const bucket = bucketOf(column);
    const rows = await db
      .select({ bucket, count: sql<number>`count(*)`.mapWith(Number) })
      .from(usageRecords)
      .where(
        and(
          gte(id, firstIdAt('req', startsAt)),
          lt(id, firstIdAt('req', endsAt)),
          eq(outcome, 'ok'),
          isNotNull(column),
        ),
      )
      .groupBy(bucket);
    return rows.map((row) => [row.bucket, row.count] as const);
  };
  return { firstByteTimes: await histogram(firstByteMs), durations: await histogram(durationMs) };
}

/** The first day that the hours of the week are told from. */
export function firstShownDay(context: GatewayContext): string {
  return context.calendar().day(context.clock.now() - (SHOWN_DAYS - 1) * DAY_MS);
}

/** The hours that a cell of the week is the sum of. @param cell weekday, 0 being Sunday, and hour: `1-14` */
export function hoursOfCell(context: GatewayContext, cell: string): Hour[] {
  const calendar = context.calendar();
  const [weekday, wanted] = cell.split('-').map(Number);
  const first = firstShownDay(context);
  const days = daysFrom(first, addDays(first, SHOWN_DAYS - 1)).filter((day) => weekdayOf(day) === weekday);
  return days.flatMap((day) => {
    const end = calendar.dayStart(addDays(day, 1));
    const isWanted = ({ startsAt }: Hour) => new Date(calendar.wallClock(startsAt)).getUTCHours() === wanted;
    return [...hoursBetween(context, calendar.dayStart(day), end)].filter(isWanted);
  });
}

/** Hour by hour, up to the one in which `end` lies. */
function* hoursBetween(context: GatewayContext, start: number, end: number): Generator<Hour> {
  for (let hour = hourFrom(context, start); hour.startsAt < end; hour = hourFrom(context, hour.endsAt)) yield hour;
}

/** The hour of the zone's clock in which an instant lies. */
function hourOf(context: GatewayContext, at: number): Hour {
  const past = context.calendar().wallClock(at) % HOUR_MS;
  return { startsAt: at - past, endsAt: at - past + HOUR_MS };
}

/** From an instant to the end of its hour: after the zone was changed the first hour may be a part of one. */
function hourFrom(context: GatewayContext, at: number): Hour {
  return { startsAt: at, endsAt: hourOf(context, at).endsAt };
}
