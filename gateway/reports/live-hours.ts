/**
 * Hours that are not counted yet, each record read about once: a busy gateway has a million records in the hour that runs,
 * and the overview looks at them every few seconds. Nothing depends on what is remembered here: an hour that is over is
 * counted from its records.
 */
import type { GatewayContext } from '../context.ts';
import type { TimeBuckets } from '../db/json-columns.ts';
import { type Hour, type HourSums, type HourTimes, sumsOf, timesOf } from './hours.ts';
import { addBuckets } from './time-buckets.ts';

/** Not worth remembering by itself. */
const SHORTEST_MS = 60_000;
/** Requests are recorded a moment after the time in their id. */
const RECORDED_AFTER_MS = 2 * 60_000;
/** Older hours are counted. */
const KEPT_MS = 3 * 3_600_000;

/** So many requests within the last minutes are not read again for everybody who looks. */
const MANY = 10_000;
const FRESH_MS = 5_000;

export interface LiveHour {
  readonly sums: HourSums;
  readonly times: HourTimes;
}

/** The beginning of an hour, in which nothing is in flight any more. */
interface Beginning extends LiveHour {
  readonly until: number;
}

const NOTHING: LiveHour = {
  sums: { requests: 0, errors: 0, totalTokens: 0, chargedTokens: 0, costMicroUsd: 0, pending: 0 },
  times: { firstByteTimes: [], durations: [] },
};

/** By the instant at which the hour began. */
const beginningsOf = new WeakMap<GatewayContext, Map<number, Beginning>>();
/** What was answered last for the hour that runs, where that took long. */
const lastLooks = new WeakMap<GatewayContext, { startsAt: number; at: number; live: LiveHour }>();

/** What is settled of an hour so far; at most five seconds ago where there is much. */
export async function readLiveHour(context: GatewayContext, { startsAt, endsAt }: Hour): Promise<LiveHour> {
  const now = context.clock.now();
  const look = lastLooks.get(context);
  if (look?.startsAt === startsAt && now >= look.at && now < look.at + FRESH_MS) return look.live;
  const known = beginningsOf.get(context) ?? new Map<number, Beginning>();
  beginningsOf.set(context, known);
  for (const start of known.keys()) if (start < now - KEPT_MS || start > now) known.delete(start);
  const before = known.get(startsAt) ?? { ...NOTHING, until: startsAt };
  const beginning = await extended(context, before, Math.min(endsAt, now - RECORDED_AFTER_MS));
  known.set(startsAt, beginning);
  const rest = await read(context, beginning.until, endsAt);
  const live = joined(beginning, rest);
  if (rest.sums.requests > MANY) lastLooks.set(context, { startsAt, at: now, live });
  return live;
}

/** With as much of the time up to `limit` as has no request in flight. */
async function extended(context: GatewayContext, beginning: Beginning, limit: number): Promise<Beginning> {
  const { until } = beginning;
  for (let end = limit; end - until >= SHORTEST_MS; end = until + Math.floor((end - until) / 2)) {
    const more = await read(context, until, end);
    if (more.sums.pending === 0) return { ...joined(beginning, more), until: end };
  }
  return beginning;
}

async function read(context: GatewayContext, startsAt: number, endsAt: number): Promise<LiveHour> {
  return { sums: await sumsOf(context, { startsAt, endsAt }), times: await timesOf(context, { startsAt, endsAt }) };
}

function joined(one: LiveHour, other: LiveHour): LiveHour {
  const total = (figure: keyof HourSums) => one.sums[figure] + other.sums[figure];
  const buckets = (of: (times: HourTimes) => TimeBuckets) => [...addBuckets([of(one.times), of(other.times)])];
  return {
    sums: {
      requests: total('requests'),
      errors: total('errors'),
      totalTokens: total('totalTokens'),
      chargedTokens: total('chargedTokens'),
      costMicroUsd: total('costMicroUsd'),
      pending: total('pending'),
    },
    times: { firstByteTimes: buckets((times) => times.firstByteTimes), durations: buckets((times) => times.durations) },
  };
}
