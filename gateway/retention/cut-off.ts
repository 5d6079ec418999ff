/** Which usage records are old, and when it is time to delete them. All of it by the days of the reporting time zone. */
import { and, desc, eq, gt, gte, lt } from 'drizzle-orm';
import type { GatewayContext } from '../context.ts';
import { addDays } from '../reports/days.ts';

/** At night, after the usual time of backups. */
const DUE_HOUR = 4;
const HOUR_MS = 3_600_000;
/** So much later a run goes on that had not come to its end. */
const GOES_ON_AFTER_MS = 30 * 60_000;
/** The clock is believed when the gateway lived on as many of as many days before today. */
const DAYS_OF_LIFE = 3;
const LOOKED_BACK_ON = 31;

export interface CutOff {
  /** The first day whose records stay, and its first instant. */
  readonly day: string;
  readonly at: number;
}

/** Today and the `days` days before it stay whole. */
export function cutOffOf({ clock, calendar }: Pick<GatewayContext, 'clock' | 'calendar'>, days: number): CutOff {
  const day = addDays(calendar().day(clock.now()), -days);
  return { day, at: calendar().dayStart(day) };
}

/**
 * The name of the run that is due now: one each day from four in the morning, and more of them while there is more to
 * delete than one run takes. A setting that was changed since waits for the next morning, so that a mistake can be undone.
 *
 * @returns null when none is due
 */
export async function dueRun({ db, clock, calendar }: GatewayContext): Promise<string | null> {
  const now = clock.now();
  const today = calendar().day(now);
  const sinceMidnight = calendar().wallClock(now) - Date.parse(today);
  if (sinceMidnight < DUE_HOUR * HOUR_MS) return null;
  const { jobs, settings } = db.tables;
  const dueAt = now - (sinceMidnight - DUE_HOUR * HOUR_MS);
  const changed = and(eq(settings.key, 'usageRetentionDays'), gt(settings.updatedAt, dueAt));
  if ((await db.$count(settings, changed)) > 0) return null;
  const run = `retention:${today}`;
  const [last] = await db
    .select()
    .from(jobs)
    .where(and(gte(jobs.slot, run), lt(jobs.slot, `${run}~`)))
    .orderBy(desc(jobs.createdAt))
    .limit(1);
  if (!last) return run;
  const goesOn = last.status === 'done' && last.result?.isComplete === false;
  return goesOn && (last.endedAt ?? now) + GOES_ON_AFTER_MS <= now ? `${run}:${last.id}` : null;
}

/**
 * Whether the clock can be believed. One that has jumped ahead makes everything old at once; then there are no days of
 * life behind it, and a person has some nights to see it. So has whoever restores an old backup.
 */
export async function isClockPlausible({ db, clock, calendar }: GatewayContext): Promise<boolean> {
  const { dailyTotals, jobs } = db.tables;
  const today = calendar().day(clock.now());
  const first = addDays(today, -LOOKED_BACK_ON);
  const used = await db
    .selectDistinct({ day: dailyTotals.day })
    .from(dailyTotals)
    .where(and(gte(dailyTotals.day, first), lt(dailyTotals.day, today)));
  const begun = await db
    .select({ at: jobs.createdAt })
    .from(jobs)
    .where(and(gte(jobs.createdAt, calendar().dayStart(first)), lt(jobs.createdAt, calendar().dayStart(today))));
  const days = new Set([...used.map(({ day }) => day), ...begun.map(({ at }) => calendar().day(at))]);
  return days.size >= DAYS_OF_LIFE;
}
