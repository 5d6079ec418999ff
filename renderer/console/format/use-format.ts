import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import * as dates from './dates.ts';
import * as numbers from './numbers.ts';

/** All formats, in the reader's language. */
export function useFormat() {
  const locale = useTranslation().i18n.language;
  return useMemo(
    () => ({
      locale,
      compact: (tokens: number) => numbers.compactTokens(tokens, locale),
      exact: (value: number) => numbers.exactNumber(value, locale),
      money: (microUsd: number) => numbers.money(microUsd, locale),
      exactMoney: (microUsd: number) => numbers.exactMoney(microUsd, locale),
      percent: (share: number) => numbers.percent(share, locale),
      rate: (share: number) => numbers.rate(share, locale),
      duration: (milliseconds: number) => numbers.duration(milliseconds, locale),
      size: (bytes: number) => numbers.fileSize(bytes, locale),
      ago: (at: number, now = Date.now()) => dates.relativeTime(at, now, locale),
      date: (at: number, timeZone?: string) => dates.shortDate(at, locale, timeZone),
      time: (at: number, timeZone?: string) => dates.exactTime(at, locale, timeZone),
      day: (day: string) => dates.dayLabel(day, locale),
      month: (period: string) => dates.monthLabel(period, locale),
    }),
    [locale],
  );
}
