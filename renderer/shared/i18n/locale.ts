/** Which language a person reads, and where their choice is kept. */
import { en, type Messages } from './en.ts';
import { ptBr } from './pt-br.ts';

export const locales = ['en', 'pt-BR'] as const;
export type Locale = (typeof locales)[number];

export const messages: Record<Locale, Messages> = { en, 'pt-BR': ptBr };

/** Each language in its own words. */
export const localeNames: Record<Locale, string> = { en: 'English', 'pt-BR': 'Português' };

const STORAGE_KEY = 'solaris.locale';

/** The chosen locale, else the first that the browser's languages (most wanted first) know, else English. */
export function pickLocale(chosen: string | null, browserLanguages: readonly string[]): Locale {
  const known = locales.find((locale) => locale === chosen);
  if (known) return known;
  for (const language of browserLanguages) {
    if (/^pt\b/i.test(language)) return 'pt-BR';
    if (/^en\b/i.test(language)) return 'en';
  }
  return 'en';
}

export function loadLocale(): Locale {
  return pickLocale(localStorage.getItem(STORAGE_KEY), navigator.languages);
}

export function saveLocale(locale: Locale): void {
  localStorage.setItem(STORAGE_KEY, locale);
}
