/** Pure: what the bar shows of a user's figures. */
import type { Me } from '../../../gateway/contract/portal.ts';

export type QuotaState = 'fine' | 'warning' | 'critical' | 'empty';

export interface QuotaFigures {
  /** Of month and credits. */
  readonly used: number;
  readonly held: number;
  /** Left of the month, without what is held. */
  readonly left: number;
  /** Credits that are left, without what is held. */
  readonly credits: number;
  /** Left of both. */
  readonly available: number;
  /** All of them together: the length of the bar. */
  readonly whole: number;
  /** Share used in percent, 0 to 100; nothing of nothing is all of it. */
  readonly percent: number;
  readonly state: QuotaState;
}

type Figures = Pick<Me, 'usedMonthly' | 'usedCredits' | 'heldMonthly' | 'heldCredits' | 'credits' | 'available'> & {
  alerts: Pick<Me['alerts'], 'thresholds'>;
};

/** @returns null for somebody without a limit: there is no whole to take shares of */
export function quotaFigures(me: Figures): QuotaFigures | null {
  const { available } = me;
  if (available === null) return null;
  const used = me.usedMonthly + me.usedCredits;
  const held = me.heldMonthly + me.heldCredits;
  const credits = Math.max(0, me.credits - me.heldCredits);
  const whole = used + held + available;
  const percent = whole === 0 ? 100 : (used / whole) * 100;
  return {
    used,
    held,
    left: Math.max(0, available - credits),
    credits,
    available,
    whole,
    percent,
    state: stateOf(percent, available, me.alerts.thresholds),
  };
}

function stateOf(percent: number, available: number, thresholds: readonly number[]): QuotaState {
  if (available === 0) return 'empty';
  const [first = 80, second = 95] = thresholds;
  if (percent >= second) return 'critical';
  return percent >= first ? 'warning' : 'fine';
}
