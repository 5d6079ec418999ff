/** The overview: the team's figures of today and this month. Every query reads roll-ups or a few thousand rows at most. */
import { eq, gte, isNull, sql } from 'drizzle-orm';
import { countByStatus, outlookOf, topUsers } from '../accounts/queries.ts';
import type { GatewayContext } from '../context.ts';
import type { Stats } from '../contract/reports.ts';
import { countTickets } from '../credits/queries.ts';
import { TEAM_ID } from '../db/seed.ts';
import { addDays, daysFrom } from './days.ts';
import { courseOf, forecastTotal, paceFrom } from './forecast.ts';
import { historyStart } from './history-start.ts';
import { mean, sum, sumColumns } from './sums.ts';

const SHOWN_DAYS = 30;
const TOP_USERS = 10;

/** The team's figures, all of the same instant. */
export async function systemStats(context: GatewayContext): Promise<Stats> {
  const { db } = context;
  const { dailyTotals, alerts, refusals, departments } = db.tables;
  const calendar = context.calendar();
  const outlook = outlookOf(context);
  const { now, period } = outlook;
  const today = calendar.day(now);
  const firstDay = calendar.day(period.startsAt);

  const days = await db
    .select({ day: dailyTotals.day, ...sumColumns(dailyTotals) })
    .from(dailyTotals)
    .where(gte(dailyTotals.day, historyStart(calendar, now)))
    .groupBy(dailyTotals.day);
  const byDay = new Map(days.map((row) => [row.day, row]));
  const ofToday = byDay.get(today);
  const ofMonth = (value: (row: (typeof days)[number]) => number) =>
    days.reduce((total, row) => (row.day >= firstDay ? total + value(row) : total), 0);
  const lastDay = calendar.day(period.endsAt - 1);
  const figures = (value: (row: (typeof days)[number]) => number) => {
    const month = ofMonth(value);
    const ofDays = new Map(days.map((row) => [row.day, value(row)]));
    const pace = paceFrom(ofDays, today, lastDay);
    return {
      sums: { today: ofToday ? value(ofToday) : 0, month, forecast: forecastTotal(pace, month) },
      course: courseOf(pace, month, ofDays),
      weekdays: pace.weekdays,
    };
  };

  const byModel = await db
    .select({
      model: dailyTotals.model,
      requests: sum(dailyTotals.requests),
      tokens: sum(dailyTotals.chargedTokens),
      costMicroUsd: sum(dailyTotals.costMicroUsd),
    })
    .from(dailyTotals)
    .where(gte(dailyTotals.day, firstDay))
    .groupBy(dailyTotals.model);
  const [refused] = await db
    .select({ requests: sum(refusals.requests) })
    .from(refusals)
    .where(gte(refusals.minute, calendar.dayStart(today)));
  const waiting = await countTickets(db, outlook.now);
  const openAlerts = await db.$count(alerts, isNull(alerts.resolvedAt));
  const status = await countByStatus(db, outlook);
  const people = status.active + status.pending + status.suspended + status.blocked;
  const tokens = figures((row) => row.chargedTokens);
  const top = await topUsers(db, outlook, TOP_USERS);
  const [team] = await db.select({ cap: departments.capTokens }).from(departments).where(eq(departments.id, TEAM_ID));

  return {
    period: period.id,
    periodStart: period.startsAt,
    nextReset: period.endsAt,
    timeZone: calendar.timeZone,
    tokens: tokens.sums,
    costMicroUsd: figures((row) => row.costMicroUsd).sums,
    month: tokens.course,
    monthLimit: team?.cap ?? null,
    weekdays: tokens.weekdays && [...tokens.weekdays],
    requests: {
      today: ofToday?.requests ?? 0,
      month: ofMonth((row) => row.requests),
      refusedToday: refused?.requests ?? 0,
    },
    activeUsers: { today: await activeOn(context, today), month: top.withUse },
    users: { total: people, ...status },
    monthlyTotal: tokens.sums.month,
    averagePerUser: people === 0 ? 0 : Math.round(tokens.sums.month / people),
    topUsers: top.users.map(({ id, email, name, used, monthlyLimit, usagePercent }) => ({
      id,
      email,
      name,
      used,
      monthlyLimit,
      usagePercent,
    })),
    byModel: byModel.sort((a, b) => b.tokens - a.tokens || (a.model < b.model ? -1 : 1)),
    byDay: daysFrom(addDays(today, 1 - SHOWN_DAYS), today).map((day) => {
      const row = byDay.get(day);
      return {
        day,
        requests: row?.requests ?? 0,
        tokens: row?.chargedTokens ?? 0,
        costMicroUsd: row?.costMicroUsd ?? 0,
      };
    }),
    errorRate: ofToday && ofToday.requests > 0 ? ofToday.errors / ofToday.requests : null,
    latency: {
      durationMs: ofToday ? mean(ofToday.durationMs, ofToday.requests) : null,
      firstByteMs: ofToday ? mean(ofToday.firstByteMs, ofToday.requests) : null,
    },
    pendingRequests: waiting.open,
    openAlerts,
  };
}

async function activeOn({ db }: GatewayContext, day: string): Promise<number> {
  const { dailyRollups } = db.tables;
  const [found] = await db
    .select({ count: sql<number>`count(distinct ${dailyRollups.userId})`.mapWith(Number) })
    .from(dailyRollups)
    .where(eq(dailyRollups.day, day));
  return found?.count ?? 0;
}
