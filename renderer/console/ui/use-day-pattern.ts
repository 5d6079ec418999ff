import { useTranslation } from 'react-i18next';
import { dayPattern } from '../../shared/dates/day-text.ts';
import { pickLocale } from '../../shared/i18n/locale.ts';

/** How days are typed in the chosen language: `dd mmm yyyy`. */
export function useDayPattern(): string {
  return dayPattern(pickLocale(useTranslation().i18n.language, []));
}
