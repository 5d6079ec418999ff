import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { usePreferences } from '../preferences.ts';
import * as dates from './dates.ts';
import { useRate } from './display.ts';
import * as numbers from './numbers.ts';

export type Format = ReturnType<typeof useFormat>;

/** All formats, in the reader's language. */
export function useFormat() {
  const locale = useTranslation().i18n.language;
  const shownRate = useRate((state) => state.rate);
  const zone = usePreferences(({ times }) => (times === 'utc' ? 'UTC' : undefined));
  return useMemo(
    () => ({
      locale,
      /** The zone of the clock that moments are told by. */
      clock: zone ?? Intl.DateTimeFormat().resolvedOptions().timeZone,
      compact: (tokens: number) => numbers.compactTokens(tokens, locale),
      exact: (value: number) => numbers.exactNumber(value, locale),
      signed: (value: number) => numbers.signedNumber(value, locale),
      /** Cost, in the currency of the settings. */
      money: (microUsd: number) => numbers.money(microUsd, locale, shownRate),
      /** Prices and caps, which are in US dollars. */
      usd: (microUsd: number) => numbers.money(microUsd, locale),
      /** Why `money` is not in US dollars; null where it is. */
      moneyRate:
        shownRate &&
        [numbers.rateText(shownRate, locale), shownRate.day && dates.dayLabel(shownRate.day, locale)]
          .filter(Boolean)
          .join(' · '),
      exactMoney: (microUsd: number) => numbers.exactMoney(microUsd, locale),
      percent: (share: number) => numbers.percent(share, locale),
      rate: (share: number) => numbers.rate(share, locale),
      change: (now: number, before: number) => numbers.change(now, before, locale),
      finePercent: (share: number) => numbers.finePercent(share, locale),
      span: (milliseconds: number) => numbers.span(milliseconds, locale),
      duration: (milliseconds: number) => numbers.duration(milliseconds, locale),
      size: (bytes: number) => numbers.fileSize(bytes, locale),
      ago: (at: number, now = Date.now()) => dates.relativeTime(at, now, locale, zone),
      date: (at: number, timeZone = zone) => dates.shortDate(at, locale, timeZone),
      time: (at: number, timeZone = zone) => dates.exactTime(at, locale, timeZone),
      moment: (at: number, timeZone = zone) => dates.momentText(at, locale, timeZone),
      day: (day: string) => dates.dayLabel(day, locale),
      month: (period: string) => dates.monthLabel(period, locale),
    }),
    [locale, shownRate, zone],
  );
}
