import { Progress, Stack, Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { Job } from '../../../gateway/contract/jobs.ts';
import { useFormat } from '../format/use-format.ts';

const PHASES = ['copy', 'test', 'check', 'prove', 'switch', 'write', 'delete'] as const;

/** What a job does now, and how far it is. */
export function JobProgress({ job }: { job: Job }) {
  const { t } = useTranslation(['activity', 'common']);
  const { exact } = useFormat();
  const phase = PHASES.find((name) => name === job.phase);
  const what = phase ? t(`jobPhases.${phase}`) : t('jobStatuses.running');
  return (
    <Stack gap={2} miw={160}>
      <Text size="sm">
        {what}
        {job.total > 0 && ` · ${t('jobRows', { done: exact(job.done), total: exact(job.total) })}`}
        {job.total === 0 && job.done > 0 && ` · ${t('common:rows', { count: job.done, formatted: exact(job.done) })}`}
      </Text>
      {job.total > 0 && <Progress value={(100 * job.done) / job.total} aria-label={what} size="sm" />}
    </Stack>
  );
}
