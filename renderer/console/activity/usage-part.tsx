import { Text, Tooltip } from '@mantine/core';
import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import type { RECORD_COLUMNS } from '../../../gateway/contract/exports.ts';
import type { ListedUsage } from '../../../gateway/contract/reports.ts';
import { usePages } from '../api/pages.ts';
import { useStats } from '../api/stats.ts';
import { useOpened } from '../api/use-opened.ts';
import { useUserName } from '../api/user-name.ts';
import { useFormat } from '../format/use-format.ts';
import { ExportMenu } from '../ui/export-menu.tsx';
import { Money } from '../ui/money.tsx';
import { listColumns } from '../ui/table/list-table.tsx';
import { exportedColumns, useColumns } from '../ui/table/use-columns.ts';
import { UpstreamName } from '../ui/upstream-name.tsx';
import { When } from '../ui/when.tsx';
import { ActivityBar } from './activity-bar.tsx';
import { ActivityList } from './activity-list.tsx';
import type { ActivityPartProps } from './activity-screen.tsx';
import { DayRange } from './day-range.tsx';
import { KeptSince } from './kept-since.tsx';
import { OpenedRow } from './opened-row.tsx';
import { OutcomeBadge } from './outcome-badge.tsx';
import { RECORD_FILES } from './record-files.ts';
import { UsageDrawer } from './usage-drawer.tsx';
import { useActivityFields } from './use-activity-fields.ts';
import { useUsageSums } from './use-usage-sums.tsx';

const column = listColumns<ListedUsage>();
const NUMBERS = ['tokens', 'cost', 'duration'];
/** Those that give way where there is little room. */
const EXTRAS = ['duration', 'cost', 'user'];
/** What each column is in a file. */
const FILES: Record<string, readonly (typeof RECORD_COLUMNS)[number][]> = {
  at: ['at'],
  user: ['user', 'name', 'email'],
  ...RECORD_FILES,
};

/** Every request that reached an upstream, newest first. */
export function UsagePart({ search, onChange, onFilter, onOpen, onClear }: ActivityPartProps) {
  const { t } = useTranslation('activity');
  const { compact, exact, duration } = useFormat();
  const filters = {
    outcome: search.outcome,
    model: search.model,
    upstream: search.upstream,
    hour: search.hour,
    user: search.user,
    from: search.from,
    to: search.to,
  };
  const userName = useUserName(search.user);
  const zone = useStats().data?.timeZone;
  const sums = useUsageSums(search);
  const shown = useColumns('activity.usage', EXTRAS);
  const list = usePages<ListedUsage>(['usage', 'list'], '/api/admin/usage', filters, true);
  const columns = useMemo(
    () =>
      column.columns([
        column.display({
          id: 'at',
          header: t('columns.when'),
          cell: ({ row: { original: record } }) => <When at={record.createdAt} />,
        }),
        column.display({
          id: 'user',
          header: t('user'),
          cell: ({ row: { original: record } }) => (
            <Text size="sm" truncate maw={200}>
              {record.userName ?? record.userId}
            </Text>
          ),
        }),
        column.display({
          id: 'model',
          header: t('columns.model'),
          cell: ({ row: { original: record } }) => (
            <div>
              <Text fw={600}>{record.model}</Text>
              <Text size="xs" c="dimmed">
                <UpstreamName id={record.upstream} />
              </Text>
            </div>
          ),
        }),
        column.display({
          id: 'outcome',
          header: t('columns.outcome'),
          cell: ({ row: { original: record } }) => <OutcomeBadge outcome={record.outcome} />,
        }),
        column.display({
          id: 'tokens',
          header: t('columns.tokens'),
          cell: ({ row: { original: record } }) => (
            <Tooltip label={exact(record.chargedTokens)}>
              <span>{compact(record.chargedTokens)}</span>
            </Tooltip>
          ),
        }),
        column.display({
          id: 'cost',
          header: t('columns.cost'),
          cell: ({ row: { original: record } }) => <Money microUsd={record.costMicroUsd} />,
        }),
        column.display({
          id: 'duration',
          header: t('columns.duration'),
          cell: ({ row: { original: record } }) => (record.durationMs === null ? '–' : duration(record.durationMs)),
        }),
      ]),
    [t, compact, exact, duration],
  );
  const items = list.items ?? [];
  const opened = useOpened<ListedUsage>('usage', '/api/admin/usage', list, search.open);
  const fields = useActivityFields(
    [{ id: search.user ?? null, name: userName }, ...items.map((row) => ({ id: row.userId, name: row.userName }))],
    items,
  );
  const given = Object.fromEntries(Object.entries(filters).filter(([, value]) => value !== undefined));
  return (
    <>
      <ActivityBar
        part="usage"
        search={search}
        fields={fields.usage}
        textParam={null}
        placeholder={t('hints.usage')}
        onFilter={onFilter}
      >
        <DayRange search={search} onChange={onChange} zone={zone} />
        <ExportMenu
          type="records"
          filters={given}
          columns={exportedColumns(['id', 'model', 'upstream', 'endpoint'], FILES, shown.unwanted)}
          rows={{ total: list.total, isMore: list.totalIsMore }}
        />
      </ActivityBar>
      <ActivityList
        list={list}
        filters={filters}
        columns={columns}
        numbers={NUMBERS}
        caption={t('parts.usage')}
        nameOf={(record) => record.requestId}
        sums={sums}
        note={<KeptSince at={list.keptFrom} zone={zone} />}
        nothing={[t('noUsage'), t('noUsageText')]}
        openId={search.open}
        onOpen={onOpen}
        onClear={onClear}
        table="activity.usage"
        shown={shown}
        opensBy="model"
      >
        <OpenedRow row={opened} onClose={() => onOpen(undefined)}>
          {(record) => <UsageDrawer record={record} onClose={() => onOpen(undefined)} />}
        </OpenedRow>
      </ActivityList>
    </>
  );
}
