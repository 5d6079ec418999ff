/**
 * Pure: how long it will last, in a sentence. The forecast goes by the weekdays, so no average of a day stands beside it:
 * whoever divides by that comes to another date.
 */
import type { Me } from '../../../gateway/contract/portal.ts';
import { formatTokensShort } from '../../shared/format/tokens.ts';
import type { Locale } from '../../shared/i18n/locale.ts';
import type { PortalWords } from '../i18n/en.ts';
import { formatDate, formatDay } from '../ui/dates.ts';

type Figures = Pick<Me, 'available' | 'monthlyLimit' | 'nextReset' | 'timeZone' | 'pace'>;

export interface PaceSentence {
  readonly text: string;
  /** Whether the date of the renewal is in it. */
  readonly tellsRenewal: boolean;
}

export function paceSentence(
  { available, nextReset, timeZone, pace }: Figures,
  { balance }: Pick<PortalWords, 'balance'>,
  locale: Locale,
): PaceSentence {
  const renewal = formatDate(nextReset, locale, timeZone);
  const plain = (text: string) => ({ text, tellsRenewal: false });
  if (available === null) return plain(balance.pace.unlimited(formatTokensShort(pace.dailyAverage, locale)));
  if (available === 0) return { text: balance.pace.none(renewal), tellsRenewal: true };
  if (pace.exhaustionDate !== null) return plain(balance.pace.until(formatDay(pace.exhaustionDate, locale)));
  if (pace.dailyAverage === 0) return plain(balance.pace.idle);
  if (pace.monthlyProjection === null) return plain(balance.pace.unknown);
  return { text: balance.pace.beyond(renewal), tellsRenewal: true };
}
