/**
 * Makes the marks from which reports by user are read: behind the requests, in slices so small that none waits. Marks are
 * derived, and never believed unless they agree with the daily totals; what no longer agrees is made anew.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { and, asc, desc, eq, gt, gte, lt, min, ne, type SQL, sql } from 'drizzle-orm';
import type { GatewayContext } from '../context.ts';
import type { Queries } from '../db/database.ts';
import { type Composition, isByModel, markDaysBetween } from './mark-days.ts';
import { FIGURES, figureIn, partsOf, totalPartsOf } from './mark-parts.ts';
import { sum } from './sums.ts';

/** Answers that began before midnight are over by then, all but a few: those cost a mark made anew. */
const SETTLED_AFTER_MS = 2 * 3_600_000;
/** The writer is held for the time of one slice. */
const USERS_IN_SLICE = 50;
const PAUSE_MS = 4;

/** Makes the marks that are due. Safe on several gateways at once: all make the same. @param isStopped asked between slices */
export async function makeDueMarks(context: GatewayContext, isStopped: () => boolean): Promise<void> {
  const { db, clock, log } = context;
  const { dailyTotals, usageMarkDays } = db.tables;
  const [{ first } = { first: null }] = await db.select({ first: min(dailyTotals.day) }).from(dailyTotals);
  if (first === null) return;
  const last = await lastSoundMark(context);
  const until = context.calendar().day(clock.now() - SETTLED_AFTER_MS);
  let before = last;
  for (const day of markDaysBetween(last ?? first, until)) {
    await makeMark(context, { day, before, first, isStopped });
    await makeTotalMark(context, day, before, first);
    if (isStopped()) return;
    if (!(await agrees(context, day))) {
      log.info({ day }, 'Use changed while a mark of it was made; it is made again');
      await removeMarks(context, day);
      return;
    }
    await db
      .insert(usageMarkDays)
      .values({ day, byModel: isByModel(day) })
      .onConflictDoNothing();
    before = day;
  }
}

interface MarkOrder {
  readonly day: string;
  /** The mark that it is added to; null for the first. */
  readonly before: string | null;
  /** The day of the first use. */
  readonly first: string;
  readonly isStopped: () => boolean;
}

async function makeMark(context: GatewayContext, { day, before, first, isStopped }: MarkOrder): Promise<void> {
  const { db } = context;
  const { usageMarks, usageMarkDays } = db.tables;
  const [lastByModel] = isByModel(day)
    ? await db
        .select({ day: usageMarkDays.day })
        .from(usageMarkDays)
        .where(and(eq(usageMarkDays.byModel, true), lt(usageMarkDays.day, day)))
        .orderBy(desc(usageMarkDays.day))
        .limit(1)
    : [];
  for await (const between of slicesOfUsers(context)) {
    if (isStopped()) return;
    await db
      .insert(usageMarks)
      .select(sumsBefore(context, day, before ?? null, first, between, false))
      .onConflictDoNothing();
    if (isByModel(day)) {
      await db
        .insert(usageMarks)
        .select(sumsBefore(context, day, lastByModel?.day ?? null, first, between, true))
        .onConflictDoNothing();
    }
    await sleep(PAUSE_MS);
  }
}

/** By the keys of the daily totals, which are few: in one statement. */
async function makeTotalMark({ db }: GatewayContext, day: string, before: string | null, first: string): Promise<void> {
  const parts = totalPartsOf(db, sinceMark(day, before, first), { models: [] }, FIGURES);
  const rows = sql`select ${literal(day)}, department_id, model, upstream_id, ${sumsOfParts(db)} from ${parts}
    group by department_id, model, upstream_id`;
  await db.insert(db.tables.totalMarks).select(rows).onConflictDoNothing();
}

/** All use before `day`: the mark before it, and the days since. @param first the day of the first use */
function sinceMark(day: string, before: string | null, first: string): Composition {
  return {
    marks: before === null ? [] : [{ day: before, sign: 1 }],
    days: [{ from: before ?? first, before: day, sign: 1 }],
  };
}

