/** Numbers and times as people read them. */

import { numberFormat } from '../../../gateway/contract/formatters.ts';
import type { Locale } from '../i18n/locale.ts';

/** 0.163 → "16%" */
export function formatShare(share: number, locale: Locale): string {
  return numberFormat(locale, { style: 'percent', maximumFractionDigits: 0 }).format(share);
}

const BYTE_UNITS = ['byte', 'kilobyte', 'megabyte', 'gigabyte', 'terabyte'] as const;

/** 1_300_000_000 → "1.3 GB" */
export function formatBytes(bytes: number, locale: Locale): string {
  const power = Math.min(BYTE_UNITS.length - 1, Math.floor(Math.log10(Math.max(1, bytes)) / 3));
  const maximumFractionDigits = power < 3 ? 0 : 1;
  const options = { style: 'unit', unit: BYTE_UNITS[power], unitDisplay: 'short', maximumFractionDigits } as const;
  return numberFormat(locale, options).format(bytes / 1_000 ** power);
}

/** 3.24 → "3.2 ms", 1_500 → "1.5 s" */
export function formatMilliseconds(milliseconds: number, locale: Locale): string {
  const inSeconds = milliseconds >= 1_000;
  const value = inSeconds ? milliseconds / 1_000 : milliseconds;
  const unit = inSeconds ? 'second' : 'millisecond';
  const maximumFractionDigits = value < 10 ? 1 : 0;
  return numberFormat(locale, { style: 'unit', unit, unitDisplay: 'short', maximumFractionDigits }).format(value);
}
