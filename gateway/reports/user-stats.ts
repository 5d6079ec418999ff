/** What one user uses, at what pace, and how long it lasts. */
import { and, eq, gte } from 'drizzle-orm';
import { findUser, outlookOf } from '../accounts/queries.ts';
import type { GatewayContext } from '../context.ts';
import type { UserStats } from '../contract/users.ts';
import { ApiError } from '../ops/api-error.ts';
import { addDays, daysBetween, daysFrom } from './days.ts';
import { courseOf, exhaustionOf, forecastTotal, paceFrom } from './forecast.ts';
import { historyStart } from './history-start.ts';
import { sum } from './sums.ts';

/** Days that are shown, today included. */
const SHOWN_DAYS = 30;

interface Use {
  requests: number;
  tokens: number;
  costMicroUsd: number;
}

/** @throws ApiError 404 */
export async function userStats(context: GatewayContext, userId: string): Promise<UserStats> {
  const { db } = context;
  const { dailyRollups } = db.tables;
  const calendar = context.calendar();
  const outlook = outlookOf(context);
  const user = await findUser(db, outlook, userId);
  if (!user) throw new ApiError(404, 'user_not_found', 'There is no user with this id.');

  const today = calendar.day(outlook.now);
  const rows = await db
    .select({
      day: dailyRollups.day,
      model: dailyRollups.model,
      requests: sum(dailyRollups.requests),
      tokens: sum(dailyRollups.chargedTokens),
      costMicroUsd: sum(dailyRollups.costMicroUsd),
    })
    .from(dailyRollups)
    .where(and(eq(dailyRollups.userId, userId), gte(dailyRollups.day, historyStart(calendar, outlook.now))))
    .groupBy(dailyRollups.day, dailyRollups.model);
  const byDay = gather(rows, (row) => row.day);
  const firstShown = addDays(today, 1 - SHOWN_DAYS);
  const shown = rows.filter((row) => row.day >= firstShown);
  const usage30Days = shown.reduce((total, row) => total + row.tokens, 0);

  const tokensByDay = new Map([...byDay].map(([day, use]) => [day, use.tokens]));
  const pace = paceFrom(tokensByDay, today, calendar.day(outlook.period.endsAt - 1));
  const projection = forecastTotal(pace, user.used);
  const { available } = user;
  const exhaustion = available === null ? null : exhaustionOf(pace, available);
  return {
    dailyAverage: Math.round(usage30Days / daysOfUse(shown, today)),
    monthlyProjection: projection?.expected ?? null,
    projectionLow: projection?.low ?? null,
    projectionHigh: projection?.high ?? null,
    exhaustionDate: exhaustion?.expected ?? null,
    exhaustionEarliest: exhaustion?.earliest ?? null,
    exhaustionLatest: exhaustion?.latest ?? null,
    month: courseOf(pace, user.used, tokensByDay),
    monthLimit: available === null ? null : user.used + available + user.held,
    lastActivity: user.lastSeenAt,
    usage30Days,
    usageByModel: [...gather(shown, (row) => row.model)]
      .map(([model, use]) => ({ model, ...use }))
      .sort((a, b) => b.tokens - a.tokens || (a.model < b.model ? -1 : 1)),
    usageByDay: daysFrom(firstShown, today).map((day) => ({ day, ...(byDay.get(day) ?? NO_USE) })),
    timeZone: calendar.timeZone,
  };
}

const NO_USE: Use = { requests: 0, tokens: 0, costMicroUsd: 0 };

function gather<Row extends Use>(rows: readonly Row[], keyOf: (row: Row) => string): Map<string, Use> {
  const gathered = new Map<string, Use>();
  for (const row of rows) {
    const { requests, tokens, costMicroUsd } = gathered.get(keyOf(row)) ?? NO_USE;
    gathered.set(keyOf(row), {
      requests: requests + row.requests,
      tokens: tokens + row.tokens,
      costMicroUsd: costMicroUsd + row.costMicroUsd,
    });
  }
  return gathered;
}

/** Days from the first use that is shown to today; at least 1. */
function daysOfUse(rows: readonly { day: string }[], today: string): number {
  const first = rows.reduce((earliest, { day }) => (day < earliest ? day : earliest), today);
  return daysBetween(first, today) + 1;
}
