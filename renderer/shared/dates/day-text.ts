/**
 * Pure: days as people type them, in the order of the chosen language, whatever the browser's is, and as they are kept:
 * `2026-11-30`, with a time of day `2026-11-30T14:30`.
 */
import { dateFormat } from '../../../gateway/contract/formatters.ts';
import { type Locale, messages } from '../i18n/locale.ts';

type Part = 'day' | 'month' | 'year';
const ORDERS: Record<Locale, readonly [Part, Part, Part]> = {
  en: ['month', 'day', 'year'],
  'pt-BR': ['day', 'month', 'year'],
};
/** Hours up to 12, with AM and PM. */
const HALF_DAYS: Record<Locale, boolean> = { en: true, 'pt-BR': false };
/** No day can be taken for another. */
const EXAMPLE = '2026-12-31';

export type DayProblem =
  | { readonly kind: 'unreadable' | 'time' }
  | { readonly kind: 'month'; readonly month: number }
  /** A day that the month, `2026-02`, does not have. */
  | { readonly kind: 'day'; readonly month: string; readonly days: number };

/** `isWhole`: every sign of it is there, so that it can count while somebody still types. */
export type DayReading =
  | { readonly value: string; readonly isWhole: boolean; readonly problem: null }
  | { readonly value: null; readonly problem: DayProblem };

const ISO = /^(\d{4})-(\d{2})-(\d{2})$/;
const TYPED = /^(\d{1,2})[/.-](\d{1,2})[/.-](\d{4}|\d{2})$/;
const DIGITS = /^(\d{2})(\d{2})(\d{4})$/;
const TIME = /^(\d{1,2})[:h.](\d{2})(?::\d{2}(?:\.\d+)?)?$/;
const HALF_DAY_TIME = /^(\d{1,2})(?:[:.](\d{2}))?\s*([ap])\.?\s?m\.?$/i;

/** Whether it is a day that exists, or a day with its time, as they are kept. */
export function isDay(value: string): boolean {
  if (!/^\d{4}-\d{2}-\d{2}(?:T\d{2}:\d{2})?$/.test(value)) return false;
  // Of these, every language reads the same.
  return readDay(value, 'en', value.includes('T')).value !== null;
}

/** Reads the order of the language, digits alone, or ISO 8601. Two digits are a year of this century. */
export function readDay(text: string, locale: Locale, withTime = false): DayReading {
  if (!withTime) return readDate(text.trim(), locale);
  const [, dayText = '', timeText = ''] = /^([^\sT,]*)[\sT,]*(.*)$/s.exec(text.trim()) ?? [];
  const date = readDate(dayText, locale);
  if (date.value === null) return date;
  const time = readTime(timeText);
  return time === null ? problem({ kind: 'time' }) : { ...date, value: `${date.value}T${time}` };
}

function readDate(text: string, locale: Locale): DayReading {
  const iso = ISO.exec(text);
  const typed = iso ? null : (TYPED.exec(text) ?? DIGITS.exec(text));
  const digits = iso?.slice(1) ?? typed?.slice(1);
  if (!digits) return problem({ kind: 'unreadable' });
  const order = iso ? (['year', 'month', 'day'] as const) : ORDERS[locale];
  const part = (name: Part) => digits[order.indexOf(name)] ?? '';
  const [yearText, month, day] = [part('year'), Number(part('month')), Number(part('day'))];
  const year = yearText.length === 2 ? 2000 + Number(yearText) : Number(yearText);
  if (year < 1970) return problem({ kind: 'unreadable' });
  if (month < 1 || month > 12) return problem({ kind: 'month', month });
  const days = new Date(Date.UTC(year, month, 0)).getUTCDate();
  const monthName = `${year}-${two(month)}`;
  if (day < 1 || day > days) return problem({ kind: 'day', month: monthName, days });
  return { value: `${monthName}-${two(day)}`, isWhole: yearText.length === 4, problem: null };
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

/** A day as the language writes it in digits; what is none stays as it was typed. */
export function writeDay(value: string, locale: Locale): string {
  if (!isDay(value)) return value;
  const [date = '', time] = value.split('T');
  const [year = '', month = '', day = ''] = date.split('-');
  const parts = { year, month, day };
  const dayText = ORDERS[locale].map((name) => parts[name]).join('/');
  if (time === undefined) return dayText;
  const hour = Number(time.slice(0, 2));
  const timeText = HALF_DAYS[locale] ? `${hour % 12 || 12}${time.slice(2)} ${hour < 12 ? 'AM' : 'PM'}` : time;
  return `${dayText} ${timeText}`;
}

/** How a day is typed: `mm/dd/yyyy`. */
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
