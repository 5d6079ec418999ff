/** The report *Service quality*: how well people were served, figure by figure, against what was aimed at. */
import { and, gte, lt, sql } from 'drizzle-orm';
import type { GatewayContext } from '../../context.ts';
import { QUALITY_NAMES, type QualityName, type QualityQuery, type QualityReport } from '../../contract/quality.ts';
import { addDays, daysFrom, instantsOf } from '../days.ts';
import { sum } from '../sums.ts';
import { addBuckets, timeWithin } from '../time-buckets.ts';
import { rangeOf } from '../usage-report.ts';
import type { Interval } from './intervals.ts';
import { timesByDay } from './latency.ts';
import { decisionsIn, warnedIn } from './requests.ts';
import { outagesOf, shareUp, uptimeIn } from './uptime.ts';
import { AIMS, verdictOf } from './verdict.ts';

const MILLION = 1_000_000;
const HOUR_MS = 3_600_000;
/** The share of answers that the figures of latency are about. */
const MOST = 0.95;

/** @throws ApiError 400 when the range ends before it begins */
export async function qualityReport(context: GatewayContext, query: QualityQuery): Promise<QualityReport> {
  const calendar = context.calendar();
  const { from, to } = rangeOf(context, query);
  const range = intervalOf(context, from, to);
  const requests = await requestsByDay(context, from, to);
  const times = await timesByDay(context, range);
  const uptime = await uptimeIn(context, range);
  const decisions = await decisionsIn(context, range);
  const warned = await warnedIn(context, range);
  const alarms = await alarmsIn(context, range);

  const all = [...requests.values()].reduce(
    (total, day) => ({ requests: total.requests + day.requests, errors: total.errors + day.errors }),
    { requests: 0, errors: 0 },
  );
  const firstByte = addBuckets(times.map((day) => [...day.firstByte]));
  const duration = addBuckets(times.map((day) => [...day.duration]));
  const up = shareUp(uptime, range);
  const knownMs = uptime.known ? uptime.known.before - uptime.known.from : 0;
  // Hours are counted from some day on: what was used before it has sums, but no times.
  const firstUse = [...requests.keys()].sort()[0];
  const firstTimes = times[0]?.day;
  const timesSince = firstUse !== undefined && firstTimes !== undefined && firstUse < firstTimes ? firstTimes : null;
  const upSince = uptime.known && uptime.known.from > range.from ? calendar.day(uptime.known.from) : null;

  const measured: Record<QualityName, { value: number | null; counted: number; since?: string | null }> = {
    success: { value: percentOf(all.requests - all.errors, all.requests), counted: all.requests },
    firstByte: { value: timeWithin(firstByte, MOST), counted: countOf(firstByte), since: timesSince },
    duration: { value: timeWithin(duration, MOST), counted: countOf(duration), since: timesSince },
    uptime: { value: up && thousandths(up.percent), counted: knownMs, since: upSince },
    decision: { value: decisions.mostWithinMs, counted: decisions.decided },
    alertRequests: { value: percentOf(warned.asked, warned.people), counted: warned.people },
    falseAlarms: { value: percentOf(alarms.false, alarms.all), counted: alarms.all },
  };
  const firstBytes = new Map(times.map((one) => [one.day, one.firstByte]));
  const targets = targetsOf(context);
  const today = calendar.day(context.clock.now());
  const firstKnown = [firstUse, uptime.known && calendar.day(uptime.known.from), to].reduce(earlier) ?? to;
  return {
    from,
    to,
    timeZone: calendar.timeZone,
    figures: QUALITY_NAMES.map((name) => {
      const { value, counted, since = null } = measured[name];
      const target = targets[name];
      return { name, aim: AIMS[name].aim, value, target, verdict: verdictOf(name, value, target), counted, since };
    }),
    counts: {
      requests: all.requests,
      failed: all.errors,
      firstByteMedianMs: timeWithin(firstByte, 0.5),
      durationMedianMs: timeWithin(duration, 0.5),
      downMs: up?.downMs ?? 0,
      outages: outagesOf(uptime),
      decided: decisions.decided,
      decidedInTime: decisions.inTime,
      decisionMedianMs: decisions.halfWithinMs,
      warned: warned.people,
      asked: warned.asked,
      alarms: alarms.all,
      falseAlarms: alarms.false,
    },
    days: daysFrom(firstKnown, to < today ? to : today).map((day) => {
      const sums = requests.get(day) ?? { requests: 0, errors: 0 };
      const firstByteOfDay = firstBytes.get(day);
      const ofDay = shareUp(uptime, intervalOf(context, day, day));
      return {
        day,
        requests: sums.requests,
        success: percentOf(sums.requests - sums.errors, sums.requests),
        firstByteMs: firstByteOfDay ? timeWithin(firstByteOfDay, MOST) : null,
        uptime: ofDay && thousandths(ofDay.percent),
      };
    }),
  };
}

/** In the units of the figures: percent and milliseconds. */
function targetsOf({ settings }: GatewayContext): Record<QualityName, number | null> {
  const { quality } = settings.current();
  const inUnits = (millionths: number | null, unit = 1) => (millionths === null ? null : (millionths / MILLION) * unit);
  return {
    success: inUnits(quality.successPercent),
    firstByte: inUnits(quality.firstByteSeconds, 1_000),
    duration: inUnits(quality.durationSeconds, 1_000),
    uptime: inUnits(quality.uptimePercent),
    decision: inUnits(quality.decisionHours, HOUR_MS),
    alertRequests: inUnits(quality.alertRequestsPercent),
    falseAlarms: inUnits(quality.falseAlarmsPercent),
  };
}

function intervalOf(context: GatewayContext, from: string, to: string): Interval {
  const { from: first, before } = instantsOf(context.calendar(), { from, to });
  return { from: first ?? 0, before: before ?? context.clock.now() };
}

async function requestsByDay({ db }: GatewayContext, from: string, to: string) {
  const { dailyTotals } = db.tables;
  const rows = await db
    .select({ day: dailyTotals.day, requests: sum(dailyTotals.requests), errors: sum(dailyTotals.errors) })
    .from(dailyTotals)
    .where(and(gte(dailyTotals.day, from), lt(dailyTotals.day, addDays(to, 1))))
    .groupBy(dailyTotals.day);
  return new Map(rows.map(({ day, ...sums }) => [day, sums]));
}

async function alarmsIn({ db }: GatewayContext, range: Interval): Promise<{ all: number; false: number }> {
  const { alerts } = db.tables;
  const [counted] = await db
    .select({
      all: sql<number>`count(*)`.mapWith(Number),
      false: sql<number>`count(${alerts.falseAlarmAt})`.mapWith(Number),
    })
    .from(alerts)
    .where(and(sql`${alerts.kind} = 'anomaly'`, gte(alerts.createdAt, range.from), lt(alerts.createdAt, range.before)));
  return counted ?? { all: 0, false: 0 };
}

function earlier(one: string | null | undefined, other: string | null | undefined) {
  return one && (!other || one < other) ? one : other;
}

function countOf(buckets: ReadonlyMap<number, number>): number {
  return [...buckets.values()].reduce((total, count) => total + count, 0);
}

/** In percent; only all of them are 100. */
function percentOf(part: number, whole: number): number | null {
  return whole === 0 ? null : thousandths((100 * part) / whole);
}

/** Rounded down, so that nothing less than all is shown as all. */
function thousandths(percent: number): number {
  return Math.floor(percent * 1_000) / 1_000;
}
