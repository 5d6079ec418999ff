import { Code, Radio, Stack, Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { useSettings } from '../settings/use-settings.ts';
import { FailureAlert } from '../ui/failure-alert.tsx';
import { useSave } from '../ui/use-save.ts';

const KEY = 'policy.quotaReply';
/**
 * Up to 0.8.7 LibreChat shows the sentence that a 429 hints at; from 0.8.8 on it puts a general one in the place of every
 * 429, and shows the gateway's own with a 403. Other clients expect a 429.
 */
const REPLIES = [
  { id: 'older', reply: '429 with hint' },
  { id: 'newer', reply: '403' },
  { id: 'several', reply: '429' },
] as const;

/** Which LibreChat it is: from that follows the form of the refusal, which differs from version to version. */
export function QuotaReplyField() {
  const { t } = useTranslation('setup');
  const setting = useSettings().data?.items.find(({ key }) => key === KEY);
  const saving = useSave({ stale: ['settings', 'audit'] });
  if (!setting) return null;
  const current = REPLIES.find(({ reply }) => reply === setting.value);
  const choose = (id: string) => {
    const reply = REPLIES.find((one) => one.id === id)?.reply;
    void saving.save({
      path: '/api/admin/settings',
      call: { method: 'PUT', body: { [KEY]: reply } },
      expects: { in: ['settings'], id: KEY, fields: { value: reply } },
      done: t('librechat.replySet'),
    });
  };
  return (
    <>
      <FailureAlert failure={saving.failure} />
      <Radio.Group label={t('librechat.versionLabel')} value={current?.id ?? ''} onChange={choose}>
        <Stack gap={6} mt={6}>
          {REPLIES.map(({ id, reply }) => (
            <Radio
              key={id}
              value={id}
              disabled={setting.locked}
              label={t(`librechat.versions.${id}`)}
              description={t(`librechat.versionHints.${id}`, { reply })}
            />
          ))}
        </Stack>
      </Radio.Group>
      {!current && (
        <Text size="sm" mt="xs">
          {t('librechat.otherReply', { reply: String(setting.value) })}
        </Text>
      )}
      {setting.locked && (
        <Text size="sm" c="dimmed" mt="xs">
          {t('librechat.replyLocked')} <Code>{setting.setBy ?? setting.variable}</Code>
        </Text>
      )}
    </>
  );
}
