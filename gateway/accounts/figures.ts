/** A user's numbers as SQL expressions, for lists to sort and filter by. They must say what `ledger/standing.ts` says. */
import { type SQL, sql } from 'drizzle-orm';
import type { UsageLevel } from '../contract/users.ts';
import type { Tables } from '../db/database.ts';
import type { LimitPolicy } from '../ledger/standing.ts';

const MILLION = 1_000_000;

/** Where each usage level begins, and where it ends, in millionths of what the user may use. */
const LEVELS: Record<UsageLevel, readonly [from: number, before: number]> = {
  low: [0, 500_000],
  medium: [500_000, 800_000],
  high: [800_000, 950_000],
  critical: [950_000, MILLION],
  exhausted: [MILLION, Number.MAX_SAFE_INTEGER],
};

export interface FigureExpressions {
  /** Effective, scaled to its usable part; null = unlimited. */
  readonly limit: SQL<number | null>;
  readonly used: SQL<number>;
  readonly held: SQL<number>;
  /** Null = unlimited. */
  readonly available: SQL<number | null>;
  /** Share used in millionths, 0 where unlimited. */
  readonly share: SQL<number>;
}

/** Expressions over `users`, joined with their plan, left-joined with the period's `user_periods`. */
export function figureExpressions({ users, plans, userPeriods }: Tables, policy: LimitPolicy): FigureExpressions {
  const planLimit = sql`case ${plans.limitMode} when 'tokens' then coalesce(${plans.monthlyLimit}, 0)
    when 'unlimited' then null else ${literal(policy.defaultMonthlyLimit)} end`;
  const whole = sql`case ${users.limitMode} when 'tokens' then coalesce(${users.monthlyLimit}, 0)
    when 'unlimited' then null else ${planLimit} end`;
  const limit =
    policy.blockThreshold === MILLION
      ? whole
      : sql`((${whole}) * ${literal(policy.blockThreshold)} / ${literal(MILLION)})`;
  const usedMonthly = sql`coalesce(${userPeriods.usedMonthly}, 0)`;
  const heldMonthly = sql`coalesce(${userPeriods.heldMonthly}, 0)`;
  const used = sql`(${usedMonthly} + coalesce(${userPeriods.usedCredits}, 0))`;
  const held = sql`(${heldMonthly} + ${users.heldCredits})`;
  const available = sql`(case when (${limit}) is null then null else ${positive(sql`(${limit}) - ${usedMonthly} - ${heldMonthly}`)}
    + ${positive(sql`${users.credits} - ${users.heldCredits}`)} end)`;
  const total = sql`(${used} + ${available} + ${held})`;
  return {
    limit: sql<number | null>`(${limit})`.mapWith(Number),
    used: sql<number>`${used}`.mapWith(Number),
    held: sql<number>`${held}`.mapWith(Number),
    available: sql<number | null>`${available}`.mapWith(Number),
    // Every mention of the limit is reckoned anew for every user: the total is mentioned once.
    share: sql<number>`(case when (${limit}) is null then 0
      else coalesce(${used} * ${literal(MILLION)} / nullif(${total}, 0), ${literal(MILLION)}) end)`.mapWith(Number),
  };
}

/** Condition that the share lies in one of the levels. */
export function inLevels(share: SQL<number>, levels: readonly UsageLevel[]): SQL {
  const ranges = levels.map((level) => {
    const [from, before] = LEVELS[level];
    // Whole numbers, and `between` reckons the share once.
    return sql`${share} between ${literal(from)} and ${literal(before - 1)}`;
  });
  return ranges.length === 0 ? sql`1 = 0` : sql`(${sql.join(ranges, sql` or `)})`;
}

function positive(expression: SQL): SQL {
  return sql`(case when ${expression} > 0 then ${expression} else 0 end)`;
}

/** A whole number in the SQL's text: bound as a parameter it would be a fraction on SQLite, and divisions with it too. */
function literal(value: number | null): SQL {
  if (value !== null && !Number.isSafeInteger(value)) throw new RangeError(`${value} is not a whole number`);
  return sql.raw(value === null ? 'null' : String(value));
}
