import { Group, Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { isDay } from '../../shared/dates/day-text.ts';
import { DayField } from '../ui/day-field.tsx';
import { useDayPattern } from '../ui/use-day-pattern.ts';
import type { ActivityPartProps } from './activity-screen.tsx';

/** Of the longest pattern of a day, with its word before and its calendar behind. */
const WIDTH = 206;

interface DayRangeProps extends Pick<ActivityPartProps, 'search' | 'onChange'> {
  /** Whose days they are; undefined until it is known. */
  zone: string | undefined;
}

/** First and last day, and whose days they are. */
export function DayRange({ search, onChange, zone }: DayRangeProps) {
  const { t } = useTranslation(['activity', 'common', 'reports']);
  const pattern = useDayPattern();
  const { from = '', to = '' } = search;
  const keep = (name: 'from' | 'to') => (day: string) => {
    if (day === '' || isDay(day)) onChange({ [name]: day || undefined });
  };
  return (
    <Group gap="xs">
      <DayField
        w={WIDTH}
        isUnlabelled
        label={t('from')}
        placeholder={`${t('reports:from')} ${pattern}`}
        value={from}
        zone={zone}
        onChange={keep('from')}
      />
      <DayField
        w={WIDTH}
        isUnlabelled
        label={t('to')}
        placeholder={`${t('reports:to')} ${pattern}`}
        value={to}
        min={from || undefined}
        zone={zone}
        onChange={keep('to')}
      />
      {(from !== '' || to !== '') && zone !== undefined && (
        <Text size="xs" c="dimmed">
          {t('common:timeZone', { zone })}
        </Text>
      )}
    </Group>
  );
}
