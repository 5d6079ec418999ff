/** Pure: dates as people read them. */
import { dateFormat } from '../../../gateway/contract/formatters.ts';
import type { Locale } from '../../shared/i18n/locale.ts';

/** "1 December", with the year where it is another one. @param timeZone zone of months and days, or undefined for here */
export function formatDate(at: number, locale: Locale, timeZone?: string, now = Date.now()): string {
  const year = (instant: number) => dateFormat('en', { year: 'numeric', timeZone }).format(instant);
  return dateFormat(locale, {
    day: 'numeric',
    month: 'long',
    ...(year(at) === year(now) ? {} : { year: 'numeric' }),
    ...(timeZone === undefined ? {} : { timeZone }),
  }).format(at);
}

/** "28 Nov, 14:05", where the reader is. */
export function formatMoment(at: number, locale: Locale): string {
  return dateFormat(locale, {
    day: 'numeric',
    month: 'short',
    hour: '2-digit',
    minute: '2-digit',
  }).format(at);
}

/** "28 November" of `YYYY-MM-DD`. */
export function formatDay(day: string, locale: Locale): string {
  return formatDate(Date.parse(`${day}T12:00:00Z`), locale, 'UTC');
}
