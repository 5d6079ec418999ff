/** Reads of what users did lately and usually do. Every query is bounded: by an index, a time, and a slice of users. */
import { and, desc, eq, gte, inArray, isNull, lt, ne, or, sql } from 'drizzle-orm';
import type { GatewayContext } from '../context.ts';
import type { Queries } from '../db/database.ts';
import { firstIdAt, idTime } from '../db/ids.ts';
import type { UserKind } from '../db/json-columns.ts';
import type { Calendar } from '../ledger/periods.ts';
import { addDays } from '../reports/days.ts';
import { sum } from '../reports/sums.ts';

const HOUR_MS = 3_600_000;
/** Days of use that are looked back on. */
export const USUAL_DAYS = 28;
/** Single requests are counted for fewer: there are many of them. */
const USUAL_HOURS_DAYS = 14;
/** Of somebody who hammers, the latest suffice. */
const MOST_TIMES = 1_500;

/** Users of whom a request began at `since` or later. */
export async function activeSince(db: Queries, since: number): Promise<string[]> {
  const { usageRecords } = db.tables;
  const rows = await db
    // An expression, because SQLite would read the whole index by users to find the distinct ones in order.
    .selectDistinct({ userId: sql<string>`${usageRecords.userId} || ''` })
    .from(usageRecords)
    .where(gte(usageRecords.id, firstIdAt('req', since)));
  return rows.map(({ userId }) => userId).sort();
}

/** Kinds of those among the users who may use anything now. */
export async function kindsOfActive(
  db: Queries,
  userIds: readonly string[],
  now: number,
): Promise<Map<string, UserKind>> {
  const { users } = db.tables;
  const rows = await db
    .select({ id: users.id, kind: users.kind })
    .from(users)
    .where(
      and(
        inArray(users.id, [...userIds]),
        or(eq(users.status, 'active'), and(eq(users.status, 'suspended'), lt(users.suspendedUntil, now))),
      ),
    );
  return new Map(rows.map(({ id, kind }) => [id, kind]));
}

/** Charged tokens of each user by day, today included. */
export async function tokensByDay(
  db: Queries,
  userIds: readonly string[],
  today: string,
): Promise<Map<string, Map<string, number>>> {
  const { dailyRollups } = db.tables;
  const rows = await db
    .select({ userId: dailyRollups.userId, day: dailyRollups.day, tokens: sum(dailyRollups.chargedTokens) })
    .from(dailyRollups)
    .where(and(inArray(dailyRollups.userId, [...userIds]), gte(dailyRollups.day, addDays(today, -USUAL_DAYS))))
    .groupBy(dailyRollups.userId, dailyRollups.day);
  const byUser = new Map<string, Map<string, number>>();
  for (const { userId, day, tokens } of rows) {
    const days = byUser.get(userId) ?? new Map<string, number>();
    byUser.set(userId, days.set(day, tokens));
  }
  return byUser;
}

export interface Lately {
  /** Requests of the last hour, and since `since`. */
  readonly hour: number;
  readonly all: number;
}

/** How many requests each user sent lately; users without any are left out. */
export async function countLately(
  db: Queries,
  userIds: readonly string[],
  { since, now }: { since: number; now: number },
): Promise<Map<string, Lately>> {
  const { id, userId } = db.tables.usageRecords;
  const hourAgo = firstIdAt('req', now - HOUR_MS);
  const rows = await db
    .select({
      userId,
      all: sql<number>`count(*)`.mapWith(Number),
      hour: sql<number>`sum(case when ${id} >= ${hourAgo} then 1 else 0 end)`.mapWith(Number),
    })
    .from(db.tables.usageRecords)
    .where(and(inArray(userId, [...userIds]), gte(id, firstIdAt('req', since))))
    .groupBy(userId);
  return new Map(rows.map((row) => [row.userId, row]));
}

/** Charged tokens of a user's settled requests that began at `since` or later. */
export async function tokensSince(db: Queries, userId: string, since: number): Promise<number> {
  const { usageRecords } = db.tables;
  const [row] = await db
    .select({ tokens: sum(usageRecords.chargedTokens) })
    .from(usageRecords)
    .where(and(eq(usageRecords.userId, userId), gte(usageRecords.id, firstIdAt('req', since))));
  return row?.tokens ?? 0;
}

/** When a user's latest requests began, newest first; those by personal keys, which are for scripts, are left out. */
export async function timesSince(db: Queries, userId: string, since: number): Promise<number[]> {
  const { usageRecords, keys } = db.tables;
  const rows = await db
    .select({ id: usageRecords.id })
    .from(usageRecords)
    .leftJoin(keys, eq(keys.id, usageRecords.keyId))
    .where(
      and(
        eq(usageRecords.userId, userId),
        gte(usageRecords.id, firstIdAt('req', since)),
        or(isNull(keys.kind), ne(keys.kind, 'personal')),
      ),
    )
    .orderBy(desc(usageRecords.id))
    .limit(MOST_TIMES);
  return rows.map(({ id }) => idTime(id));
}

/** Hexadecimal digits of an id's time that tell 17 minutes apart, and those 17 minutes. */
const PART_DIGITS = 7;
const PART_MS = 2 ** 20;

/**
 * Requests in the busiest hour of each day on which the user sent any, up to 24 hours ago, in no order. By the ids alone:
 * a busy user has many records, and their index suffices. Hours are met to a quarter.
 */
export async function busiestHours(
  { db, clock }: Pick<GatewayContext, 'db' | 'clock'>,
  calendar: Calendar,
  userId: string,
): Promise<number[]> {
  const { usageRecords } = db.tables;
  const now = clock.now();
  const part = sql<string>`substr(${usageRecords.id}, 5, ${sql.raw(String(PART_DIGITS))})`;
  const rows = await db
    .select({ part, requests: sql<number>`count(*)`.mapWith(Number) })
    .from(usageRecords)
    .where(
      and(
        eq(usageRecords.userId, userId),
        gte(usageRecords.id, firstIdAt('req', now - USUAL_HOURS_DAYS * 24 * HOUR_MS)),
        lt(usageRecords.id, firstIdAt('req', now - 24 * HOUR_MS)),
      ),
    )
    .groupBy(part);
  const hours = new Map<number, number>();
  for (const row of rows) {
    const hour = Math.floor((Number.parseInt(row.part, 16) * PART_MS) / HOUR_MS);
    hours.set(hour, (hours.get(hour) ?? 0) + row.requests);
  }
  const days = new Map<string, number>();
  for (const [hour, requests] of hours) {
    const day = calendar.day(hour * HOUR_MS);
    days.set(day, Math.max(days.get(day) ?? 0, requests));
  }
  return [...days.values()];
}