function sumsOfParts(db: Queries): SQL {
  return sql.join(
    FIGURES.map((figure) => sql`sum(${figureIn(db, figure)})`),
    sql`, `,
  );
}

/** A day within a selected row: as a parameter it would have no type on Postgres. */
function literal(day: string): SQL {
  return sql.raw(`'${day}'`);
}

/** The rows of a mark, in the order of the table's columns. */
function sumsBefore(
  { db }: GatewayContext,
  day: string,
  before: string | null,
  first: string,
  between: readonly [string, string],
  byModel: boolean,
): SQL {
  const parts = partsOf(db, sinceMark(day, before, first), { models: [], byModel, between }, FIGURES);
  const model = byModel ? sql`model` : sql`''`;
  return sql`select ${literal(day)}, ${model}, user_id, department_id, ${sumsOfParts(db)} from ${parts}
    group by ${byModel ? sql`model, ` : sql``}user_id, department_id`;
}

/** Ids of users: after the first, up to and with the second. */
export async function* slicesOfUsers({ db }: GatewayContext): AsyncGenerator<readonly [string, string]> {
  const { users } = db.tables;
  let after = '';
  for (;;) {
    const rows = await db
      .select({ id: users.id })
      .from(users)
      .where(gt(users.id, after))
      .orderBy(asc(users.id))
      .limit(USERS_IN_SLICE);
    const last = rows.at(-1);
    if (!last) return;
    yield [after, last.id];
    after = last.id;
  }
}

/** The newest mark that agrees with the totals; those after it are removed. */
async function lastSoundMark(context: GatewayContext): Promise<string | null> {
  const { db, log } = context;
  const { usageMarkDays } = db.tables;
  const days = await db.select({ day: usageMarkDays.day }).from(usageMarkDays).orderBy(desc(usageMarkDays.day));
  for (const { day } of days) {
    // Every mark holds all use before it, so that the newest one shows a change of any day.
    if (await agrees(context, day)) return day;
    log.info({ day }, 'Use before a mark has changed; the mark is made again');
    await removeMarks(context, day);
  }
  return null;
}

async function agrees({ db }: GatewayContext, day: string): Promise<boolean> {
  const { usageMarks, totalMarks, dailyTotals } = db.tables;
  const figuresOf = async (
    table: typeof usageMarks | typeof totalMarks | typeof dailyTotals,
    matches: SQL | undefined,
  ) => {
    const figures = {
      requests: sum(table.requests),
      tokens: sum(table.chargedTokens),
      costMicroUsd: sum(table.costMicroUsd),
    };
    const [row] = await db.select(figures).from(table).where(matches);
    return JSON.stringify(row);
  };
  const expected = await figuresOf(dailyTotals, lt(dailyTotals.day, day));
  const marks = [
    await figuresOf(totalMarks, eq(totalMarks.day, day)),
    await figuresOf(usageMarks, and(eq(usageMarks.day, day), eq(usageMarks.model, ''))),
    ...(isByModel(day) ? [await figuresOf(usageMarks, and(eq(usageMarks.day, day), ne(usageMarks.model, '')))] : []),
  ];
  return marks.every((figures) => figures === expected);
}

/** Removes the marks of `day` and of all days after it. */
async function removeMarks(context: GatewayContext, from: string): Promise<void> {
  const { db } = context;
  const { usageMarks, totalMarks, usageMarkDays } = db.tables;
  await db.delete(usageMarkDays).where(gte(usageMarkDays.day, from));
  await db.delete(totalMarks).where(gte(totalMarks.day, from));
  const days = await db.selectDistinct({ day: usageMarks.day }).from(usageMarks).where(gte(usageMarks.day, from));
  for (const { day } of days) {
    for await (const [after, last] of slicesOfUsers(context)) {
      await db
        .delete(usageMarks)
        .where(and(eq(usageMarks.day, day), sql`${usageMarks.userId} > ${after} and ${usageMarks.userId} <= ${last}`));
      await sleep(PAUSE_MS);
    }
    await db.delete(usageMarks).where(eq(usageMarks.day, day));
  }
}
