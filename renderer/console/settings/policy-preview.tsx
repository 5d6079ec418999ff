import { Paper, Text, Title } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { useFormat } from '../format/use-format.ts';
import type { SettingValue } from './use-settings.ts';

/** What a person reads in LibreChat when the quota is used up, as it is set. */
export function PolicyPreview({ current }: { current(key: string): SettingValue }) {
  const { t } = useTranslation('settings');
  const { exact, date } = useFormat();
  const limit = current('defaultMonthlyLimit');
  const zone = String(current('timeZone') ?? 'UTC');
  const now = new Date();
  const nextMonth = Date.UTC(now.getUTCFullYear(), now.getUTCMonth() + 1, 1);
  const tokens = exact(typeof limit === 'number' ? limit : 0);
  const url = current('publicUrl');
  const where = typeof url === 'string' ? `${url}/portal/` : current('creditsEmail');
  const language = current('locale') === 'pt-BR' ? 'previewPt' : 'previewEn';
  return (
    <Paper withBorder p="md">
      <Title order={2} mb={4}>
        {t('previewTitle')}
      </Title>
      <Text size="sm" c="dimmed" mb="sm">
        {t('previewHint', { mode: String(current('policy.quotaReply')) })}
      </Text>
      <Text component="blockquote" m={0} pl="md" style={{ borderLeft: '3px solid var(--accent)' }}>
        {t(language, { tokens, date: date(nextMonth, 'UTC'), zone })}{' '}
        {typeof where === 'string' ? t(`${language}Ask`, { where }) : t(`${language}Somebody`)}
      </Text>
    </Paper>
  );
}
