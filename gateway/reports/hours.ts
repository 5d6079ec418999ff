/**
 * The team's use by hour: counted behind the requests from usage records, hour by hour, so that no request pays for it.
 * What is younger than the last whole hour is read from the records themselves.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { and, asc, desc, eq, gt, gte, lt, sql } from 'drizzle-orm';
import type { GatewayContext } from '../context.ts';
import type { HoursReport } from '../contract/reports.ts';
import { firstIdAt, idTime } from '../db/ids.ts';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
/** Whole weeks, so that each weekday is looked at as often as the others. */
const SHOWN_DAYS = 56;
/** Hours with requests in flight are counted again for so long; what is open then was abandoned. */
const RECOUNTED_MS = DAY_MS;
const PAUSE_MS = 2;

interface Hour {
  readonly startsAt: number;
  readonly endsAt: number;
}

/** Counts the hours that are over. Safe on several gateways at once: all count the same. */
export async function countDueHours(context: GatewayContext, isStopped: () => boolean): Promise<void> {
  const { db, clock } = context;
  const { hourlyTotals, usageRecords } = db.tables;
  const now = clock.now();
  const unsettled = await db
    .select({ startsAt: hourlyTotals.startsAt, endsAt: hourlyTotals.endsAt })
    .from(hourlyTotals)
    .where(and(gte(hourlyTotals.startsAt, now - RECOUNTED_MS), gt(hourlyTotals.pending, 0)));
  for (const hour of unsettled) await countHour(context, hour);

  const oldest = now - SHOWN_DAYS * DAY_MS;
  const counted = await countedUntil(context);
  let at = counted ?? oldest;
  if (at <= oldest || counted === null) {
    const [first] = await db
      .select({ id: usageRecords.id })
      .from(usageRecords)
      .where(gte(usageRecords.id, firstIdAt('req', oldest)))
      .orderBy(asc(usageRecords.id))
      .limit(1);
    if (!first) return;
    at = hourOf(context, idTime(first.id)).startsAt;
  }
  for (let hour = hourFrom(context, at); hour.endsAt <= now; hour = hourFrom(context, hour.endsAt)) {
    if (isStopped()) return;
    await countHour(context, hour);
    await sleep(PAUSE_MS);
  }
}

/** Use by weekday and hour of the last eight weeks, the hour that runs included. */
export async function hoursReport(context: GatewayContext): Promise<HoursReport> {
  const { db, clock } = context;
  const { hourlyTotals } = db.tables;
  const now = clock.now();
  const calendar = context.calendar();
  const from = calendar.dayStart(calendar.day(now - (SHOWN_DAYS - 1) * DAY_MS));
  const rows = await db
    .select({
      startsAt: hourlyTotals.startsAt,
      requests: hourlyTotals.requests,
      errors: hourlyTotals.errors,
      tokens: hourlyTotals.chargedTokens,
      costMicroUsd: hourlyTotals.costMicroUsd,
    })
    .from(hourlyTotals)
    .where(gte(hourlyTotals.startsAt, from));
  const liveFrom = Math.max(from, (await countedUntil(context)) ?? from);
  const cells = new Map<number, HoursReport['cells'][number]>();
  const add = (startsAt: number, sums: Omit<HoursReport['cells'][number], 'weekday' | 'hour'>) => {
    if (sums.requests === 0) return;
    const wall = new Date(calendar.wallClock(startsAt));
    const [weekday, hour] = [wall.getUTCDay(), wall.getUTCHours()];
    const cell = cells.get(weekday * 24 + hour) ?? {
      weekday,
      hour,
      requests: 0,
      errors: 0,
      tokens: 0,
      costMicroUsd: 0,
    };
    cells.set(weekday * 24 + hour, {
      weekday,
      hour,
      requests: cell.requests + sums.requests,
      errors: cell.errors + sums.errors,
      tokens: cell.tokens + sums.tokens,
      costMicroUsd: cell.costMicroUsd + sums.costMicroUsd,
    });
  };
  for (const { startsAt, ...sums } of rows) add(startsAt, sums);
  // A gateway that counts has an hour or two left; one that has just met a large database does not read all of it here.
  for (let hour = hourFrom(context, Math.max(liveFrom, now - 2 * HOUR_MS)); hour.startsAt < now; ) {
    const { totalTokens: _, pending: __, chargedTokens: tokens, ...sums } = await sumsOf(context, hour);
    add(hour.startsAt, { ...sums, tokens });
    hour = hourFrom(context, hour.endsAt);
  }
  return {
    timeZone: calendar.timeZone,
    from: calendar.day(from),
    to: calendar.day(now),
    cells: [...cells.values()].sort((a, b) => a.weekday - b.weekday || a.hour - b.hour),
  };
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
  const sums = await sumsOf(context, hour);
  await db
    .insert(hourlyTotals)
    .values({ ...hour, ...sums })
    .onConflictDoUpdate({ target: hourlyTotals.startsAt, set: sums });
}

/** By the records' ids, which are ordered by the time at which their requests began. */
async function sumsOf({ db }: GatewayContext, { startsAt, endsAt }: Hour) {
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

/** The hour of the zone's clock in which an instant lies. */
function hourOf(context: GatewayContext, at: number): Hour {
  const past = context.calendar().wallClock(at) % HOUR_MS;
  return { startsAt: at - past, endsAt: at - past + HOUR_MS };
}

/** From an instant to the end of its hour: after the zone was changed the first hour may be a part of one. */
function hourFrom(context: GatewayContext, at: number): Hour {
  return { startsAt: at, endsAt: hourOf(context, at).endsAt };
}
