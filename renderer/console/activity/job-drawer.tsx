import { Button, Group, Stack, Text } from '@mantine/core';
import { IconDownload } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import type { Job } from '../../../gateway/contract/jobs.ts';
import { useDownload } from '../api/use-download.ts';
import { useFormat } from '../format/use-format.ts';
import { useSession } from '../session/use-session.tsx';
import { Facts } from '../ui/facts.tsx';
import { FailureAlert } from '../ui/failure-alert.tsx';
import { QueryState } from '../ui/query-state.tsx';
import { refusalWords } from '../ui/refusal-words.ts';
import { StatusBadge } from '../ui/status-badge.tsx';
import { useSave } from '../ui/use-save.ts';
import { DetailDrawer } from './detail-drawer.tsx';
import { JobProgress } from './job-progress.tsx';
import { JsonBlock } from './json-block.tsx';
import { JOB_MEANINGS } from './meanings.ts';

interface JobDrawerProps {
  id: string;
  onClose(): void;
}

/** One job in full; while it runs it can be cancelled. */
export function JobDrawer({ id, onClose }: JobDrawerProps) {
  const { t } = useTranslation('activity');
  const session = useSession();
  const query = useQuery({
    queryKey: ['jobs', 'details', id],
    queryFn: ({ signal }) => session.call<Job>(`/api/admin/jobs/${id}`, { signal }),
  });
  return (
    <DetailDrawer title={query.data ? t(`jobKinds.${query.data.kind}`) : t('job')} onClose={onClose}>
      <QueryState query={query}>{(job) => <Details job={job} />}</QueryState>
    </DetailDrawer>
  );
}

function Details({ job }: { job: Job }) {
  const { t } = useTranslation('activity');
  const { time, duration } = useFormat();
  const saving = useSave({ stale: ['jobs', 'audit'] });
  const { download, isBusy } = useDownload();
  const isRunning = job.status === 'running';
  const cancel = () =>
    void saving.save({
      path: `/api/admin/jobs/${job.id}/cancel`,
      call: { method: 'POST' },
      done: t(job.kind === 'retention' ? 'deletionCancelled' : 'jobCancelled'),
    });
  return (
    <Stack gap="md">
      <FailureAlert failure={saving.failure} />
      <Group justify="space-between">
        <StatusBadge meaning={JOB_MEANINGS[job.status]}>{t(`jobStatuses.${job.status}`)}</StatusBadge>
        {isRunning && (
          <Button variant="default" size="xs" loading={saving.busy} onClick={cancel}>
            {t('cancelJob')}
          </Button>
        )}
      </Group>
      {isRunning && <JobProgress job={job} />}
      {job.kind === 'export' && job.status === 'done' && (
        <Group gap="sm">
          <Button
            size="xs"
            leftSection={<IconDownload size={14} />}
            loading={isBusy}
            onClick={() =>
              void download(`/api/admin/jobs/${job.id}/file`, {}, `ia-solaris.${String(job.params.format)}`)
            }
          >
            {t('jobFile')}
          </Button>
          <Text size="sm" c="dimmed">
            {t('jobFileKept')}
          </Text>
        </Group>
      )}
      <Facts
        rows={[
          [t('columns.when'), time(job.createdAt)],
          [t('columns.who'), t(`jobOrigins.${job.origin}`)],
          [t('endedAt'), job.endedAt === null ? '–' : time(job.endedAt)],
          [t('columns.duration'), job.endedAt === null ? '–' : duration(job.endedAt - job.createdAt)],
          ...(job.error === null ? [] : [[t('columns.problem'), refusalWords(job.error)] as const]),
        ]}
      />
      <JsonBlock title={t('jobParams')} value={job.params} />
      {job.result !== null && <JsonBlock title={t('jobResult')} value={job.result} />}
    </Stack>
  );
}
