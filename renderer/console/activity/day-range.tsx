import { TextInput } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { ActivityPartProps } from './activity-screen.tsx';

const WIDTH = 150;

/** First and last day. */
export function DayRange({ search, onChange }: Pick<ActivityPartProps, 'search' | 'onChange'>) {
  const { t } = useTranslation('activity');
  return (
    <>
      <TextInput
        type="date"
        w={WIDTH}
        aria-label={t('from')}
        title={t('from')}
        value={search.from ?? ''}
        max={search.to}
        onChange={({ currentTarget }) => onChange({ from: currentTarget.value || undefined })}
      />
      <TextInput
        type="date"
        w={WIDTH}
        aria-label={t('to')}
        title={t('to')}
        value={search.to ?? ''}
        min={search.from}
        onChange={({ currentTarget }) => onChange({ to: currentTarget.value || undefined })}
      />
    </>
  );
}
