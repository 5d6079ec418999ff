import { Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { QualityReport } from '../../../gateway/contract/quality.ts';
import { useFormat } from '../format/use-format.ts';
import css from './day-strip.module.css';

type Day = QualityReport['days'][number];

interface DayStripProps {
  days: readonly Day[];
  valueAt(day: Day): number | null;
  target: number | null;
  aim: 'least' | 'most';
  write(value: number): string;
}

/** More would be thinner than a hair. */
const MOST_DAYS = 92;
/** Named one by one; the others are counted. */
const NAMED = 3;

/** A mark for every day, and below it the days that missed the target, in words. */
export function DayStrip({ days, valueAt, target, aim, write }: DayStripProps) {
  const { t } = useTranslation('reports');
  const { day: dayText, exact } = useFormat();
  const shown = days.slice(-MOST_DAYS).map((one) => ({ day: one.day, value: valueAt(one) }));
  const known = shown.filter((one): one is { day: string; value: number } => one.value !== null);
  if (known.length < 2) return null;
  const isMissed = (value: number) => target !== null && (aim === 'least' ? value < target : value > target);
  const missed = known.filter(({ value }) => isMissed(value));
  // The worst first: that is where to look.
  const worst = missed.toSorted((a, b) => (aim === 'least' ? a.value - b.value : b.value - a.value));
  const named = worst.slice(0, NAMED).map(({ day, value }) => `${dayText(day)} (${write(value)})`);
  return (
    <div className={css.frame}>
      <div className={css.strip} aria-hidden>
        {shown.map(({ day, value }) => (
          <span
            key={day}
            className={css.day}
            data-state={value === null ? 'none' : isMissed(value) ? 'missed' : 'met'}
            title={`${dayText(day)}: ${value === null ? '–' : write(value)}`}
          />
        ))}
      </div>
      <Text size="xs" c="dimmed">
        {missed.length === 0
          ? t(target === null ? 'quality.days' : 'quality.daysMet', {
              count: known.length,
              formatted: exact(known.length),
            })
          : t('quality.daysMissed', {
              count: missed.length,
              of: exact(known.length),
              days: named.join(', '),
              more: missed.length > NAMED ? ' …' : '',
            })}
      </Text>
    </div>
  );
}
