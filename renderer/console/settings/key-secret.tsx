import { Button, Group } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { SecretText } from '../ui/secret-text.tsx';
import { LibrechatSnippet } from './librechat-snippet.tsx';
import { ShownOnceDrawer } from './shown-once-drawer.tsx';

interface KeySecretProps {
  secret: string;
  kind: 'service' | 'personal' | 'token';
  onClose(): void;
}

/** A secret, shown this once. It does not close by a slip. */
export function KeySecret({ secret, kind, onClose }: KeySecretProps) {
  const { t } = useTranslation(['settings', 'common']);
  return (
    <ShownOnceDrawer
      title={t('keys.secretTitle')}
      once={t('keys.secretOnce')}
      onceText={t('keys.secretOnceText')}
      onClose={onClose}
    >
      <SecretText secret={secret} copyLabel={t('keys.copySecret')} />
      {kind === 'service' && <LibrechatSnippet secret={secret} />}
      <Group justify="flex-end">
        <Button onClick={onClose}>{t('keys.secretKept')}</Button>
      </Group>
    </ShownOnceDrawer>
  );
}
