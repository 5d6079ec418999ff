/**
 * Pure: how far a figure is from what is usual for the same user. Amounts of use are skewed and have outliers, so the
 * middle is the median and the spread the median absolute deviation (MAD), in units of a normal distribution's deviation.
 */
import type { AnomalyLevel } from '../contract/alerts.ts';
import { quantile } from '../reports/forecast.ts';

/** What is usual for a user: so much a day, or so many requests in a day's busiest hour. */
export interface Usual {
  /** Days that the user was active on and that this is drawn from. */
  readonly days: number;
  /** The larger of mean and median: "N times the usual" is a multiple of this. */
  readonly amount: number;
  readonly median: number;
  /** At least a quarter of the median: a MAD of 0 does not make every other value a sensation. */
  readonly spread: number;
}

/** Fewer active days are no ground for a verdict. */
export const LEAST_DAYS = 7;
/** And fewer than these none for the strongest step. */
const DAYS_FOR_HIGH = 14;
const MAD_TO_DEVIATION = 1.4826;
const LEAST_SPREAD = 0.25;

/** How many spreads above the median a figure must lie. */
const FAR = 8;
/** How many times the usual a figure must be, from these levels on. */
const TIMES_LOW = 5;
const TIMES_MEDIUM = 10;
const TIMES_HIGH = 30;

/** What is usual by figures of the user's own active days; null with fewer than `LEAST_DAYS`. */
export function usualOf(values: readonly number[]): Usual | null {
  const active = values.filter((value) => value > 0);
  if (active.length < LEAST_DAYS) return null;
  const median = quantile(active, 0.5);
  const deviation = quantile(
    active.map((value) => Math.abs(value - median)),
    0.5,
  );
  const mean = active.reduce((sum, value) => sum + value, 0) / active.length;
  return {
    days: active.length,
    amount: Math.max(mean, median),
    median,
    spread: Math.max(MAD_TO_DEVIATION * deviation, LEAST_SPREAD * median),
  };
}

export interface Verdict {
  readonly level: AnomalyLevel;
  /** How many times the usual, to one decimal. */
  readonly times: number;
}

/**
 * The verdict on a figure; null where nothing is unusual. *Low* is far from the median and 5 times the usual, or 10 times
 * the usual however bursty the user is; *medium* is far and 10 times; *high* is far, 30 times, and by two weeks of history.
 *
 * @param least figures below it never are unusual: small sums vary wildly and harm nobody
 */
export function judge(seen: number, usual: Usual, least: number): Verdict | null {
  if (seen < least) return null;
  const isFar = seen - usual.median >= FAR * usual.spread;
  const ratio = seen / usual.amount;
  const level = levelOf(ratio, isFar, usual.days);
  return level && { level, times: Math.round(ratio * 10) / 10 };
}

function levelOf(ratio: number, isFar: boolean, days: number): AnomalyLevel | null {
  if (!isFar) return ratio >= TIMES_MEDIUM ? 'low' : null;
  if (ratio >= TIMES_HIGH && days >= DAYS_FOR_HIGH) return 'high';
  if (ratio >= TIMES_MEDIUM) return 'medium';
  return ratio >= TIMES_LOW ? 'low' : null;
}
