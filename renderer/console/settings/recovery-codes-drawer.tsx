import { Button, Checkbox, Group, Text } from '@mantine/core';
import { IconCheck, IconCopy, IconDownload } from '@tabler/icons-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useCopy } from '../../shared/hooks/use-copy.ts';
import { saveFile } from '../api/save-file.ts';
import { useFormat } from '../format/use-format.ts';
import css from './recovery-codes-drawer.module.css';
import { ShownOnceDrawer } from './shown-once-drawer.tsx';

const FILE_NAME = 'ia-solaris-recovery-codes.txt';

interface RecoveryCodesDrawerProps {
  codes: readonly string[];
  /** Whose they are: somebody may keep the codes of several. */
  email: string;
  onClose(): void;
}

/** Recovery codes, shown this once. It closes when whoever reads it says that they are kept. */
export function RecoveryCodesDrawer({ codes, email, onClose }: RecoveryCodesDrawerProps) {
  const { t } = useTranslation(['settings', 'common']);
  const { date } = useFormat();
  const { state, copy } = useCopy();
  const [isKept, setIsKept] = useState(false);
  const download = () => {
    const head = [t('account.recoveryFileTitle', { email }), date(Date.now()), '', t('account.recoveryFileText'), ''];
    // Lines as every system's editor reads them.
    const text = [...head, ...codes, ''].join('\r\n');
    saveFile(new Blob([text], { type: 'text/plain;charset=utf-8' }), FILE_NAME);
  };
  return (
    <ShownOnceDrawer
      title={t('account.recoveryTitle')}
      once={t('account.recoveryOnce')}
      onceText={t('account.recoveryOnceText')}
      onClose={onClose}
    >
      <ol className={css.codes} data-testid="recovery-codes">
        {codes.map((code) => (
          <li key={code}>{code}</li>
        ))}
      </ol>
      <Group gap="xs">
        <Button
          variant="default"
          leftSection={state === 'copied' ? <IconCheck size={16} /> : <IconCopy size={16} />}
          onClick={() => copy(codes.join('\n'))}
        >
          <span aria-live="polite">{t(state === 'copied' ? 'common:copied' : 'account.recoveryCopy')}</span>
        </Button>
        <Button variant="default" leftSection={<IconDownload size={16} />} onClick={download}>
          {t('account.recoveryDownload')}
        </Button>
      </Group>
      {state === 'failed' && (
        <Text size="sm" c="red" role="alert">
          {t('common:copyFailed')}
        </Text>
      )}
      <Checkbox
        label={t('account.recoveryKept')}
        checked={isKept}
        onChange={(event) => setIsKept(event.currentTarget.checked)}
      />
      <Group justify="flex-end">
        <Button disabled={!isKept} onClick={onClose}>
          {t('account.recoveryDone')}
        </Button>
      </Group>
    </ShownOnceDrawer>
  );
}
