import { Button, Paper, Stack, Text, Title } from '@mantine/core';
import { IconDatabaseExport } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { useFormat } from '../format/use-format.ts';
import { useMay } from '../session/use-session.tsx';
import { EmptyPanel } from '../ui/empty-panel.tsx';
import { FailureAlert } from '../ui/failure-alert.tsx';
import { PartHead } from '../ui/part-head.tsx';
import { QueryState } from '../ui/query-state.tsx';
import { WholeList } from '../ui/whole-list.tsx';
import { BackupRow } from './backup-row.tsx';
import { BackupUpload } from './backup-upload.tsx';
import { JobPanel, useIsBusy } from './job-panel.tsx';
import { RestoreWithoutSecrets } from './restore-button.tsx';
import { GROUPS } from './setting-groups.ts';
import { SettingsForm } from './settings-form.tsx';
import { useBackupWords } from './use-backup-words.ts';
import { BACKUP_STALE, type Backups, useBackups } from './use-backups.ts';
import { useJobStart } from './use-job-start.ts';
import { useListSearch } from './use-list-search.ts';

/** Proven copies of all data: made now and by the clock, tried, fetched, brought and restored. */
export function BackupsSection() {
  const { t } = useTranslation('settings');
  const start = useJobStart(BACKUP_STALE);
  const isBusy = useIsBusy();
  const query = useBackups();
  return (
    <Stack gap="md">
      <PartHead
        text={t('backups.hint')}
        action={
          <Button
            leftSection={<IconDatabaseExport size={16} />}
            disabled={isBusy}
            loading={start.busy}
            onClick={() => void start.begin('/api/admin/backups')}
          >
            {t('backups.make')}
          </Button>
        }
      />
      <FailureAlert failure={start.failure} />
      <JobPanel
        kinds={['backup', 'restore', 'verify']}
        belongs={({ kind, params }) => kind !== 'verify' || typeof params.name === 'string'}
        failed={(job) => <RestoreWithoutSecrets job={job} />}
      />
      <QueryState query={query}>{(backups) => <List backups={backups} />}</QueryState>
      <SettingsForm groups={GROUPS.backups} />
    </Stack>
  );
}

function List({ backups }: { backups: Backups }) {
  const { t } = useTranslation('settings');
  const { moment } = useFormat();
  const may = useMay();
  const searched = useListSearch();
  const wordsOf = useBackupWords();
  const { items, folder, nextAt } = backups;
  return (
    <Paper withBorder p="md">
      <Title order={2} mb={4}>
        {t('backups.title')}
      </Title>
      <Text size="sm" c="dimmed" mb="md" style={{ overflowWrap: 'anywhere' }}>
        {t('backups.where', { folder })}{' '}
        {nextAt === null ? t('backups.noNext') : t('backups.next', { when: moment(nextAt) })}
      </Text>
      <WholeList
        {...searched}
        isBare
        items={items}
        textsOf={(backup) => {
          const { when, state, facts } = wordsOf(backup);
          return [when, state, facts, backup.name, backup.problem ?? ''];
        }}
        none={
          <EmptyPanel icon={<IconDatabaseExport size={36} />} title={t('backups.none')} text={t('backups.noneText')} />
        }
      >
        {(found) => (
          <Stack gap="xs">
            {found.map((backup) => (
              <BackupRow key={backup.name} backup={backup} />
            ))}
          </Stack>
        )}
      </WholeList>
      {may('owner') && <BackupUpload />}
    </Paper>
  );
}
