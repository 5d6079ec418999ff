import { Group, Select } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { isDay } from '../../shared/dates/day-text.ts';
import { COMPARISONS, type Comparison, type ComparisonChange, type ComparisonSearch } from './comparison.ts';
import css from './comparison-choice.module.css';
import { DayField } from './day-field.tsx';

interface ComparisonChoiceProps {
  search: ComparisonSearch;
  /** Own days begin with these, to be moved from there. */
  begin: { readonly from: string; readonly to: string };
  zone: string | undefined;
  onChange(changes: Partial<ComparisonChange>): void;
}

/** What figures are compared with. */
export function ComparisonChoice({ search, begin, zone, onChange }: ComparisonChoiceProps) {
  const { t } = useTranslation();
  const { compare = 'previous', compareFrom = '', compareTo = '' } = search;
  const choose = (next: Comparison) =>
    onChange({
      compare: next === 'previous' ? undefined : next,
      compareFrom: next === 'days' ? begin.from : undefined,
      compareTo: next === 'days' ? begin.to : undefined,
    });
  return (
    <Group gap="xs" align="flex-end">
      <Select
        className={css.choice}
        size="xs"
        label={t('compare.with')}
        value={compare}
        data={COMPARISONS.map((value) => ({ value, label: t(`compare.choices.${value}`) }))}
        onChange={(value) => choose(value as Comparison)}
      />
      {compare === 'days' && (
        <>
          <DayField
            className={css.day}
            size="xs"
            label={t('compare.from')}
            value={compareFrom}
            zone={zone}
            onChange={(day) => isDay(day) && onChange({ compareFrom: day })}
          />
          <DayField
            className={css.day}
            size="xs"
            label={t('compare.to')}
            value={compareTo}
            min={compareFrom}
            zone={zone}
            onChange={(day) => isDay(day) && onChange({ compareTo: day })}
          />
        </>
      )}
    </Group>
  );
}
