import { Code, Group, Stack, Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { Machine } from '../../../gateway/contract/machine.ts';
import { useMachine } from '../api/machine.ts';
import { CopyText } from '../ui/copy-text.tsx';
import { SecretText } from '../ui/secret-text.tsx';
import { baseUrlFor, composeOverride, librechatEnv, librechatYaml, restartCommand } from './librechat-config.ts';
import { LibrechatNetwork } from './librechat-network.tsx';
import { LibrechatRunsField } from './librechat-runs-field.tsx';
import { useLibrechatRuns } from './use-librechat-runs.ts';

/** What goes into LibreChat's files, for how it runs, and what has to listen for it. */
export function LibrechatSnippet({ secret }: { secret: string | null }) {
  const { data: machine } = useMachine();
  if (!machine) return null;
  return <Snippets machine={machine} secret={secret} />;
}

function Snippets({ machine, secret }: { machine: Machine; secret: string | null }) {
  const { t } = useTranslation('settings');
  const librechat = useLibrechatRuns(machine);
  const { runs, address } = librechat;
  return (
    <Stack gap="sm">
      <LibrechatRunsField librechat={librechat} />
      <LibrechatNetwork machine={machine} librechat={librechat} />
      <Snippet name=".env" text={librechatEnv(secret)} secret={secret} />
      <Snippet name="librechat.yaml" text={librechatYaml(baseUrlFor(machine, runs, address))} />
      {(runs === 'docker' || runs === 'docker-desktop') && (
        <Snippet name="docker-compose.override.yml" text={composeOverride(runs)} />
      )}
      <Snippet name={t('librechat.restart')} text={restartCommand(runs)} />
    </Stack>
  );
}

function Snippet({ name, text, secret = null }: { name: string; text: string; secret?: string | null }) {
  return (
    <div>
      <Group gap={4} mb={2}>
        <Text size="sm" fw={600}>
          {name}
        </Text>
        {secret === null && <CopyText text={text} />}
      </Group>
      {secret === null ? (
        <Code block tabIndex={0}>
          {text}
        </Code>
      ) : (
        <SecretText secret={secret} text={text} />
      )}
    </div>
  );
}
