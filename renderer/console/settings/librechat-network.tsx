import { Alert, Button, Code, Group, Select, Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { Machine } from '../../../gateway/contract/machine.ts';
import { FailureAlert } from '../ui/failure-alert.tsx';
import { StatusBadge } from '../ui/status-badge.tsx';
import { useSave } from '../ui/use-save.ts';
import { listensAt } from './librechat-config.ts';
import type { Librechat } from './use-librechat-runs.ts';
import { useSettings } from './use-settings.ts';

const KEY = 'networkHosts';

interface LibrechatNetworkProps {
  machine: Machine;
  librechat: Librechat;
}

/** Why LibreChat may not reach the gateway as it is, and the one step that lets it: a listener for the metered routes. */
export function LibrechatNetwork({ machine, librechat }: LibrechatNetworkProps) {
  const { t } = useTranslation('settings');
  const { runs, address } = librechat;
  if (runs === 'npm') return null;
  if (runs === 'docker-desktop') return <Text size="sm">{t('librechat.desktopReaches')}</Text>;
  if (runs === 'remote' && machine.publicUrl !== null) {
    return <Text size="sm">{t('librechat.publicReaches', { url: machine.publicUrl })}</Text>;
  }
  if (address === null) {
    return (
      <Alert color="orange" title={t('librechat.noNetwork')}>
        {t('librechat.noNetworkText')}
      </Alert>
    );
  }
  return <Listener machine={machine} librechat={librechat} address={address} />;
}

function Listener({ machine, librechat, address }: LibrechatNetworkProps & { address: string }) {
  const { t } = useTranslation('settings');
  const setting = useSettings().data?.items.find(({ key }) => key === KEY);
  const saving = useSave({ stale: ['settings', 'machine', 'audit'] });
  const isRemote = librechat.runs === 'remote';
  const before = Array.isArray(setting?.value) ? setting.value : [];
  const isSet = before.includes(address);
  const listens = listensAt(machine, address);
  const choices = machine.addresses.filter(({ kind }) => kind === 'network');
  const add = () =>
    saving.save({
      path: '/api/admin/settings',
      call: { method: 'PUT', body: { [KEY]: [...before, address] } },
      expects: { in: ['settings'], id: KEY, fields: { value: [...before, address] } },
      done: t('librechat.listening', { address }),
      undo: { path: '/api/admin/settings', call: { method: 'PUT', body: { [KEY]: before } } },
    });
  return (
    <Alert color={listens ? 'teal' : 'orange'} title={t(listens ? 'librechat.reaches' : 'librechat.reachesNot')}>
      <Text size="sm">{t(isRemote ? 'librechat.remoteWhy' : 'librechat.dockerWhy', { address })}</Text>
      <Text size="sm" mt={4}>
        {t('librechat.onlyMetered')}
        {isRemote && ` ${t('librechat.notEncrypted')}`}
      </Text>
      <FailureAlert failure={saving.failure} />
      <Group gap="xs" mt="xs" align="flex-end">
        {isRemote && choices.length > 1 && (
          <Select
            label={t('librechat.address')}
            value={address}
            data={choices.map(({ name, address: value }) => ({ value, label: `${value} (${name})` }))}
            onChange={(value) => value !== null && librechat.chooseAddress(value)}
          />
        )}
        {listens ? (
          <StatusBadge meaning="good">{t('librechat.listens', { address: `${address}:${machine.port}` })}</StatusBadge>
        ) : isSet ? (
          <StatusBadge meaning="warning">{t('librechat.waits', { address })}</StatusBadge>
        ) : setting?.locked ? (
          <Text size="sm">
            {t('librechat.locked')} <Code>{setting.setBy ?? setting.variable}</Code>
          </Text>
        ) : (
          <Button size="xs" loading={saving.busy} onClick={() => void add()}>
            {t('librechat.listen', { address })}
          </Button>
        )}
      </Group>
    </Alert>
  );
}
