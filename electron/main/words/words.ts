/** Which language the operating system's side speaks: what the console said last, else the system's. No Electron in here. */
import type { Locale } from '../../contract.ts';
import { en, type Words } from './en.ts';
import { ptBr } from './pt-br.ts';

export type { Words } from './en.ts';

export const words: Record<Locale, Words> = { en, 'pt-BR': ptBr };

/** @param preferred the system's languages, most wanted first */
export function systemLocale(preferred: readonly string[]): Locale {
  for (const language of preferred) {
    if (/^pt\b/i.test(language)) return 'pt-BR';
    if (/^en\b/i.test(language)) return 'en';
  }
  return 'en';
}

/** `1.24 M`, in Portuguese `1,24 mi`. */
export function compact(tokens: number, locale: Locale): string {
  const text = new Intl.NumberFormat(locale, { notation: 'compact', maximumFractionDigits: 2 }).format(tokens);
  // English joins the letter to the figure; apart it is read more easily.
  return text.replace(/(\d)(\p{L})/u, '$1\u00a0$2');
}

export function percent(share: number, locale: Locale): string {
  return new Intl.NumberFormat(locale, { style: 'percent', maximumFractionDigits: 0 }).format(share);
}
