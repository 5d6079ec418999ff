import { Text, Tooltip } from '@mantine/core';
import { IconListDetails } from '@tabler/icons-react';
import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import type { UsageRecord } from '../../../gateway/contract/reports.ts';
import { OUTCOMES } from '../activity/activity-search.ts';
import { OutcomeBadge } from '../activity/outcome-badge.tsx';
import { RECORD_FILES } from '../activity/record-files.ts';
import { useUsageSums } from '../activity/use-usage-sums.tsx';
import { usePages } from '../api/pages.ts';
import { useFormat } from '../format/use-format.ts';
import { oneOf } from '../search-params.ts';
import { ExportMenu } from '../ui/export-menu.tsx';
import { Money } from '../ui/money.tsx';
import { ColumnMenu, hideableOf } from '../ui/table/column-menu.tsx';
import { type ListColumn, ListTable, listColumns } from '../ui/table/list-table.tsx';
import { exportedColumns, useColumns } from '../ui/table/use-columns.ts';
import { When } from '../ui/when.tsx';
import { type UserListProps, UserRows } from './user-rows.tsx';

const column = listColumns<UsageRecord>();
const ABOUT: Record<string, ListColumn> = {
  model: { sort: null, isTitle: true },
  outcome: { sort: null },
  tokens: { sort: null, isNumber: true },
  cost: { sort: null, isNumber: true },
  duration: { sort: null, isNumber: true },
};

/** Those that give way where there is little room. */
const EXTRAS = ['duration', 'cost'];

/** What a user asked for, request by request. */
export function UserUsage({ userId, only, onOnly }: UserListProps) {
  const { t } = useTranslation(['users', 'activity']);
  const { exact, duration } = useFormat();
  const outcome = oneOf(only, OUTCOMES);
  const filters = outcome === undefined ? {} : { outcome: [outcome] };
  const sums = useUsageSums({ user: userId, ...filters });
  const list = usePages<UsageRecord>(['usage', userId], `/api/admin/users/${userId}/usage`, filters);
  const shown = useColumns('user.usage', EXTRAS);
  const columns = useMemo(
    () =>
      column.columns([
        column.display({
          id: 'model',
          header: t('activity:columns.model'),
          cell: ({ row: { original: record } }) => (
            <div>
              <Text size="sm">{record.model}</Text>
              <When at={record.createdAt} size="xs" c="dimmed" />
            </div>
          ),
        }),
        column.display({
          id: 'outcome',
          header: t('activity:columns.outcome'),
          cell: ({ row: { original: record } }) => <OutcomeBadge outcome={record.outcome} />,
        }),
        column.display({
          id: 'tokens',
          header: t('activity:columns.tokens'),
          cell: ({ row: { original: record } }) => (
            <Tooltip
              label={t('tokenParts', {
                prompt: exact(record.promptTokens),
                completion: exact(record.completionTokens),
              })}
            >
              <span>{exact(record.chargedTokens)}</span>
            </Tooltip>
          ),
        }),
        column.display({
          id: 'cost',
          header: t('activity:columns.cost'),
          cell: ({ row: { original: record } }) => <Money microUsd={record.costMicroUsd} />,
        }),
        column.display({
          id: 'duration',
          header: t('activity:columns.duration'),
          cell: ({ row: { original: record } }) => (record.durationMs === null ? '–' : duration(record.durationMs)),
        }),
      ]),
    [t, exact, duration],
  );
  return (
    <UserRows
      list={list}
      label={t('only.usage')}
      values={OUTCOMES}
      labelOf={(value) => t(`activity:outcomes.${value}`)}
      only={outcome}
      onOnly={onOnly}
      none={{ icon: <IconListDetails size={32} />, title: t('noUsage') }}
      sums={sums}
      file={
        <ExportMenu
          type="records"
          filters={{ user: userId, ...filters }}
          columns={exportedColumns(['at', 'id', 'user', 'model', 'upstream', 'endpoint'], RECORD_FILES, shown.unwanted)}
          rows={{ total: list.total, isMore: list.totalIsMore }}
        />
      }
      columnMenu={<ColumnMenu table="user.usage" columns={hideableOf(columns, 'model')} shown={shown} />}
    >
      <ListTable
        caption={t('tabs.usage')}
        items={list.items ?? []}
        columns={columns}
        about={ABOUT}
        nameOf={({ model }) => model}
        shown={shown}
      />
    </UserRows>
  );
}
