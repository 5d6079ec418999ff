import { Alert, Button, Group, Paper, Stack, Text, Title } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { LibrechatSnippet } from '../settings/librechat-snippet.tsx';
import { FailureAlert } from '../ui/failure-alert.tsx';
import { SecretText } from '../ui/secret-text.tsx';
import { useSave } from '../ui/use-save.ts';
import { FirstRequest } from './first-request.tsx';
import { QuotaReplyField } from './quota-reply-field.tsx';

/** How LibreChat runs and which version it is; from that follow what to copy, and what a person reads without quota. */
export function LibrechatStep({ isDone }: { isDone: boolean }) {
  const { t } = useTranslation('setup');
  const [secret, setSecret] = useState<string | null>(null);
  return (
    <Stack gap="md">
      <Paper withBorder p="md">
        <Title order={3} mb="sm">
          {t('librechat.key')}
        </Title>
        <ServiceKey secret={secret} isDone={isDone} onMade={setSecret} />
      </Paper>
      <Paper withBorder p="md">
        <Title order={3} mb="sm">
          {t('librechat.copy')}
        </Title>
        <LibrechatSnippet secret={secret} />
      </Paper>
      <Paper withBorder p="md">
        <Title order={3} mb="sm">
          {t('librechat.version')}
        </Title>
        <QuotaReplyField />
      </Paper>
      <FirstRequest />
    </Stack>
  );
}

interface ServiceKeyProps {
  secret: string | null;
  isDone: boolean;
  onMade(secret: string): void;
}

/** The start has made a key and printed it; who has it no more makes another. */
function ServiceKey({ secret, isDone, onMade }: ServiceKeyProps) {
  const { t } = useTranslation(['setup', 'settings']);
  const { save, busy, failure } = useSave({ stale: ['keys', 'audit'] });
  const make = async () => {
    const body = { kind: 'service', name: 'librechat' };
    const answer = await save<{ secret: string }>({ path: '/api/admin/keys', call: { method: 'POST', body } });
    if (answer) onMade(answer.secret);
  };
  if (secret !== null) {
    return (
      <Alert color="orange" title={t('settings:keys.secretOnce')}>
        <SecretText secret={secret} copyLabel={t('settings:keys.copySecret')} />
        <Text size="sm" mt={4}>
          {t('librechat.keyBelow')}
        </Text>
      </Alert>
    );
  }
  return (
    <>
      <FailureAlert failure={failure} />
      <Group gap="sm">
        <Text size="sm" style={{ flex: '1 1 260px' }}>
          {t('librechat.keyText')}
        </Text>
        <Button variant={isDone ? 'default' : 'filled'} loading={busy} onClick={() => void make()}>
          {t('librechat.makeKey')}
        </Button>
      </Group>
    </>
  );
}
