import { Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { useFormat } from '../format/use-format.ts';

/** Says that a list of requests does not reach back as far as was asked: older ones are no longer kept one by one. */
export function KeptSince({ at, zone }: { at: number | null; zone: string | undefined }) {
  const { t } = useTranslation('activity');
  const { moment } = useFormat();
  if (at === null) return null;
  return (
    <Text size="sm" c="dimmed" px="md" py={6} role="note">
      {t('keptSince', { when: moment(at, zone) })}
    </Text>
  );
}
