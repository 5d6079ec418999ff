import { Alert, Button, Drawer, Group, Stack, Title } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { SecretText } from '../ui/secret-text.tsx';
import { LibrechatSnippet } from './librechat-snippet.tsx';

interface KeySecretProps {
  secret: string;
  kind: 'service' | 'personal' | 'token';
  onClose(): void;
}

/** A secret, shown this once. It does not close by a slip. */
export function KeySecret({ secret, kind, onClose }: KeySecretProps) {
  const { t } = useTranslation(['settings', 'common']);
  return (
    <Drawer
      opened
      onClose={onClose}
      closeOnEscape={false}
      closeOnClickOutside={false}
      withCloseButton={false}
      title={<Title order={2}>{t('keys.secretTitle')}</Title>}
      padding="md"
    >
      <Stack gap="md">
        <Alert color="orange" title={t('keys.secretOnce')}>
          {t('keys.secretOnceText')}
        </Alert>
        <SecretText secret={secret} copyLabel={t('keys.copySecret')} />
        {kind === 'service' && <LibrechatSnippet secret={secret} />}
        <Group justify="flex-end">
          <Button onClick={onClose}>{t('keys.secretKept')}</Button>
        </Group>
      </Stack>
    </Drawer>
  );
}
