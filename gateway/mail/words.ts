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
  /** `1.24 M`, `1,24 mi` */
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
  /** `Saturday, 28 November` of `YYYY-MM-DD`. */
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
    compact: (value) => compact.format(value).replace(/(\d)(\p{L})/u, '$1\u00a0$2'),
    percent: (value) => `${number.format(value)}%`,
    money: (micros, currency) => {
      const format = numberFormat(MONEY[locale], { style: 'currency', currency });
      return format.format(micros / 1_000_000);
    },
    date: (at) => date.format(at),
    moment: (at) => `${moment.format(at)} (${timeZone})`,
    month: (period) => monthFormat(locale).format(Date.parse(`${period}-01T00:00:00Z`)),
    monthAt: (at) => monthAt.format(at),
    day: (day) => dayFormat(locale).format(Date.parse(`${day}T00:00:00Z`)),
  };
}

function monthFormat(locale: string) {
  return dateFormat(locale, { month: 'long', year: 'numeric', timeZone: 'UTC' });
}

function dayFormat(locale: string) {
  return dateFormat(locale, { weekday: 'long', day: 'numeric', month: 'long', timeZone: 'UTC' });
}
