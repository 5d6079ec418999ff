import { Paper, Text, Title } from '@mantine/core';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { useSession } from '../session/use-session.tsx';
import type { SettingValue } from './use-settings.ts';

/** What a person reads in LibreChat when the quota is used up, in the gateway's own words. */
export function PolicyPreview({ current }: { current(key: string): SettingValue }) {
  const { t } = useTranslation('settings');
  const session = useSession();
  const typed = new URLSearchParams();
  for (const [name, key] of [
    ['monthlyLimit', 'defaultMonthlyLimit'],
    ['blockThreshold', 'blockThreshold'],
  ] as const) {
    const value = current(key);
    if (typeof value === 'number') typed.set(name, String(value));
  }
  const query = typed.toString();
  const answer = useQuery({
    queryKey: ['settings', 'quota-sentence', query],
    queryFn: ({ signal }) =>
      session.call<{ sentence: string }>(`/api/admin/settings/quota-sentence?${query}`, { signal }),
    placeholderData: keepPreviousData,
    // What is not accepted is told at its field.
    retry: false,
  });
  return (
    <Paper withBorder p="md">
      <Title order={2} mb={4}>
        {t('previewTitle')}
      </Title>
      <Text size="sm" c="dimmed" mb="sm">
        {t('previewHint', { mode: String(current('policy.quotaReply')) })}
      </Text>
      <Text component="blockquote" m={0} pl="md" style={{ borderLeft: '3px solid var(--accent)' }} mih="1.5em">
        {answer.data?.sentence}
      </Text>
    </Paper>
  );
}
