import { Button, Group, Paper, Text } from '@mantine/core';
import { IconDownload } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import type { Backup } from '../../../gateway/contract/backups.ts';
import { useJobs } from '../api/jobs.ts';
import { useDownload } from '../api/use-download.ts';
import { useFormat } from '../format/use-format.ts';
import { useMay } from '../session/use-session.tsx';
import { FailureAlert } from '../ui/failure-alert.tsx';
import { Removal } from '../ui/removal.tsx';
import { StatusBadge } from '../ui/status-badge.tsx';
import { When } from '../ui/when.tsx';
import { useIsBusy } from './job-panel.tsx';
import { RestoreButton } from './restore-button.tsx';
import css from './row-card.module.css';
import { useBackupWords } from './use-backup-words.ts';
import { BACKUP_STALE } from './use-backups.ts';
import { useJobStart } from './use-job-start.ts';

/** One backup: what it holds, whether it is good, and what may be done with it. */
export function BackupRow({ backup }: { backup: Backup }) {
  const { t } = useTranslation(['settings', 'common']);
  const { moment } = useFormat();
  const words = useBackupWords()(backup);
  const may = useMay();
  const isBusy = useIsBusy();
  const start = useJobStart(BACKUP_STALE);
  const { download, isBusy: isFetching } = useDownload();
  const { name, createdAt, good, problem } = backup;
  const path = `/api/admin/backups/${encodeURIComponent(name)}`;
  return (
    <Paper withBorder className={css.row} data-testid="backup">
      <div className={css.main}>
        <Group gap="xs">
          <Text fw={600}>{words.when}</Text>
          <StatusBadge meaning={good ? 'good' : 'critical'}>{words.state}</StatusBadge>
        </Group>
        <Text size="sm" c="dimmed">
          {words.facts}
        </Text>
        <Text size="xs" c="dimmed" style={{ overflowWrap: 'anywhere' }}>
          {name}
        </Text>
        {problem !== null && (
          <Text size="sm" c="var(--critical)">
            {problem}
          </Text>
        )}
        <LastProof name={name} />
        <FailureAlert failure={start.failure} />
      </div>
      <Group gap={4} className={css.side}>
        <Button
          size="xs"
          variant="default"
          disabled={isBusy}
          loading={start.busy}
          onClick={() => void start.begin(`${path}/verify`)}
        >
          {t('backups.try')}
        </Button>
        {may('owner') && (
          <>
            <Button
              size="xs"
              variant="default"
              leftSection={<IconDownload size={14} />}
              loading={isFetching}
              onClick={() => void download(`${path}/file`, {}, name)}
            >
              {t('backups.download')}
            </Button>
            <RestoreButton backup={backup} disabled={isBusy} />
            <Removal
              label={t('backups.remove')}
              danger="backupRemove"
              text={t('backups.removeText', { when: moment(createdAt) })}
              size="xs"
              stale={BACKUP_STALE}
              save={() => ({ path, call: { method: 'DELETE' }, done: t('common:removed') })}
            />
          </>
        )}
      </Group>
    </Paper>
  );
}

/** How the last test restore on demand ended. */
function LastProof({ name }: { name: string }) {
  const { t } = useTranslation('settings');
  const job = useJobs().data?.items.find(({ kind, params }) => kind === 'verify' && params.name === name);
  if (!job || job.status === 'running' || job.status === 'cancelled') return null;
  const isSound = job.status === 'done' && job.result?.ok !== false;
  return (
    <Text size="sm" c={isSound ? undefined : 'var(--critical)'}>
      {t(isSound ? 'backups.tried' : 'backups.triedBad')} <When at={job.endedAt} />
    </Text>
  );
}
