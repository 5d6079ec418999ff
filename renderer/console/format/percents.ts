/** Pure: shares from 0 to 1 as the percents that people type, and back, without the tails of binary fractions. */
import { MOST_DECIMALS } from '../../../gateway/contract/bounds.ts';

/** As exact as the share itself. */
export const PERCENT_DECIMALS = MOST_DECIMALS - 2;

export function percentOf(share: number): number {
  return Number((share * 100).toFixed(PERCENT_DECIMALS));
}

export function shareOf(percent: number): number {
  return Number((percent / 100).toFixed(MOST_DECIMALS));
}
