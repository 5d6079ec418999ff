import { HeadlessMantineProvider } from '@mantine/core';
import { DatePicker, DatesProvider, type DayOfWeek } from '@mantine/dates';
import 'dayjs/locale/pt-br';
import { useEffect, useRef } from 'react';
import { dateFormat, plainDateFormat } from '../../../gateway/contract/formatters.ts';
import { type Locale, messages } from '../i18n/locale.ts';
import css from './calendar.module.css';

/** Names of the languages in dayjs, and on which day their week begins; 0 is Sunday. */
const LANGUAGES: Record<Locale, { name: string; firstDay: DayOfWeek }> = {
  en: { name: 'en', firstDay: 0 },
  'pt-BR': { name: 'pt-br', firstDay: 0 },
};

export interface CalendarProps {
  /** `2026-11-30`; null where none is chosen. */
  day: string | null;
  onPick(day: string): void;
  /** First and last day that can be chosen. */
  min?: string | undefined;
  max?: string | undefined;
  /** Whose days they are; this device's where nothing is said. */
  zone?: string | undefined;
  locale: Locale;
}

/** The month of a day. It takes the focus: arrow keys move among the days. */
export function Calendar({ day, onPick, min, max, zone, locale }: CalendarProps) {
  const frame = useRef<HTMLDivElement>(null);
  const { dates } = messages[locale];
  const { name, firstDay } = LANGUAGES[locale];
  const today = dateFormat('en-CA', zone === undefined ? {} : { timeZone: zone }).format(new Date());
  const written = (options: Intl.DateTimeFormatOptions) => {
    // What is read out must have the figure that stands there (WCAG 2.5.3): no ordinal.
    const format = plainDateFormat(locale, { ...options, timeZone: 'UTC' });
    return (date: string) => format.format(Date.parse(date.slice(0, 10)));
  };
  const full = written({ dateStyle: 'full' });
  const month = written({ month: 'long', year: 'numeric' });

  useEffect(() => {
    frame.current?.querySelector<HTMLElement>('td button[tabindex="0"]')?.focus();
  }, []);

  return (
    <HeadlessMantineProvider>
      <DatesProvider settings={{ locale: name, firstDayOfWeek: firstDay, consistentWeeks: true }}>
        <div ref={frame}>
          <DatePicker
            value={day}
            defaultDate={day ?? within(today, min, max)}
            onChange={(picked) => picked !== null && onPick(picked.slice(0, 10))}
            allowDeselect={false}
            {...(min !== undefined && { minDate: min })}
            {...(max !== undefined && { maxDate: max })}
            unstyled
            __stopPropagation
            classNames={{
              calendarHeader: css.header ?? '',
              calendarHeaderControl: css.control ?? '',
              calendarHeaderLevel: css.level ?? '',
              month: css.month ?? '',
              weekday: css.weekday ?? '',
              day: css.day ?? '',
              monthsList: css.list ?? '',
              monthsListControl: css.choice ?? '',
              yearsList: css.list ?? '',
              yearsListControl: css.choice ?? '',
            }}
            previousIcon={<Chevron path="M9 3 4 8l5 5" />}
            nextIcon={<Chevron path="m6 3 5 5-5 5" />}
            ariaLabels={{
              previousMonth: dates.previousMonth,
              nextMonth: dates.nextMonth,
              previousYear: dates.previousYear,
              nextYear: dates.nextYear,
              previousDecade: dates.previousDecade,
              nextDecade: dates.nextDecade,
            }}
            monthLabelFormat={month}
            getDayAriaLabel={(date) => (date.slice(0, 10) === today ? dates.today(full(date)) : full(date))}
            getDayProps={(date) => ({
              'aria-pressed': date.slice(0, 10) === day,
              ...(date.slice(0, 10) === today && { 'aria-current': 'date' }),
            })}
          />
        </div>
      </DatesProvider>
    </HeadlessMantineProvider>
  );
}

function within(day: string, min = day, max = day): string {
  if (day < min) return min;
  return day > max ? max : day;
}

function Chevron({ path }: { path: string }) {
  return (
    <svg width="16" height="16" viewBox="0 0 16 16" aria-hidden="true">
      <path d={path} fill="none" stroke="currentColor" strokeWidth="1.6" strokeLinecap="round" strokeLinejoin="round" />
    </svg>
  );
}
