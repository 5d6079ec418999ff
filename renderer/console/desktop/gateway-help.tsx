import { Button, Group } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { GatewayProblem } from '../../../electron/contract.ts';

/** What a person can do about a gateway that does not run. In the desktop window only. */
export function GatewayHelp({ kind }: { kind: GatewayProblem['kind'] | undefined }) {
  const { t } = useTranslation('desktop');
  const [copied, setCopied] = useState(false);
  const copy = async () => {
    const answer = await window.desktop?.copyDiagnostics();
    setCopied(answer?.ok === true);
  };
  return (
    <Group gap="xs" justify="center">
      <Button size="xs" onClick={() => void window.desktop?.retryGateway()}>
        {t('retry')}
      </Button>
      {kind === 'port_taken' && (
        <Button size="xs" variant="default" onClick={() => void window.desktop?.retryGatewayElsewhere()}>
          {t('retryElsewhere')}
        </Button>
      )}
      <Button size="xs" variant="default" onClick={() => void window.desktop?.openDataFolder()}>
        {t('openDataFolder')}
      </Button>
      <Button size="xs" variant="default" onClick={() => void copy()}>
        {copied ? t('copied') : t('copyDiagnostics')}
      </Button>
    </Group>
  );
}
