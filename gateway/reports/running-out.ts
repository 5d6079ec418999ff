/** Who runs out before the renewal, the first first. */
import { and, desc, eq, gt, lte, max, type SQL, sql } from 'drizzle-orm';
import { figureExpressions } from '../accounts/figures.ts';
import { findUsers, ofPeriod, outlookOf } from '../accounts/queries.ts';
import { statusNow } from '../accounts/status-now.ts';
import type { GatewayContext } from '../context.ts';
import type { RunningOut } from '../contract/reports.ts';
import { daysFrom, weekdayOf } from './days.ts';
import { exhaustionOf } from './forecast.ts';
import { sum } from './sums.ts';
import { WEEKDAY_COLUMNS } from './user-paces.ts';

const SHOWN = 10;
/** Of these the first to run out are shown: the order by what is left of the need is nearly, not quite, that of the days. */
const LOOKED_AT = 40;

export async function runningOut(context: GatewayContext): Promise<RunningOut> {
  const { db } = context;
  const { users, plans, userPeriods, userPaces, dailyRollups } = db.tables;
  const outlook = outlookOf(context);
  const calendar = context.calendar();
  const today = calendar.day(outlook.now);
  const lastDay = calendar.day(outlook.period.endsAt - 1);

  const usedToday = db
    .select({ userId: dailyRollups.userId, tokens: sum(dailyRollups.chargedTokens).as('tokens') })
    .from(dailyRollups)
    .where(eq(dailyRollups.day, today))
    .groupBy(dailyRollups.userId)
    .as('used_today');
  const { available } = figureExpressions(db.tables, outlook.policy);
  const soFar = sql`coalesce(${usedToday.tokens}, 0)`;
  const need = needUntil(userPaces, soFar, today, lastDay);
  const rows = await db
    .select({
      id: users.id,
      available,
      usedToday: sql<number>`${soFar}`.mapWith(Number),
      paces: userPaces,
      total: sql<number>`count(*) over ()`.mapWith(Number),
    })
    .from(userPaces)
    .innerJoin(users, eq(users.id, userPaces.userId))
    .innerJoin(plans, eq(plans.id, users.planId))
    .leftJoin(userPeriods, ofPeriod(db, outlook.period))
    .leftJoin(usedToday, eq(usedToday.userId, userPaces.userId))
    .where(and(eq(statusNow(db, outlook.now), 'active'), gt(available, 0), lte(available, need)))
    .orderBy(desc(sql`1.0 * ${need} / ${available}`), users.id)
    .limit(LOOKED_AT);
  const days = rows.flatMap(({ id, available: left, usedToday: used, paces }) => {
    const weekdays = WEEKDAY_COLUMNS.map((name) => ({ expected: paces[name], low: paces[name], high: paces[name] }));
    const { expected } = exhaustionOf({ today, lastDay, usedToday: used, weekdays }, left ?? 0);
    return expected === null ? [] : [{ id, exhaustionDate: expected }];
  });
  const first = days
    .toSorted((a, b) => (a.exhaustionDate < b.exhaustionDate ? -1 : Number(a.exhaustionDate > b.exhaustionDate)))
    .slice(0, SHOWN);
  const found = new Map(
    (
      await findUsers(
        db,
        outlook,
        first.map(({ id }) => id),
      )
    ).map((user) => [user.id, user]),
  );
  const [latest] = await db.select({ day: max(userPaces.day) }).from(userPaces);
  return {
    items: first.flatMap(({ id, exhaustionDate }) => {
      const user = found.get(id);
      if (!user) return [];
      const { email, name, available: left, usagePercent } = user;
      return [{ id, email, name, available: left ?? 0, usagePercent, exhaustionDate }];
    }),
    total: rows[0]?.total ?? 0,
    asOf: latest?.day ?? null,
  };
}

/** What the days from today to the last take, of today only what is still to come: `forecast.ts` in SQL. */
function needUntil(
  paces: GatewayContext['db']['tables']['userPaces'],
  usedToday: SQL,
  today: string,
  lastDay: string,
): SQL<number> {
  const [first = today, ...later] = daysFrom(today, lastDay);
  const ofToday = paces[WEEKDAY_COLUMNS[weekdayOf(first)] ?? 'sunday'];
  const parts = WEEKDAY_COLUMNS.map((name, weekday) => {
    const count = later.filter((day) => weekdayOf(day) === weekday).length;
    return sql`${sql.raw(String(count))} * ${paces[name]}`;
  });
  const rest = sql`(case when ${ofToday} > ${usedToday} then ${ofToday} - ${usedToday} else 0 end)`;
  return sql<number>`(${rest} + ${sql.join(parts, sql` + `)})`;
}
