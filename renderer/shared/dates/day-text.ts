/**
 * Pure: days as people type them in the chosen language, whatever the browser's is, and as they are kept: `2026-11-30`, with a
 * time of day `2026-11-30T14:30`. English has two orders of digits: there the month is written by its name, and digits that can
 * be two days are asked about.
 */
import { dateFormat } from '../../../gateway/contract/formatters.ts';
import { type Locale, messages } from '../i18n/locale.ts';

/** No day can be taken for another. */
const EXAMPLE = '2026-12-31';

export type DayProblem =
  | { readonly kind: 'unreadable' | 'time' }
  | { readonly kind: 'month'; readonly month: number }
  /** Digits that are one day in London and another in New York. */
  | { readonly kind: 'ambiguous'; readonly days: readonly [string, string] }
  /** A day that the month, `2026-02`, does not have. */
  | { readonly kind: 'day'; readonly month: string; readonly days: number };

/** `isWhole`: every sign of it is there, so that it can count while somebody still types. */
export type DayReading =
  | { readonly value: string; readonly isWhole: boolean; readonly problem: null }
  | { readonly value: null; readonly problem: DayProblem };

const ISO = /^(\d{4})-(\d{2})-(\d{2})$/;
const TYPED = /^(\d{1,2})[/.-](\d{1,2})[/.-](\d{4}|\d{2})$/;
const DIGITS = /^(\d{2})(\d{2})(\d{4})$/;
/** `30 Nov 2026`, and as Americans say it: `Nov 30, 2026`. */
const NAMED = [
  /^(?<day>\d{1,2})[\s./-]*(?<month>[a-z]{3,9})[\s.,/-]*(?<year>\d{4}|\d{2})$/i,
  /^(?<month>[a-z]{3,9})[\s.]*(?<day>\d{1,2})[\s,]+(?<year>\d{4}|\d{2})$/i,
];
const MONTHS = 'january february march april may june july august september october november december'.split(' ');
/** What is before the time of day, and that: a name of a month has blanks beside it. */
const WITH_TIME =
  /^(\d{1,2}[\s./-]*[A-Za-z]{3,9}[\s.,/-]*\d{4}|[A-Za-z]{3,9}[\s.]*\d{1,2}[\s,]+\d{4}|[^\sT,]*)(?:[\sT,]+(.*))?$/s;
const TIME = /^(\d{1,2})[:h.](\d{2})(?::\d{2}(?:\.\d+)?)?$/;
const HALF_DAY_TIME = /^(\d{1,2})(?:[:.](\d{2}))?\s*([ap])\.?\s?m\.?$/i;

/** Whether it is a day that exists, or a day with its time, as they are kept. */
export function isDay(value: string): boolean {
  if (!/^\d{4}-\d{2}-\d{2}(?:T\d{2}:\d{2})?$/.test(value)) return false;
  // Of these, every language reads the same.
  return readDay(value, 'en', value.includes('T')).value !== null;
}

/** Reads what the language writes, digits alone, or ISO 8601. Two digits are a year of this century. */
export function readDay(text: string, locale: Locale, withTime = false): DayReading {
  if (!withTime) return readDate(text.trim(), locale);
  const [, dayText = '', timeText = ''] = WITH_TIME.exec(text.trim()) ?? [];
  const date = readDate(dayText, locale);
  if (date.value === null) return date;
  const time = readTime(timeText);
  return time === null ? problem({ kind: 'time' }) : { ...date, value: `${date.value}T${time}` };
}

function readDate(text: string, locale: Locale): DayReading {
  const parts = partsOf(text, locale);
  if (!parts) return problem({ kind: 'unreadable' });
  const { yearText, month, day, isAmbiguous } = parts;
  const year = yearText.length === 2 ? 2000 + Number(yearText) : Number(yearText);
  if (year < 1970) return problem({ kind: 'unreadable' });
  if (month < 1 || month > 12) return problem({ kind: 'month', month });
  const days = new Date(Date.UTC(year, month, 0)).getUTCDate();
  const monthName = `${year}-${two(month)}`;
  if (day < 1 || day > days) return problem({ kind: 'day', month: monthName, days });
  const value = `${monthName}-${two(day)}`;
  if (isAmbiguous) return problem({ kind: 'ambiguous', days: [value, `${year}-${two(day)}-${two(month)}`] });
  return { value, isWhole: yearText.length === 4, problem: null };
}

