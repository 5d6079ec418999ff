/** Pure: a number of tokens as people type it. */
import type { Range } from '../../../gateway/contract/bounds.ts';

/**
 * "250000", "250.000", "250,000", "250_000" and "250 000" are the same; "1.5" is none of them.
 *
 * @returns null for what is no whole number within the bounds
 */
export function readTokens(text: string, { least, most }: Range): number | null {
  const trimmed = text.trim();
  if (!/^\d{1,13}$|^\d{1,3}([.,_\s\u00a0\u202f]\d{3})+$/.test(trimmed)) return null;
  const tokens = Number(trimmed.replace(/\D/g, ''));
  return tokens >= least && tokens <= most ? tokens : null;
}
