/** Pure: tokens, money and shares as people read them. */
import { numberFormat } from '../../../gateway/contract/formatters.ts';
import { apart, formatTokensShort } from '../../shared/format/tokens.ts';

const COMPACT_FROM = 10_000;

/** 1_240_000 → "1.24 M", in Portuguese "1,24 mi"; small numbers stay exact. */
export function compactTokens(tokens: number, locale: string): string {
  if (Math.abs(tokens) < COMPACT_FROM) return exactNumber(tokens, locale);
  return formatTokensShort(tokens, locale);
}

/** 1_240_000 → "1,240,000" */
export function exactNumber(value: number, locale: string): string {
  return numberFormat(locale).format(value);
}

const MICRO = 1_000_000;

/** Another currency than the dollar, and what a dollar costs in it. */
export interface Rate {
  /** ISO 4217. */
  readonly currency: string;
  readonly perUsd: number;
  /** `YYYY-MM-DD` of the rate, where it was said. */
  readonly day: string | null;
}

/** Millionths of a US dollar → "US$ 3.10", or with a rate "R$ 16.74"; below a cent "< US$ 0.01". */
export function money(microUsd: number, locale: string, rate: Rate | null = null): string {
  const text = amountFormat(rate?.currency ?? 'USD', locale);
  const value = (microUsd * (rate?.perUsd ?? 1)) / MICRO;
  if (value > 0 && value < 0.01) return `<\u00a0${text(0.01)}`;
  return text(value);
}

function amountFormat(currency: string, locale: string): (value: number) => string {
  // By its code, so that no other dollar is taken for it.
  const currencyDisplay = currency === 'USD' ? 'code' : 'symbol';
  const format = numberFormat(locale, { style: 'currency', currency, currencyDisplay });
  return (value) =>
    apart(
      format
        .format(value)
        .replace(/USD\s?/, 'US$\u00a0')
        .trim(),
    );
}

/** By how much something has moved: "+500,000", "−1,200". */
export function signedNumber(value: number, locale: string): string {
  return value > 0 ? `+${exactNumber(value, locale)}` : exactNumber(value, locale).replace('-', '−');
}

/** What a dollar costs: "US$ 1 = R$ 5.40". */
export function rateText({ currency, perUsd }: Rate, locale: string): string {
  const digits = { minimumFractionDigits: 2, maximumFractionDigits: 6 };
  const amount = apart(numberFormat(locale, { style: 'currency', currency, ...digits }).format(perUsd));
  return `US$ 1 = ${amount}`;
}

/** The same with all digits that are there: "US$ 0.001234". */
export function exactMoney(microUsd: number, locale: string): string {
  const digits = { minimumFractionDigits: 2, maximumFractionDigits: 6 };
  return `US$\u00a0${numberFormat(locale, digits).format(microUsd / MICRO)}`;
}

/** 81.4 → "81%"; what is above 99.5 and not all is "99%", so that only what is used up says 100. */
export function percent(share: number, locale: string): string {
  const whole = share >= 100 ? 100 : Math.min(99, Math.round(share));
  return numberFormat(locale, { style: 'percent' }).format(whole / 100);
}

/** 0.0123 → "1.2%" */
export function rate(share: number, locale: string): string {
  return numberFormat(locale, { style: 'percent', maximumFractionDigits: 1 }).format(share);
}

/** 99.967 → "99.96%": rounded down, so that only all is 100. */
export function finePercent(share: number, locale: string): string {
  const floored = Math.floor(share * 100) / 10_000;
  return numberFormat(locale, { style: 'percent', maximumFractionDigits: 2 }).format(floored);
}

const MANY_TIMES = 10;

/** From 8 to 9 "+13%", from 8 to 8.2 "+2.5%", from 8 to 200 "× 25", no change "±0%"; null from nothing, which no share is of. */
export function change(now: number, before: number, locale: string): string | null {
  if (before === 0) return null;
  const share = now / before - 1;
  if (now / before >= MANY_TIMES) return `×\u00a0${compactTokens(Math.round(now / before), locale)}`;
  const maximumFractionDigits = Math.abs(share) < 0.095 ? 1 : 0;
  const text = numberFormat(locale, {
    style: 'percent',
    signDisplay: 'exceptZero',
    maximumFractionDigits,
  }).format(share);
  return /[1-9]/.test(text) ? text.replace('-', '−') : `±${text.replace('-', '')}`;
}

const SPANS = [
  ['day', 86_400_000, 2],
  ['hour', 3_600_000, 1],
  ['minute', 60_000, 1],
] as const;

/** Waiting in the unit that people say it in: 5_400_000 → "1.5 h", 180_000_000 → "2.1 days", 45_000 → "45 s". */
export function span(milliseconds: number, locale: string): string {
  const [unit, size] = SPANS.find(([, of, least]) => milliseconds >= of * least) ?? ['second', 1_000];
  return measure(locale, {
    style: 'unit',
    unit,
    unitDisplay: 'short',
    maximumFractionDigits: unit === 'second' || unit === 'minute' ? 0 : 1,
  })(milliseconds / size);
}

/** 3_240 → "3.2 s", 340 → "340 ms" */
export function duration(milliseconds: number, locale: string): string {
  const inSeconds = milliseconds >= 1_000;
  return measure(locale, {
    style: 'unit',
    unit: inSeconds ? 'second' : 'millisecond',
    unitDisplay: 'short',
    maximumFractionDigits: inSeconds ? 1 : 0,
  })(inSeconds ? milliseconds / 1_000 : milliseconds);
}

const BYTE_UNITS = ['byte', 'kilobyte', 'megabyte', 'gigabyte', 'terabyte'] as const;

/** 1_536_000 → "1.5 MB"; of 1,000, as disks are sold. */
export function fileSize(bytes: number, locale: string): string {
  const power = bytes < 1 ? 0 : Math.min(BYTE_UNITS.length - 1, Math.floor(Math.log10(bytes) / 3));
  return measure(locale, {
    style: 'unit',
    unit: BYTE_UNITS[power] ?? 'byte',
    maximumFractionDigits: power === 0 ? 0 : 1,
  })(bytes / 1_000 ** power);
}

/** A figure and its unit stay on one line. */
function measure(locale: string, options: Intl.NumberFormatOptions): (value: number) => string {
  const format = numberFormat(locale, options);
  return (value) => format.format(value).replaceAll(' ', '\u00a0');
}
