/** Pure: at which shares of use a user is warned, and which of them are reached. Percent. */
import type { AlertKind } from '../db/json-columns.ts';

export type UseAlertKind = Extract<AlertKind, 'warning' | 'critical' | 'blocked'>;

/** What plans start with: those that still say so follow the setting. */
export const DEFAULT_THRESHOLDS: readonly number[] = [80, 95, 100];
export const ALL_USED = 100;

export interface ThresholdSources {
  /** The user's own; null = the plan's. */
  readonly own: readonly number[] | null;
  readonly plan: readonly number[];
  /** The setting `alertThreshold`, in millionths. */
  readonly first: number;
}

/** The thresholds that count for a user, rising; the last is always 100: nothing is left. */
export function thresholdsOf({ own, plan, first }: ThresholdSources): number[] {
  const saysNothing = plan.length === 0 || plan.join() === DEFAULT_THRESHOLDS.join();
  const usual = saysNothing ? [Math.round(first / 10_000), ...DEFAULT_THRESHOLDS.slice(1)] : plan;
  const chosen = own !== null && own.length > 0 ? own : usual;
  return [...new Set([...chosen, ALL_USED])].filter((value) => value <= ALL_USED).sort((a, b) => a - b);
}

/** 100 is *blocked*; of several others the highest is *critical*, all else *warning*. */
export function kindOfThreshold(threshold: number, thresholds: readonly number[]): UseAlertKind {
  if (threshold >= ALL_USED) return 'blocked';
  const below = thresholds.filter((value) => value < ALL_USED);
  return below.length > 1 && threshold === below.at(-1) ? 'critical' : 'warning';
}

/** Thresholds at or under a share in [0, 1]; rising. */
export function reachedBy(share: number, thresholds: readonly number[]): number[] {
  // Shares are quotients of whole numbers: 0.8 must reach 80.
  return thresholds.filter((threshold) => share * 100 >= threshold - 1e-9);
}

/** The share for people: whole percent, never rounded up to what is not reached. */
export function wholePercent(share: number): number {
  return Math.floor(share * 100 + 1e-9);
}
