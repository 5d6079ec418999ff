import { Chip, Group, TextInput } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { ruleWords } from '../ui/rules.ts';
import css from './period-picker.module.css';
import { RANGES, type RangeName, type rangesOf } from './reports-search.ts';

interface PeriodPickerProps {
  from: string;
  to: string;
  ranges: ReturnType<typeof rangesOf>;
  onChange(range: { from?: string; to?: string }): void;
}

/** The days that a report is of: one by one, or those that people ask for. */
export function PeriodPicker({ from, to, ranges, onChange }: PeriodPickerProps) {
  const { t } = useTranslation('reports');
  const chosen = RANGES.find((name) => ranges[name].from === from && ranges[name].to === to);
  return (
    <>
      <TextInput
        className={css.day}
        type="date"
        label={t('from')}
        value={from}
        max={to}
        onChange={({ currentTarget }) => currentTarget.value !== '' && onChange({ from: currentTarget.value })}
      />
      <TextInput
        className={css.day}
        type="date"
        label={t('to')}
        value={to}
        error={from > to ? ruleWords('range_order') : null}
        min={from}
        onChange={({ currentTarget }) => currentTarget.value !== '' && onChange({ to: currentTarget.value })}
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
