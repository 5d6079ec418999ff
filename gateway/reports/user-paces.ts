/** Keeps what each user usually takes on each weekday, so that who will run out can be asked of all users at once. */
import { setTimeout as sleep } from 'node:timers/promises';
import { and, gt, inArray, lte, notInArray, sql } from 'drizzle-orm';
import type { GatewayContext } from '../context.ts';
import type { Tables } from '../db/database.ts';
import { addDays, daysFrom } from './days.ts';
import { FORECAST_DAYS, usualWeekdays, type Weekdays } from './forecast.ts';
import { sum } from './sums.ts';
import { slicesOfUsers } from './usage-marks.ts';

/** By weekday, 0 = Sunday. */
export const WEEKDAY_COLUMNS = [
  'sunday',
  'monday',
  'tuesday',
  'wednesday',
  'thursday',
  'friday',
  'saturday',
] as const satisfies readonly (keyof Tables['userPaces']['$inferSelect'])[];

const PAUSE_MS = 4;

/** Makes today's, a few users at a time. Safe on several gateways at once: all make the same. @param isStopped asked between slices */
export async function makeDuePaces(context: GatewayContext, isStopped: () => boolean): Promise<void> {
  const { db, clock } = context;
  const { userPaces } = db.tables;
  const today = context.calendar().day(clock.now());
  for await (const [after, last] of slicesOfUsers(context)) {
    if (isStopped()) return;
    const inSlice = and(gt(userPaces.userId, after), lte(userPaces.userId, last));
    const [made] = await db
      .select({ day: sql<string | null>`max(${userPaces.day})` })
      .from(userPaces)
      .where(inSlice);
    if (made?.day === today) continue;
    const rows = await pacesOf(context, [after, last], today);
    if (rows.length > 0) {
      const { userId: _, ...columns } = db.tables.userPaces;
      await db
        .insert(userPaces)
        .values(rows)
        .onConflictDoUpdate({
          target: userPaces.userId,
          set: Object.fromEntries(
            ['day' as const, ...WEEKDAY_COLUMNS].map((name) => [name, sql.raw(`excluded.${columns[name].name}`)]),
          ),
        });
    }
    const kept = rows.map(({ userId }) => userId);
    await db.delete(userPaces).where(and(inSlice, kept.length > 0 ? notInArray(userPaces.userId, kept) : undefined));
    await sleep(PAUSE_MS);
  }
}

async function pacesOf({ db }: GatewayContext, [after, last]: readonly [string, string], today: string) {
  const { dailyRollups } = db.tables;
  const { day, userId, chargedTokens } = dailyRollups;
  const sums = await db
    .select({ day, userId, tokens: sum(chargedTokens) })
    .from(dailyRollups)
    .where(
      and(
        // A range of users within a day is a seek when the days are named one by one.
        inArray(day, daysFrom(addDays(today, -FORECAST_DAYS), addDays(today, -1))),
        gt(userId, after),
        lte(userId, last),
      ),
    )
    .groupBy(userId, day);
  const byUser = Map.groupBy(sums, (row) => row.userId);
  return [...byUser].flatMap(([id, days]) => {
    const weekdays = usualWeekdays(new Map(days.map((row) => [row.day, row.tokens])), today);
    return weekdays ? [{ userId: id, day: today, ...toColumns(weekdays) }] : [];
  });
}

function toColumns(weekdays: Weekdays): Record<(typeof WEEKDAY_COLUMNS)[number], number> {
  const pairs = WEEKDAY_COLUMNS.map((name, weekday) => [name, weekdays[weekday]?.expected ?? 0]);
  return Object.fromEntries(pairs) as Record<(typeof WEEKDAY_COLUMNS)[number], number>;
}
