/** Pure: what the demo's people asked in the last weeks, and when. */
import type { Outcome } from '../db/json-columns.ts';
import { charge, type Rate } from '../ledger/charge.ts';
import type { Calendar } from '../ledger/periods.ts';
import { DEMO_MODELS, type DemoModel } from './models.ts';
import { PACES, type Person } from './people.ts';
import type { Random } from './random.ts';

export interface DemoRequest {
  readonly id: string;
  readonly at: number;
  readonly model: DemoModel;
  readonly promptTokens: number;
  readonly completionTokens: number;
  readonly cachedTokens: number;
  readonly reasoningTokens: number;
  readonly chargedTokens: number;
  readonly outcome: Exclude<Outcome, 'pending' | 'interrupted'>;
  readonly streamed: boolean;
  readonly firstByteMs: number;
  readonly durationMs: number;
}

/** What the traffic of one person follows from. */
export interface Habits {
  readonly person: Person;
  /** Usable tokens a month; null = unlimited. */
  readonly limit: number | null;
  readonly joinedAt: number;
  readonly models: readonly [DemoModel, ...DemoModel[]];
}

export interface TrafficWindow {
  readonly from: number;
  readonly now: number;
  readonly periodStart: number;
  readonly calendar: Calendar;
  /** All hours from `from` to `now`; none spans the start of the period. */
  readonly hours: readonly Hour[];
  rateOf(model: string): Rate;
}

interface Hour {
  readonly start: number;
  readonly end: number;
  readonly day: string;
  /** How busy people are in it. */
  readonly busy: number;
}

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const MONTH_DAYS = 30;
/** Of somebody who uses all of a month. Early in one, whatever is to be used already would else be today's alone. */
const LARGEST_DAY = 150_000;
/** The pace of people with large limits is that of this one. */
const LARGEST_BASE = 2_500_000;
/** How busy the hours of a working day are. */
const HOURS = [
  0.05, 0.02, 0.01, 0.01, 0.01, 0.02, 0.06, 0.2, 0.7, 1.2, 1.3, 1.1, 0.7, 0.8, 1.2, 1.3, 1.1, 0.9, 0.5, 0.25, 0.2, 0.2,
  0.15, 0.1,
];
/** A working day has as many hours of the usual busyness. */
export const BUSY_HOURS_A_DAY = HOURS.reduce((total, busy) => total + busy, 0);
const WEEKEND = 0.1;
const ROUND_THE_CLOCK = 0.5;
/** Answers that somebody at the limit still asks for. */
const ASKED_IN_VAIN = 9;
const SMALLEST_REQUEST = 400;
/** More than the tokens of any one request; and so many that none, at any multiplier, passes it. */
const LARGEST_REQUEST = 22_000;
const NEARLY_THERE = 45_000;

interface Slot {
  readonly start: number;
  readonly end: number;
  readonly weight: number;
}

/** The stretch of time that is filled, with its hours. Days of the calendar are costly, so they are asked for once. */
export function trafficWindow(
  from: number,
  now: number,
  calendar: Calendar,
  rateOf: (model: string) => Rate,
): TrafficWindow {
  const periodStart = Math.max(from, calendar.period(now).startsAt);
  const hours: Hour[] = [];
  let at = from;
  while (at < now) {
    const end = Math.min(at + HOUR_MS, at < periodStart ? periodStart : now);
    const day = calendar.day(at);
    hours.push({ start: at, end, day, busy: busyAt(at, calendar) });
    at = end;
  }
  return { from, now, periodStart, calendar, hours, rateOf };
}

/** How busy people are in this hour: of a working day's hours all together, `BUSY_HOURS_A_DAY`. */
export function busyAt(at: number, calendar: Calendar): number {
  const hour = Math.floor(((at - calendar.period(at).startsAt) % DAY_MS) / HOUR_MS);
  const weekend = new Date(`${calendar.day(at)}T00:00:00Z`).getUTCDay() % 6 === 0;
  return (HOURS[hour] ?? 0) * (weekend ? WEEKEND : 1);
}

/** Tokens that a person has used of this period; null where that follows from their pace. */
export function usedNow({ person, limit }: Habits, { now, periodStart }: TrafficWindow): number | null {
  if (person.usedNow === undefined || limit === null) return null;
  const possible = LARGEST_DAY * Math.max(1, (now - periodStart) / DAY_MS);
  return Math.round(person.usedNow * Math.min(limit, possible));
}

/** All requests of a person in order of time. The same seed gives the same requests. */
export function requestsOf(habits: Habits, window: TrafficWindow, random: Random): DemoRequest[] {
  const { person, limit } = habits;
  const { now, periodStart } = window;
  const from = Math.max(window.from, habits.joinedAt);
  const base = Math.min(limit ?? LARGEST_BASE, LARGEST_BASE) * PACES[person.pace];
  const monthly = (start: number, end: number) => (base * (end - start)) / (MONTH_DAYS * DAY_MS);
  const target = usedNow(habits, window);
  const slots = slotsOf(habits, window, random);
  const earlier = slots.filter((slot) => slot.end <= periodStart);
  const lately = slots.filter((slot) => slot.end > periodStart);
  return [
    ...spread(habits, earlier, monthly(from, periodStart), null, window, random),
    ...spread(habits, lately, target ?? monthly(Math.max(from, periodStart), now), target, window, random),
  ];
}

