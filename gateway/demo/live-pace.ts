/**
 * Who of the demo asks next, and when: each as much as in the weeks behind them, and at the hours of a working day. Live
 * traffic that knew neither would be the most unusual use that the gateway has ever seen, and alarm it about everybody.
 */
import { and, eq, gte, isNotNull, lt } from 'drizzle-orm';
import type { GatewayContext } from '../context.ts';
import { addDays, daysBetween } from '../reports/days.ts';
import { sum } from '../reports/sums.ts';
import type { DemoModel } from './models.ts';
import type { Random } from './random.ts';
import { modelsOf } from './team.ts';
import { BUSY_HOURS_A_DAY, busyAt } from './traffic.ts';

export interface LivePerson {
  readonly id: string;
  readonly email: string;
  readonly models: readonly [DemoModel, ...DemoModel[]];
  /** Charged tokens of a usual day. */
  readonly tokensADay: number;
}

export interface LivePace {
  /** Milliseconds to the next request, whoever sends it. */
  pauseMs(now: number, random: Random): number;
  /** Who sends it; null while nobody may. */
  next(now: number, random: Random): LivePerson | null;
  /** Nothing is left to this person, who does not ask again before tomorrow. */
  rest(person: LivePerson, now: number): void;
}

const HOUR_MS = 3_600_000;
/** What a live request charges on average: its conversations are short, so there are more of them than there were. */
const TOKENS_EACH = 330;
/** At night, too, somebody is awake: a console that stands still would show nothing. */
const LONGEST_PAUSE_MS = 45_000;
/** Days that tell what is usual. */
const LOOKS_BACK_DAYS = 28;

/** People without any history do not ask. */
export async function createLivePace(context: Pick<GatewayContext, 'db' | 'clock' | 'calendar'>): Promise<LivePace> {
  const calendar = context.calendar();
  const people = await livePeople(context);
  const tokensADay = people.reduce((total, person) => total + person.tokensADay, 0);
  const restsOn = new Map<string, string>();
  return {
    pauseMs(now, random) {
      const perHour = (tokensADay * busyAt(now, calendar)) / BUSY_HOURS_A_DAY / TOKENS_EACH;
      const mean = Math.min(LONGEST_PAUSE_MS, HOUR_MS / perHour);
      // As independent people come: machines would be regular.
      return -Math.log(1 - random.next()) * mean;
    },
    next(now, random) {
      const today = calendar.day(now);
      const awake = people.filter(({ id }) => restsOn.get(id) !== today);
      const [first] = awake;
      return first
        ? random.weighted(
            awake.map((person) => [person, person.tokensADay] as const),
            first,
          )
        : null;
    },
    rest(person, now) {
      restsOn.set(person.id, calendar.day(now));
    },
  };
}

/** Active people with what they used on a day of the last weeks. */
async function livePeople({ db, clock, calendar }: Pick<GatewayContext, 'db' | 'clock' | 'calendar'>) {
  const { users, dailyRollups } = db.tables;
  const today = calendar().day(clock.now());
  const rows = await db
    .select({
      id: users.id,
      email: users.email,
      plan: users.planId,
      day: dailyRollups.day,
      tokens: sum(dailyRollups.chargedTokens),
    })
    .from(dailyRollups)
    .innerJoin(users, eq(users.id, dailyRollups.userId))
    .where(
      and(
        eq(users.status, 'active'),
        isNotNull(users.email),
        gte(dailyRollups.day, addDays(today, -LOOKS_BACK_DAYS)),
        lt(dailyRollups.day, today),
      ),
    )
    .groupBy(users.id, users.email, users.planId, dailyRollups.day)
    .orderBy(users.id, dailyRollups.day);
  const first = rows.reduce((earliest, { day }) => (day < earliest ? day : earliest), addDays(today, -1));
  const days = daysBetween(first, today);
  const people = new Map<string, LivePerson>();
  for (const { id, email, plan, tokens } of rows) {
    if (email === null) continue;
    const before = people.get(id)?.tokensADay ?? 0;
    people.set(id, { id, email, models: modelsOf(plan), tokensADay: before + tokens / days });
  }
  return [...people.values()].filter((person) => person.tokensADay > 0);
}
