import { Alert, Button, Code, Drawer, Group, Stack, Title } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { CopyText } from '../ui/copy-text.tsx';
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
        <Group gap="xs" wrap="nowrap">
          <Code block style={{ flex: 1, overflowWrap: 'anywhere', whiteSpace: 'pre-wrap' }} data-testid="secret">
            {secret}
          </Code>
          <CopyText text={secret} label={t('keys.copySecret')} />
        </Group>
        {kind === 'service' && <LibrechatSnippet secret={secret} />}
        <Group justify="flex-end">
          <Button onClick={onClose}>{t('keys.secretKept')}</Button>
        </Group>
      </Stack>
    </Drawer>
  );
}
