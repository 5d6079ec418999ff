/** What the overview's month is compared with, day by day. */
import { and, gte, lte } from 'drizzle-orm';
import type { GatewayContext } from '../context.ts';
import type { ComparisonQuery, MonthBefore } from '../contract/reports.ts';
import { comparedRange } from './compared-range.ts';
import { addDays, daysFrom } from './days.ts';
import { sum } from './sums.ts';

/** The days before unless the query says else; the whole of them, since the month's days to come are shown, too. @throws ApiError 400 */
export async function monthBefore(context: GatewayContext, query: ComparisonQuery): Promise<MonthBefore> {
  const { db } = context;
  const { dailyTotals } = db.tables;
  const calendar = context.calendar();
  const { startsAt, endsAt } = calendar.period(context.clock.now());
  const month = { from: calendar.day(startsAt), to: calendar.day(endsAt - 1) };
  const { compare = 'previous' } = query;
  const days = comparedRange({ ...query, compare }, month, addDays(month.to, 1));
  const { timeZone } = calendar;
  if (days === null) return { ...month, timeZone, totals: [] };
  const { from, to } = days;
  const rows = await db
    .select({ day: dailyTotals.day, tokens: sum(dailyTotals.chargedTokens) })
    .from(dailyTotals)
    .where(and(gte(dailyTotals.day, from), lte(dailyTotals.day, to)))
    .groupBy(dailyTotals.day);
  const byDay = new Map(rows.map(({ day, tokens }) => [day, tokens]));
  let total = 0;
  // No more days than the longest month: a range of years is no answer to how this month goes.
  const shown = daysFrom(from, to).slice(0, daysFrom(month.from, month.to).length);
  return { from, to: shown.at(-1) ?? to, timeZone, totals: shown.map((day) => (total += byDay.get(day) ?? 0)) };
}
