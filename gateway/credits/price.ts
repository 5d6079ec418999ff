/** Pure: what credits cost, and how a ticket's number is said. */
import type { Money } from '../contract/tickets.ts';

/**
 * Price of tokens, in millionths of the currency, rounded up.
 *
 * @param pricePerMillion price of a million tokens, in millionths of the currency
 */
export function priceOf(tokens: number, pricePerMillion: number, currency: string): Money {
  const exact = BigInt(tokens) * BigInt(pricePerMillion);
  return { amount: Number((exact + 999_999n) / 1_000_000n), currency };
}

/** The first ticket of an installation. */
export const FIRST_NUMBER = 1_001;

/** A ticket's number as people say it: `#1042`. */
export function ticketName(number: number): string {
  return `#${number}`;
}

/** The number that people mean by `#1042`, `1042` or ` # 1042`; null when it is none. */
export function numberFrom(text: string): number | null {
  const match = /^\s*#?\s*(\d{1,9})\s*$/.exec(text);
  return match ? Number(match[1]) : null;
}
