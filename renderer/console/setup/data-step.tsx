import { Code, Paper, Stack, Text, Title } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { Machine } from '../../../gateway/contract/machine.ts';
import { useMachine } from '../api/machine.ts';
import { useFormat } from '../format/use-format.ts';
import { useMay } from '../session/use-session.tsx';
import { BackupRow } from '../settings/backup-row.tsx';
import { BackupUpload } from '../settings/backup-upload.tsx';
import { JobPanel } from '../settings/job-panel.tsx';
import { RestoreWithoutSecrets } from '../settings/restore-button.tsx';
import { useBackups } from '../settings/use-backups.ts';
import { AnchorLink } from '../ui/anchor-link.tsx';
import { Facts } from '../ui/facts.tsx';
import { PathText } from '../ui/path-text.tsx';
import { QueryState } from '../ui/query-state.tsx';

/** Where the data is, how to have it elsewhere, and the way back to that of another installation. */
export function DataStep() {
  const machine = useMachine();
  return (
    <Stack gap="md">
      <QueryState query={machine}>{(data) => <Place machine={data} />}</QueryState>
      <Restore />
    </Stack>
  );
}

function Place({ machine }: { machine: Machine }) {
  const { t } = useTranslation(['setup', 'settings']);
  const { size } = useFormat();
  const { engine, dataDir, backupFolder, freeBytes } = machine;
  return (
    <Paper withBorder p="md">
      <Title order={3} mb="sm">
        {t('data.place')}
      </Title>
      <Facts
        rows={[
          [t('settings:database.engine'), t(`settings:database.engines.${engine}`)],
          [t('settings:database.dataDir'), <PathText key="dir" path={dataDir} justify="flex-end" />],
          [t('data.backups'), <PathText key="backups" path={backupFolder} justify="flex-end" />],
          ...(freeBytes === null ? [] : [[t('settings:database.free'), size(freeBytes)] as const]),
        ]}
      />
      <Text size="sm" mt="sm">
        {t('data.elsewhere')} <Code>{'--data-dir'}</Code>
        {' · '}
        <Code>{'SOLARIS_DATA_DIR'}</Code>
      </Text>
      {engine === 'sqlite' && (
        <Text size="sm" mt={4}>
          {t('data.several')}{' '}
          <AnchorLink underline="always" to="/settings" search={{ section: 'data' }} size="sm">
            {t('data.toPostgres')}
          </AnchorLink>
        </Text>
      )}
    </Paper>
  );
}

function Restore() {
  const { t } = useTranslation('setup');
  const may = useMay();
  const backups = useBackups();
  return (
    <Paper withBorder p="md">
      <Title order={3} mb={4}>
        {t('data.restore')}
      </Title>
      <Text size="sm" c="dimmed" mb="sm">
        {t(may('owner') ? 'data.restoreText' : 'data.restoreOwner')}
      </Text>
      <JobPanel kinds={['restore']} failed={(job) => <RestoreWithoutSecrets job={job} />} />
      {may('owner') && (
        <QueryState query={backups}>
          {({ items }) => (
            <Stack gap="xs">
              {items.map((backup) => (
                <BackupRow key={backup.name} backup={backup} />
              ))}
              <BackupUpload />
            </Stack>
          )}
        </QueryState>
      )}
    </Paper>
  );
}
