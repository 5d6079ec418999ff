/** When the team works: its use by weekday and hour. */
import { gte } from 'drizzle-orm';
import type { GatewayContext } from '../context.ts';
import type { HoursReport } from '../contract/reports.ts';
import { firstShownDay, uncountedHours } from './hours.ts';
import { readLiveHour } from './live-hours.ts';

/** Use by weekday and hour of the last eight weeks, the hour that runs included. */
export async function hoursReport(context: GatewayContext): Promise<HoursReport> {
  const { db, clock } = context;
  const { hourlyTotals } = db.tables;
  const now = clock.now();
  const calendar = context.calendar();
  const from = calendar.dayStart(firstShownDay(context));
  const rows = await db
    .select({
      startsAt: hourlyTotals.startsAt,
      requests: hourlyTotals.requests,
      errors: hourlyTotals.errors,
      tokens: hourlyTotals.chargedTokens,
      costMicroUsd: hourlyTotals.costMicroUsd,
    })
    .from(hourlyTotals)
    .where(gte(hourlyTotals.startsAt, from));
  const cells = new Map<number, HoursReport['cells'][number]>();
  const add = (startsAt: number, sums: Omit<HoursReport['cells'][number], 'weekday' | 'hour'>) => {
    if (sums.requests === 0) return;
    const wall = new Date(calendar.wallClock(startsAt));
    const [weekday, hour] = [wall.getUTCDay(), wall.getUTCHours()];
    const cell = cells.get(weekday * 24 + hour) ?? {
      weekday,
      hour,
      requests: 0,
      errors: 0,
      tokens: 0,
      costMicroUsd: 0,
    };
    cells.set(weekday * 24 + hour, {
      weekday,
      hour,
      requests: cell.requests + sums.requests,
      errors: cell.errors + sums.errors,
      tokens: cell.tokens + sums.tokens,
      costMicroUsd: cell.costMicroUsd + sums.costMicroUsd,
    });
  };
  for (const { startsAt, ...sums } of rows) add(startsAt, sums);
  for (const hour of await uncountedHours(context, from)) {
    const { requests, errors, chargedTokens: tokens, costMicroUsd } = (await readLiveHour(context, hour)).sums;
    add(hour.startsAt, { requests, errors, tokens, costMicroUsd });
  }
  return {
    timeZone: calendar.timeZone,
    from: calendar.day(from),
    to: calendar.day(now),
    cells: [...cells.values()].sort((a, b) => a.weekday - b.weekday || a.hour - b.hour),
  };
}
