/** Pure: numbers, money, dates and lists as people read them, in the reader's language and the configured zone. */
import { dateFormat, numberFormat } from '../contract/formatters.ts';

export type Locale = 'en' | 'pt-BR';
export type Urgency = 'low' | 'medium' | 'high' | 'critical';

/** How the product is called in every language. */
export const PRODUCT = 'IA Solaris';

export interface Words {
  readonly locale: Locale;
  /** `1,240,000` */
  number(value: number): string;
  /** As it stands before a noun: `1.24 M`, `1,24 mi de` */
  compact(value: number): string;
  /** `84%` of a whole percent. */
  percent(value: number): string;
  /** Money in millionths of its currency. */
  money(micros: number, currency: string): string;
  /** `1 December 2026` of an instant. */
  date(at: number): string;
  /** `1 December 2026, 14:05` of an instant, with the zone's name. */
  moment(at: number): string;
  /** `November 2026` of `YYYY-MM`. */
  month(period: string): string;
  /** The month of an instant in the configured zone. */
  monthAt(at: number): string;
  /** `Saturday 28 November`, `28 de novembro (sábado)` of `YYYY-MM-DD`: it reads well after any preposition. */
  day(day: string): string;
}

/** English as the world outside America writes money: `US$3.10`. */
const MONEY: Readonly<Record<Locale, string>> = { en: 'en-GB', 'pt-BR': 'pt-BR' };

export function createWords(locale: Locale, timeZone: string): Words {
  const number = numberFormat(locale);
  const compact = numberFormat(locale, { notation: 'compact', maximumFractionDigits: 2 });
  const date = dateFormat(locale, { dateStyle: 'long', timeZone });
  const monthAt = dateFormat(locale, { month: 'long', year: 'numeric', timeZone });
  const moment = dateFormat(locale, { dateStyle: 'long', timeStyle: 'short', timeZone });
  return {
    locale,
    number: (value) => number.format(value),
    // English joins the letter to the figure; apart it is read more easily.
    compact: (value) =>
      compact
        .format(value)
        .replace(/(\d)(\p{L})/u, '$1\u00a0$2')
        .replace(/(mi|bi|tri)$/, '$1 de'),
    percent: (value) => `${number.format(value)}%`,
    money: (micros, currency) => {
      const format = numberFormat(MONEY[locale], { style: 'currency', currency });
      return format.format(micros / 1_000_000);
    },
    date: (at) => date.format(at),
    moment: (at) => `${moment.format(at)} (${timeZone})`,
    month: (period) => monthFormat(locale).format(Date.parse(`${period}-01T00:00:00Z`)),
    monthAt: (at) => monthAt.format(at),
    day: (day) => dayText(locale, Date.parse(`${day}T00:00:00Z`)),
  };
}

function monthFormat(locale: string) {
  return dateFormat(locale, { month: 'long', year: 'numeric', timeZone: 'UTC' });
}

function dayText(locale: Locale, at: number): string {
  const date = { day: 'numeric', month: 'long', timeZone: 'UTC' } as const;
  if (locale === 'en') return dateFormat(locale, { weekday: 'long', ...date }).format(at);
  return `${dateFormat(locale, date).format(at)} (${dateFormat(locale, { weekday: 'long', timeZone: 'UTC' }).format(at)})`;
}
