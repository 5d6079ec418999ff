import { Alert, Button, Code, Group, Progress, Stack, Text } from '@mantine/core';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { Job } from '../../../gateway/contract/jobs.ts';
import { runningJob, useJobs } from '../api/jobs.ts';
import { useFormat } from '../format/use-format.ts';
import { CopyText } from '../ui/copy-text.tsx';
import { FailureAlert } from '../ui/failure-alert.tsx';
import { useSave } from '../ui/use-save.ts';
import { When } from '../ui/when.tsx';
import { useJobWords } from './use-job-words.ts';

interface JobPanelProps {
  kinds: readonly Job['kind'][];
  /** Of all jobs of these kinds, those that belong here. */
  belongs?(job: Job): boolean;
  /** What there is to say of a job that is done, beside that it is. */
  done?(job: Job): ReactNode;
  /** What may be done about one that has failed. */
  failed?(job: Job): ReactNode;
}

/** How far the running job is, else how the last one of its kind ended. */
export function JobPanel({ kinds, belongs = () => true, done, failed }: JobPanelProps) {
  const { data } = useJobs();
  const job = data?.items.find((one) => kinds.includes(one.kind) && belongs(one));
  if (!job) return null;
  return (
    <div role="status" data-testid="job" data-status={job.status}>
      {job.status === 'running' ? <Running job={job} /> : <Ended job={job} done={done} failed={failed} />}
    </div>
  );
}

/** Whether something runs: there is one job at a time. */
export function useIsBusy(): boolean {
  return runningJob(useJobs().data?.items) !== undefined;
}

function Running({ job }: { job: Job }) {
  const { t } = useTranslation(['settings', 'common']);
  const { exact } = useFormat();
  const words = useJobWords();
  const saving = useSave({ stale: ['jobs'] });
  const { done, total } = job;
  const cancel = () =>
    saving.save({ path: `/api/admin/jobs/${job.id}/cancel`, call: { method: 'POST' }, done: t('jobs.cancelled') });
  return (
    <Stack gap={6}>
      <Group justify="space-between" gap="xs">
        <Text size="sm">
          <b>{words.name(job)}</b>
          {` · ${words.phase(job)}`}
          {total > 0 && ` · ${t('jobs.rows', { done: exact(done), total: exact(total) })}`}
        </Text>
        <Button variant="default" size="xs" loading={saving.busy} onClick={() => void cancel()}>
          {t('common:cancel')}
        </Button>
      </Group>
      <Progress
        value={total > 0 ? (100 * done) / total : 100}
        striped={total === 0}
        animated={total === 0}
        aria-label={words.name(job)}
      />
      <FailureAlert failure={saving.failure} />
    </Stack>
  );
}

function Ended({ job, done, failed }: { job: Job } & Pick<JobPanelProps, 'done' | 'failed'>) {
  const { t } = useTranslation(['settings', 'common']);
  const words = useJobWords();
  const when = <When at={job.endedAt} />;
  if (job.status === 'done') {
    const restartNeeded = job.result?.restartNeeded === true;
    return (
      <Alert color={restartNeeded ? 'orange' : 'teal'} title={words.name(job)}>
        <Text size="sm">
          {t('jobs.done')} {when}
        </Text>
        {restartNeeded && <Text size="sm">{t('jobs.restartNeeded')}</Text>}
        {done?.(job)}
      </Alert>
    );
  }
  const { code = '', message = '' } = job.error ?? {};
  return (
    <Alert color={job.status === 'cancelled' ? 'gray' : 'red'} title={words.name(job)}>
      <Text size="sm">
        {t(job.status === 'cancelled' ? 'jobs.wasCancelled' : 'jobs.failed')} {when}
      </Text>
      {job.status === 'failed' && (
        <>
          <Text size="sm">{words.refused({ code, message })}</Text>
          <Text size="xs" mt={4} style={{ overflowWrap: 'anywhere' }}>
            {t('common:technicalCause')}
            {': '}
            <Code>{`${code}: ${message}`}</Code> <CopyText text={`${code}: ${message}`} />
          </Text>
          {failed?.(job)}
        </>
      )}
    </Alert>
  );
}
