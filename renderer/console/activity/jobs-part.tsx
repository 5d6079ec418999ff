import { Group, MultiSelect, Text } from '@mantine/core';
import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import type { Job } from '../../../gateway/contract/jobs.ts';
import { usePages } from '../api/pages.ts';
import { refusalWords } from '../ui/refusal-words.ts';
import { StatusBadge } from '../ui/status-badge.tsx';
import { listColumns } from '../ui/table/list-table.tsx';
import { When } from '../ui/when.tsx';
import { ActivityList } from './activity-list.tsx';
import type { ActivityPartProps } from './activity-screen.tsx';
import { JOB_KINDS, JOB_STATUSES } from './activity-search.ts';
import { JobDrawer } from './job-drawer.tsx';
import { JobProgress } from './job-progress.tsx';
import { JOB_MEANINGS } from './meanings.ts';

const column = listColumns<Job>();

/** Backups, restores, moves and checks: what runs, how far it is, how it ended. */
export function JobsPart({ search, onChange, onOpen, onClear }: ActivityPartProps) {
  const { t } = useTranslation('activity');
  const filters = { kind: search.jobKind, status: search.jobStatus };
  const list = usePages<Job>(['jobs', 'list'], '/api/admin/jobs', filters);
  const columns = useMemo(
    () =>
      column.columns([
        column.display({
          id: 'at',
          header: t('columns.when'),
          cell: ({ row: { original: job } }) => <When at={job.createdAt} />,
        }),
        column.display({
          id: 'kind',
          header: t('columns.what'),
          cell: ({ row: { original: job } }) => <Text fw={600}>{t(`jobKinds.${job.kind}`)}</Text>,
        }),
        column.display({
          id: 'origin',
          header: t('columns.who'),
          cell: ({ row: { original: job } }) => t(`jobOrigins.${job.origin}`),
        }),
        column.display({
          id: 'status',
          header: t('columns.status'),
          cell: ({ row: { original: job } }) =>
            job.status === 'running' ? (
              <JobProgress job={job} />
            ) : (
              <StatusBadge meaning={JOB_MEANINGS[job.status]}>{t(`jobStatuses.${job.status}`)}</StatusBadge>
            ),
        }),
        column.display({
          id: 'error',
          header: t('columns.problem'),
          cell: ({ row: { original: job } }) =>
            job.status === 'failed' && (
              <Text size="sm" c="dimmed" truncate maw={320}>
                {job.error && refusalWords(job.error)}
              </Text>
            ),
        }),
      ]),
    [t],
  );
  return (
    <>
      <Group gap="xs" align="flex-start" mb="xs">
        <MultiSelect
          aria-label={t('columns.what')}
          placeholder={search.jobKind === undefined ? t('columns.what') : ''}
          w={260}
          clearable
          value={search.jobKind ?? []}
          data={JOB_KINDS.map((value) => ({ value, label: t(`jobKinds.${value}`) }))}
          onChange={(chosen) => onChange({ jobKind: chosenOf(JOB_KINDS, chosen) })}
        />
        <MultiSelect
          aria-label={t('columns.status')}
          placeholder={search.jobStatus === undefined ? t('columns.status') : ''}
          w={260}
          clearable
          value={search.jobStatus ?? []}
          data={JOB_STATUSES.map((value) => ({ value, label: t(`jobStatuses.${value}`) }))}
          onChange={(chosen) => onChange({ jobStatus: chosenOf(JOB_STATUSES, chosen) })}
        />
      </Group>
      <ActivityList
        list={list}
        filters={filters}
        columns={columns}
        caption={t('parts.jobs')}
        nameOf={(job) => t(`jobKinds.${job.kind}`)}
        nothing={[t('noJobs'), t('noJobsText')]}
        openId={search.open}
        onOpen={onOpen}
        onClear={onClear}
        opensBy="kind"
      >
        {search.open !== undefined && <JobDrawer id={search.open} onClose={() => onOpen(undefined)} />}
      </ActivityList>
    </>
  );
}

/** In the order of `all`; undefined for none. */
function chosenOf<T extends string>(all: readonly T[], chosen: readonly string[]): T[] | undefined {
  return chosen.length === 0 ? undefined : all.filter((value) => chosen.includes(value));
}
