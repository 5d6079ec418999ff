import { Text } from '@mantine/core';
import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import type { JOB_COLUMNS } from '../../../gateway/contract/exports.ts';
import type { Job } from '../../../gateway/contract/jobs.ts';
import { usePages } from '../api/pages.ts';
import { ExportMenu } from '../ui/export-menu.tsx';
import { refusalWords } from '../ui/refusal-words.ts';
import { StatusBadge } from '../ui/status-badge.tsx';
import { listColumns } from '../ui/table/list-table.tsx';
import { exportedColumns, useColumns } from '../ui/table/use-columns.ts';
import { When } from '../ui/when.tsx';
import { ActivityBar } from './activity-bar.tsx';
import { ActivityList } from './activity-list.tsx';
import type { ActivityPartProps } from './activity-screen.tsx';
import { JobDrawer } from './job-drawer.tsx';
import { JobProgress } from './job-progress.tsx';
import { JOB_MEANINGS } from './meanings.ts';
import { useActivityFields } from './use-activity-fields.ts';

const column = listColumns<Job>();
/** Those that give way where there is little room. */
const EXTRAS = ['error', 'origin'];
/** What each column is in a file. */
const FILES: Record<string, readonly (typeof JOB_COLUMNS)[number][]> = {
  at: ['at'],
  origin: ['origin'],
  status: ['status', 'ended', 'duration'],
  error: ['problem'],
};

/** Backups, restores, moves and checks: what runs, how far it is, how it ended. */
export function JobsPart({ search, onFilter, onOpen, onClear }: ActivityPartProps) {
  const { t } = useTranslation('activity');
  const filters = { kind: search.jobKind, status: search.jobStatus };
  const fields = useActivityFields();
  const shown = useColumns('activity.jobs', EXTRAS);
  const list = usePages<Job>(['jobs', 'list'], '/api/admin/jobs', filters, true);
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
      <ActivityBar
        part="jobs"
        search={search}
        fields={fields.jobs}
        textParam={null}
        placeholder={t('hints.jobs')}
        onFilter={onFilter}
      >
        <ExportMenu
          type="jobs"
          filters={filters}
          columns={exportedColumns(['id', 'kind'], FILES, shown.unwanted)}
          rows={{ total: list.total }}
        />
      </ActivityBar>
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
        table="activity.jobs"
        shown={shown}
        opensBy="kind"
      >
        {search.open !== undefined && <JobDrawer id={search.open} onClose={() => onOpen(undefined)} />}
      </ActivityList>
    </>
  );
}