interface Parts {
  readonly yearText: string;
  readonly month: number;
  readonly day: number;
  readonly isAmbiguous: boolean;
}

function partsOf(text: string, locale: Locale): Parts | null {
  const [, isoYear, isoMonth, isoDay] = ISO.exec(text) ?? [];
  if (isoYear) return { yearText: isoYear, month: Number(isoMonth), day: Number(isoDay), isAmbiguous: false };
  const [, first, second, yearText] = TYPED.exec(text) ?? DIGITS.exec(text) ?? [];
  if (yearText) {
    const [one, other] = [Number(first), Number(second)];
    if (locale !== 'en') return { yearText, day: one, month: other, isAmbiguous: false };
    if (one <= 12 && other > 12) return { yearText, day: other, month: one, isAmbiguous: false };
    return { yearText, day: one, month: other, isAmbiguous: one !== other && one <= 12 };
  }
  const named = locale === 'en' && NAMED.map((pattern) => pattern.exec(text)?.groups).find((groups) => groups);
  if (!named) return null;
  const { day, month = '', year = '' } = named;
  const index = MONTHS.findIndex((name) => name.startsWith(month.toLowerCase()));
  return index < 0 ? null : { yearText: year, month: index + 1, day: Number(day), isAmbiguous: false };
}

/** @returns `14:30`; null for what no clock shows */
function readTime(text: string): string | null {
  const half = HALF_DAY_TIME.exec(text);
  const [, hourText, minuteText = '0'] = half ?? TIME.exec(text) ?? [];
  if (hourText === undefined) return null;
  const [hour, minute] = [Number(hourText), Number(minuteText)];
  if (minute > 59) return null;
  if (!half) return hour > 23 ? null : `${two(hour)}:${two(minute)}`;
  if (hour < 1 || hour > 12) return null;
  return `${two((hour % 12) + (half[3]?.toLowerCase() === 'p' ? 12 : 0))}:${two(minute)}`;
}

/** A day as the language writes it in a field; what is none stays as it was typed. */
export function writeDay(value: string, locale: Locale): string {
  if (!isDay(value)) return value;
  const [date = '', time] = value.split('T');
  const month =
    locale === 'en' ? ({ day: 'numeric', month: 'short' } as const) : ({ day: '2-digit', month: '2-digit' } as const);
  const dayText = dateFormat(locale, { ...month, year: 'numeric', timeZone: 'UTC' }).format(Date.parse(date));
  return time === undefined ? dayText : `${dayText} ${time}`;
}

/** How a day is typed: `dd mmm yyyy`. */
export function dayPattern(locale: Locale, withTime = false): string {
  const { pattern, patternWithTime } = messages[locale].dates;
  return withTime ? patternWithTime : pattern;
}

/** What is wrong with what is typed, and how to mend it; null where nothing is, or where nothing is typed. */
export function dayProblem(text: string, locale: Locale, withTime = false): string | null {
  if (text.trim() === '') return null;
  const reading = readDay(text, locale, withTime);
  if (reading.problem === null) return null;
  const { dates } = messages[locale];
  const example = writeDay(withTime ? `${EXAMPLE}T14:30` : EXAMPLE, locale);
  const pattern = dayPattern(locale, withTime);
  switch (reading.problem.kind) {
    case 'unreadable':
      return dates.unreadable(pattern, example);
    case 'time':
      return dates.noTime(example);
    case 'month':
      return dates.noMonth(reading.problem.month, pattern);
    case 'ambiguous': {
      const [one, other] = reading.problem.days.map((day) => writeDay(day, locale));
      return dates.twoDays(one ?? '', other ?? '');
    }
    case 'day': {
      const month = dateFormat(locale, { month: 'long', year: 'numeric', timeZone: 'UTC' });
      return dates.noDay(month.format(Date.parse(`${reading.problem.month}-01`)), reading.problem.days);
    }
  }
}

/** Why a day is not among those that can be chosen; null where it is. Bounds are days, both included. */
export function boundProblem(value: string, locale: Locale, bounds: { min?: string; max?: string }): string | null {
  const { dates } = messages[locale];
  const day = value.slice(0, 10);
  if (bounds.min && day < bounds.min) return dates.tooEarly(writeDay(bounds.min, locale));
  return bounds.max && day > bounds.max ? dates.tooLate(writeDay(bounds.max, locale)) : null;
}

function problem(found: DayProblem): DayReading {
  return { value: null, problem: found };
}

function two(value: number): string {
  return String(value).padStart(2, '0');
}
