import { Group, Text, TextInput } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { ruleWords } from '../ui/rules.ts';
import type { ActivityPartProps } from './activity-screen.tsx';

const WIDTH = 150;

interface DayRangeProps extends Pick<ActivityPartProps, 'search' | 'onChange'> {
  /** Whose days they are; undefined until it is known. */
  zone: string | undefined;
}

/** First and last day, and whose days they are. */
export function DayRange({ search, onChange, zone }: DayRangeProps) {
  const { t } = useTranslation(['activity', 'common']);
  const says = zone === undefined ? '' : t('common:timeZone', { zone });
  return (
    <Group gap="xs">
      <TextInput
        type="date"
        w={WIDTH}
        aria-label={t('from')}
        title={`${t('from')}. ${says}`}
        value={search.from ?? ''}
        max={search.to}
        onChange={({ currentTarget }) => onChange({ from: currentTarget.value || undefined })}
      />
      <TextInput
        type="date"
        w={WIDTH}
        aria-label={t('to')}
        title={`${t('to')}. ${says}`}
        value={search.to ?? ''}
        error={(search.from ?? '') > (search.to ?? '~') ? ruleWords('range_order') : null}
        min={search.from}
        onChange={({ currentTarget }) => onChange({ to: currentTarget.value || undefined })}
      />
      {(search.from !== undefined || search.to !== undefined) && (
        <Text size="xs" c="dimmed">
          {says}
        </Text>
      )}
    </Group>
  );
}
