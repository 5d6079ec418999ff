/** Pure: instants and days as people read them. Instants are shown by the reader's clock or UTC, days are of the reporting zone. */
import { dateFormat, relativeTimeFormat } from '../../../gateway/contract/formatters.ts';

const UNITS: readonly [Intl.RelativeTimeFormatUnit, number][] = [
  ['hour', 3_600_000],
  ['minute', 60_000],
  ['second', 1_000],
];
const DAY_MS = 86_400_000;

/** Within a day "3 minutes ago", else "12 Nov 2026". */
export function relativeTime(at: number, now: number, locale: string, timeZone?: string): string {
  const ago = now - at;
  if (Math.abs(ago) >= DAY_MS) return shortDate(at, locale, timeZone);
  const [unit, span] = UNITS.find(([, size]) => Math.abs(ago) >= size) ?? ['second', 1_000];
  return relativeTimeFormat(locale, { numeric: 'auto' }).format(-Math.trunc(ago / span), unit);
}

/** "12 Nov 2026" */
export function shortDate(at: number, locale: string, timeZone?: string): string {
  return dateFormat(locale, { day: 'numeric', month: 'short', year: 'numeric', timeZone }).format(at);
}

/** "12 Nov 2026, 14:03:22 GMT-3": what stands behind a relative time. */
export function exactTime(at: number, locale: string, timeZone?: string): string {
  return dateFormat(locale, {
    day: 'numeric',
    month: 'short',
    year: 'numeric',
    hour: '2-digit',
    minute: '2-digit',
    second: '2-digit',
    timeZoneName: 'short',
    timeZone,
  }).format(at);
}

/** "12 Nov 2026, 14:03 GMT-3": within a sentence, where nobody waits for the second. */
export function momentText(at: number, locale: string, timeZone?: string): string {
  return dateFormat(locale, {
    day: 'numeric',
    month: 'short',
    year: 'numeric',
    hour: 'numeric',
    minute: '2-digit',
    timeZoneName: 'short',
    timeZone,
  }).format(at);
}

/** A day of the calendar, `2026-11-12` → "12 Nov". */
export function dayLabel(day: string, locale: string): string {
  return dateFormat(locale, { day: 'numeric', month: 'short', timeZone: 'UTC' }).format(Date.parse(day));
}

/** A period, `2026-11` → "November 2026". */
export function monthLabel(period: string, locale: string): string {
  return dateFormat(locale, { month: 'long', year: 'numeric', timeZone: 'UTC' }).format(Date.parse(`${period}-01`));
}

/** A Sunday. */
const SOME_SUNDAY = Date.UTC(2023, 0, 1);

/** The days of the week from Sunday on. */
export function weekdayNames(locale: string, style: 'short' | 'long'): string[] {
  const format = dateFormat(locale, { weekday: style, timeZone: 'UTC' });
  return [0, 1, 2, 3, 4, 5, 6].map((weekday) => format.format(SOME_SUNDAY + weekday * DAY_MS));
}
