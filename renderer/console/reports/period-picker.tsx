import { Chip, Group } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { isDay } from '../../shared/dates/day-text.ts';
import { DayField } from '../ui/day-field.tsx';
import css from './period-picker.module.css';
import { RANGES, type RangeName, type rangesOf } from './reports-search.ts';

interface PeriodPickerProps {
  from: string;
  to: string;
  /** Whose days they are; undefined until it is known. */
  zone: string | undefined;
  ranges: ReturnType<typeof rangesOf>;
  onChange(range: { from?: string; to?: string }): void;
}

/** The days that a report is of: one by one, or those that people ask for. */
export function PeriodPicker({ from, to, zone, ranges, onChange }: PeriodPickerProps) {
  const { t } = useTranslation('reports');
  const chosen = RANGES.find((name) => ranges[name].from === from && ranges[name].to === to);
  return (
    <>
      <DayField
        className={css.day}
        label={t('from')}
        value={from}
        zone={zone}
        onChange={(day) => isDay(day) && onChange({ from: day })}
      />
      <DayField
        className={css.day}
        label={t('to')}
        value={to}
        min={from}
        zone={zone}
        onChange={(day) => isDay(day) && onChange({ to: day })}
      />
      <Chip.Group value={chosen ?? ''} onChange={(name) => onChange(ranges[name as RangeName])}>
        <Group gap={6} mb={4}>
          {RANGES.map((name) => (
            <Chip key={name} value={name} size="xs" variant="light">
              {t(`ranges.${name}`)}
            </Chip>
          ))}
        </Group>
      </Chip.Group>
    </>
  );
}
