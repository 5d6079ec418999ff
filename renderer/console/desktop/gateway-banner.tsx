import { Alert, Code, Group, Text } from '@mantine/core';
import { IconPlugConnectedX } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { CopyText } from '../ui/copy-text.tsx';
import { GatewayHelp } from './gateway-help.tsx';
import { useGatewayState } from './use-gateway-state.ts';

/** Above all screens of the desktop window while the gateway beside it does not run. */
export function GatewayBanner() {
  const state = useGatewayState();
  const { t } = useTranslation('desktop');
  if (!state?.problem) return null;
  const { kind, text, next, detail } = state.problem;
  return (
    <Alert
      color="red"
      radius={0}
      icon={<IconPlugConnectedX aria-hidden />}
      title={state.phase === 'restarting' ? t('restarting') : text}
      role="alert"
    >
      <Text size="sm">{next}</Text>
      <Group justify="space-between" mt="xs">
        <Text size="xs" c="dimmed">
          <Code>{detail}</Code> <CopyText text={detail} />
        </Text>
        <GatewayHelp kind={kind} />
      </Group>
    </Alert>
  );
}
