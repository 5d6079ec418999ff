import { Code, Group, Select, Stack, Text } from '@mantine/core';
import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { CopyText } from '../ui/copy-text.tsx';
import { type LibrechatHost, librechatEnv, librechatYaml } from './librechat-config.ts';

/** What goes into LibreChat's two files, for how it runs. */
export function LibrechatSnippet({ secret }: { secret: string | null }) {
  const { t } = useTranslation('settings');
  const [runs, setRuns] = useState<LibrechatHost>('here');
  const origin = useGatewayAddress();
  if (origin === null) return null;
  const yaml = librechatYaml(origin, runs);
  const env = librechatEnv(secret);
  return (
    <Stack gap="xs">
      <Select
        label={t('keys.runs')}
        value={runs}
        data={(['here', 'docker'] as const).map((value) => ({ value, label: t(`keys.runsWhere.${value}`) }))}
        onChange={(value) => value !== null && setRuns(value as LibrechatHost)}
      />
      {runs === 'docker' && (
        <Text size="sm" c="dimmed">
          {t('keys.dockerHint')}
        </Text>
      )}
      <Snippet name=".env" text={env} />
      <Snippet name="librechat.yaml" text={yaml} />
    </Stack>
  );
}

function Snippet({ name, text }: { name: string; text: string }) {
  return (
    <div>
      <Group gap={4} mb={2}>
        <Text size="sm" fw={600}>
          {name}
        </Text>
        <CopyText text={text} />
      </Group>
      <Code block tabIndex={0}>
        {text}
      </Code>
    </div>
  );
}

/** Where LibreChat reaches the gateway: the page's own origin, or what the desktop says, whose pages have no address. */
function useGatewayAddress(): string | null {
  const [address, setAddress] = useState(() => (window.desktop ? null : window.location.origin));
  useEffect(() => {
    void window.desktop?.gatewayState().then((answer) => {
      if (answer.ok) setAddress(answer.data.address);
    });
  }, []);
  return address;
}
