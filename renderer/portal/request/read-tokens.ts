/** Pure: a number of tokens as people type it. */

import { LEAST_ASKED, MOST_ASKED } from '../../../gateway/contract/bounds.ts';

/** "250000", "250.000", "250,000" and "250 000" are the same. @returns null for what is no whole number within the bounds */
export function readTokens(text: string): number | null {
  const trimmed = text.trim();
  if (!/^\d{1,10}$|^\d{1,3}([.,\s\u00a0\u202f]\d{3})+$/.test(trimmed)) return null;
  const tokens = Number(trimmed.replace(/\D/g, ''));
  return tokens >= LEAST_ASKED && tokens <= MOST_ASKED ? tokens : null;
}
