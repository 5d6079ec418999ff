/** What administrators are told of the month that has ended. */
import { and, count, countDistinct, desc, eq, gte, lt, sql } from 'drizzle-orm';
import { administrators } from '../alerts/system-trouble.ts';
import type { GatewayContext } from '../context.ts';
import type { Queries } from '../db/database.ts';
import type { Period } from '../ledger/periods.ts';
import type { MailData } from '../mail/kinds.ts';

const TOP = 5;

/** Puts the report of a month into the outbox for every administrator, once. Months without a request have none. */
export async function reportMonth(context: GatewayContext, period: Period): Promise<void> {
  const { db } = context;
  const data = await monthlyFigures(context, db, period);
  if (data.requests === 0) return;
  const readers = await administrators(db);
  await db.tx((tx) =>
    context.mail.enqueue(
      tx,
      ...readers.map((id) => ({
        kind: 'monthly_report' as const,
        to: { operatorId: id },
        data,
        dedupeKey: `report:${period.id}:${id}`,
      })),
    ),
  );
}

async function monthlyFigures(
  context: GatewayContext,
  db: Queries,
  period: Period,
): Promise<MailData['monthly_report']> {
  const { dailyTotals, userPeriods, alerts } = db.tables;
  const calendar = context.calendar();
  const sums = async ({ startsAt, endsAt }: Pick<Period, 'startsAt' | 'endsAt'>) => {
    const [row] = await db
      .select({
        tokens: total(dailyTotals.chargedTokens),
        costMicroUsd: total(dailyTotals.costMicroUsd),
        requests: total(dailyTotals.requests),
        errors: total(dailyTotals.errors),
      })
      .from(dailyTotals)
      .where(and(gte(dailyTotals.day, calendar.day(startsAt)), lt(dailyTotals.day, calendar.day(endsAt))));
    return row ?? { tokens: 0, costMicroUsd: 0, requests: 0, errors: 0 };
  };
  const own = await sums(period);
  const previous = await sums(calendar.period(period.startsAt - 1));
  const used = sql<number>`${userPeriods.usedMonthly} + ${userPeriods.usedCredits}`.mapWith(Number);
  const ofPeriod = and(eq(userPeriods.period, period.id), sql`${used} > 0`);
  const [active] = await db.select({ users: count() }).from(userPeriods).where(ofPeriod);
  const [blocked] = await db
    .select({ users: countDistinct(alerts.userId) })
    .from(alerts)
    .where(and(eq(alerts.kind, 'blocked'), eq(alerts.period, period.id)));
  const topModels = await db
    .select({ model: dailyTotals.model, tokens: total(dailyTotals.chargedTokens) })
    .from(dailyTotals)
    .where(and(gte(dailyTotals.day, calendar.day(period.startsAt)), lt(dailyTotals.day, calendar.day(period.endsAt))))
    .groupBy(dailyTotals.model)
    .orderBy(desc(total(dailyTotals.chargedTokens)), dailyTotals.model)
    .limit(TOP);
  return {
    period: period.id,
    tokens: own.tokens,
    costMicroUsd: own.costMicroUsd,
    requests: own.requests,
    activeUsers: active?.users ?? 0,
    blockedUsers: blocked?.users ?? 0,
    errorPercent: own.requests === 0 ? 0 : Math.round((100 * own.errors) / own.requests),
    previousTokens: previous.tokens,
    topUsers: await db
      .select({ userId: userPeriods.userId, tokens: used })
      .from(userPeriods)
      .where(ofPeriod)
      .orderBy(desc(used), userPeriods.userId)
      .limit(TOP),
    topModels: topModels.filter(({ tokens }) => tokens > 0),
  };
}

function total(column: unknown) {
  return sql<number>`coalesce(sum(${column}), 0)`.mapWith(Number);
}
