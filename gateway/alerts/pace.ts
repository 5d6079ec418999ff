/** How long what is left will last, and what would make it last longer. */
import { and, eq, gte, sql } from 'drizzle-orm';
import type { GatewayContext } from '../context.ts';
import type { SavingTip, UseFigures } from '../mail/kinds.ts';
import { addDays, daysBetween } from '../reports/days.ts';
import { userStats } from '../reports/user-stats.ts';

export interface Pace {
  /** The day on which nothing is left by the forecast, if that is before the renewal; null when it lasts or there is none. */
  readonly exhaustionDay: string | null;
  /** Whole days until then, 0 = today; with too little history for a forecast by the average of this period. */
  readonly daysLeft: number | null;
  readonly tip: SavingTip;
}

const DAY_MS = 86_400_000;
/** Days that tips look back on. */
const TIP_DAYS = 30;
/** One model with so much of all tokens, beside others, is worth a word. */
const MUCH_OF_ONE_MODEL = 60;
const MUCH_PROMPT = 80;

/** The forecast of `reports/forecast.ts`, and what follows from it. */
export async function paceOf(context: GatewayContext, userId: string, figures: UseFigures): Promise<Pace> {
  const stats = await userStats(context, userId);
  const today = context.calendar().day(context.clock.now());
  const hasForecast = stats.monthlyProjection !== null;
  const lastDay = hasForecast ? stats.exhaustionDate : simpleExhaustion(context, today, figures);
  return {
    exhaustionDay: hasForecast ? stats.exhaustionDate : null,
    daysLeft: lastDay === null ? null : Math.max(0, daysBetween(today, lastDay)),
    tip: await tipFor(context, userId, stats.usageByModel),
  };
}

function simpleExhaustion(context: GatewayContext, today: string, figures: UseFigures): string | null {
  const { available, usedMonthly, usedCredits, periodEndsAt } = figures;
  const used = usedMonthly + usedCredits;
  if (available === null || used === 0) return null;
  if (available === 0) return today;
  const now = context.clock.now();
  const days = Math.max(1, (now - context.calendar().period(now).startsAt) / DAY_MS);
  const day = addDays(today, Math.floor((available * days) / used));
  return day < context.calendar().day(periodEndsAt) ? day : null;
}

async function tipFor(
  { db, calendar, clock }: GatewayContext,
  userId: string,
  byModel: readonly { model: string; tokens: number }[],
): Promise<SavingTip> {
  const total = byModel.reduce((sum, { tokens }) => sum + tokens, 0);
  const [first] = byModel;
  const percent = first && total > 0 ? Math.floor((100 * first.tokens) / total) : 0;
  if (first && byModel.length > 1 && percent >= MUCH_OF_ONE_MODEL)
    return { kind: 'model', model: first.model, percent };
  const { dailyRollups } = db.tables;
  const since = addDays(calendar().day(clock.now()), -TIP_DAYS);
  const [sums] = await db
    .select({
      prompt: sql<number>`coalesce(sum(${dailyRollups.promptTokens}), 0)`.mapWith(Number),
      all: sql<number>`coalesce(sum(${dailyRollups.totalTokens}), 0)`.mapWith(Number),
    })
    .from(dailyRollups)
    .where(and(eq(dailyRollups.userId, userId), gte(dailyRollups.day, since)));
  const prompts = sums && sums.all > 0 ? Math.floor((100 * sums.prompt) / sums.all) : 0;
  return prompts >= MUCH_PROMPT ? { kind: 'prompts', percent: prompts } : { kind: 'general' };
}