/** The hours since a person joined, each with how busy they were. */
function slotsOf({ person, joinedAt }: Habits, { hours, from, now }: TrafficWindow, random: Random): Slot[] {
  let today = '';
  let mood = 1;
  const slots: Slot[] = [];
  for (const { start, end, day, busy } of hours) {
    if (day !== today) {
      today = day;
      mood = 0.35 + random.next() * 1.3;
    }
    if (start < joinedAt) continue;
    const growth = 0.8 + (0.4 * (start - from)) / (now - from);
    slots.push({ start, end, weight: (person.service ? ROUND_THE_CLOCK : busy) * mood * growth });
  }
  return slots;
}

/** Requests worth about `tokens` over the slots; with `exact`, worth just that, and some more that will be refused. */
function spread(
  habits: Habits,
  hours: readonly Slot[],
  tokens: number,
  exact: number | null,
  window: TrafficWindow,
  random: Random,
): DemoRequest[] {
  if (hours.length === 0 || tokens < SMALLEST_REQUEST) return [];
  const made: Omit<DemoRequest, 'id' | 'at'>[] = [];
  let left = Math.round(tokens);
  while (left > 0) {
    const request = ask(habits, window, random, exact === null ? null : left);
    made.push(request);
    left -= request.chargedTokens;
  }
  if (exact !== null && habits.limit !== null && exact === habits.limit) {
    for (let index = 0; index < ASKED_IN_VAIN; index += 1) made.push(ask(habits, window, random, null));
  }
  const times = timesIn(hours, made.length, random);
  return made.map((request, index) => {
    const at = times[index] ?? window.from;
    return { ...request, id: random.id('req', at), at };
  });
}

/** As many instants in order, more of them in busier hours. */
function timesIn(hours: readonly Slot[], count: number, random: Random): number[] {
  const total = hours.reduce((sum, slot) => sum + slot.weight, 0);
  const draws = Array.from({ length: count }, () => random.next() * total).sort((a, b) => a - b);
  const times: number[] = [];
  let passed = 0;
  for (const { start, end, weight } of hours) {
    while (times.length < count && (draws[times.length] ?? total) < passed + weight) {
      const share = ((draws[times.length] ?? 0) - passed) / weight;
      times.push(start + Math.floor(share * (end - start)));
    }
    passed += weight;
  }
  return times;
}

/** One request; with `left`, one that charges at most that, and all of it when little would remain. */
function ask(
  { models }: Habits,
  { rateOf }: TrafficWindow,
  random: Random,
  left: number | null,
): Omit<DemoRequest, 'id' | 'at'> {
  const last = left !== null && left < NEARLY_THERE;
  const model = last
    ? DEMO_MODELS[0]
    : random.weighted(
        models.map((one) => [one, one.weight] as const),
        models[0],
      );
  const isTitle = !last && random.chance(0.12);
  const size = random.next() ** 2;
  let promptTokens = isTitle ? random.between(180, 420) : Math.round(600 + size * 19_000);
  let completionTokens = isTitle ? random.between(6, 14) : Math.round(90 + random.next() ** 1.5 * 1_500);
  if (last && left !== null) {
    completionTokens = Math.min(completionTokens, Math.floor(left / 2));
    promptTokens = left < LARGEST_REQUEST ? left - completionTokens : promptTokens;
  }
  const outcome = last ? 'ok' : outcomeOf(random);
  if (outcome === 'upstream_error') [promptTokens, completionTokens] = [0, 0];
  if (outcome === 'client_aborted' || outcome === 'upstream_broke') completionTokens = Math.ceil(completionTokens / 3);
  const firstByteMs = Math.round(model.firstByteMs * (0.6 + random.next() * 1.2));
  return {
    model,
    promptTokens,
    completionTokens,
    cachedTokens:
      promptTokens > 3_000 && random.chance(0.45) ? Math.floor(promptTokens * (0.3 + random.next() * 0.5)) : 0,
    reasoningTokens: model.reasons && !isTitle ? Math.floor(completionTokens * random.next() * 0.5) : 0,
    chargedTokens: charge(promptTokens + completionTokens, rateOf(model.name)),
    outcome,
    streamed: !isTitle,
    firstByteMs,
    durationMs: Math.round(firstByteMs + completionTokens * model.tokenMs * (0.8 + random.next() * 0.4)),
  };
}

function outcomeOf(random: Random): DemoRequest['outcome'] {
  return random.weighted(
    [
      ['ok', 965],
      ['client_aborted', 18],
      ['upstream_error', 11],
      ['upstream_broke', 6],
    ] as const,
    'ok',
  );
}
