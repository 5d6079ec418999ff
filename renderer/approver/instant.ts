import { dateFormat } from '../../gateway/contract/formatters.ts';
import type { Locale } from '../shared/i18n/locale.ts';

/** Epoch milliseconds as a person reads them here, with the zone: the packet may come from another one. */
export function instant(at: number, locale: Locale): string {
  return dateFormat(locale, {
    day: 'numeric',
    month: 'short',
    year: 'numeric',
    hour: '2-digit',
    minute: '2-digit',
    timeZoneName: 'short',
  }).format(at);
}
