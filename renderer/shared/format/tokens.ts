/** Tokens and money as people read them. */

import { numberFormat } from '../../../gateway/contract/formatters.ts';
import type { Locale } from '../i18n/locale.ts';

/** 1_240_000 → "1,240,000" */
export function formatTokens(tokens: number, locale: Locale): string {
  return numberFormat(locale).format(tokens);
}

/** 1_240_000 → "1.24 M", "1,24 mi" */
export function formatTokensShort(tokens: number, locale: string): string {
  const text = numberFormat(locale, { notation: 'compact', maximumSignificantDigits: 3 }).format(tokens);
  // English joins the letter to the figure; apart it is read more easily.
  return text.replace(/(\d)(\p{L})/u, '$1\u00a0$2');
}

/** Money in millionths of its currency: 25_000_000, "BRL" → "R$ 25.00" */
export function formatMoney(micros: number, currency: string, locale: string): string {
  return apart(numberFormat(locale, { style: 'currency', currency }).format(micros / 1_000_000));
}

/** "R$12.50" → "R$ 12.50": English joins a symbol with letters to the figure; apart both are read more easily. */
export function apart(money: string): string {
  return money.replace(/(\p{L}\p{Sc}?)(?=\d)/u, '$1\u00a0');
}
