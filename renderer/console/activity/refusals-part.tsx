import { Text } from '@mantine/core';
import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import type { REFUSAL_COLUMNS } from '../../../gateway/contract/exports.ts';
import type { ListedRefusal } from '../../../gateway/contract/reports.ts';
import { usePages } from '../api/pages.ts';
import { useStats } from '../api/stats.ts';
import { useOpened } from '../api/use-opened.ts';
import { useUserName } from '../api/user-name.ts';
import { useFormat } from '../format/use-format.ts';
import { ExportMenu } from '../ui/export-menu.tsx';
import { listColumns } from '../ui/table/list-table.tsx';
import { exportedColumns, useColumns } from '../ui/table/use-columns.ts';
import { When } from '../ui/when.tsx';
import { ActivityBar } from './activity-bar.tsx';
import { ActivityList } from './activity-list.tsx';
import type { ActivityPartProps } from './activity-screen.tsx';
import { DayRange } from './day-range.tsx';
import { OpenedRow } from './opened-row.tsx';
import { RefusalDrawer } from './refusal-drawer.tsx';
import { useActivityFields } from './use-activity-fields.ts';
import { useCodeWords } from './use-code-words.ts';

const column = listColumns<ListedRefusal>();
const NUMBERS = ['requests'];
/** Those that give way where there is little room. */
const EXTRAS = ['message', 'who'];
/** What each column is in a file. */
const FILES: Record<string, readonly (typeof REFUSAL_COLUMNS)[number][]> = {
  at: ['at'],
  message: ['reason'],
  who: ['user', 'name', 'email'],
  requests: ['requests'],
};

/** Requests that never reached an upstream: who, when, why. */
export function RefusalsPart({ search, onChange, onFilter, onOpen, onClear }: ActivityPartProps) {
  const { t } = useTranslation('activity');
  const { exact } = useFormat();
  const words = useCodeWords();
  const filters = { code: search.code, user: search.user, from: search.from, to: search.to };
  const userName = useUserName(search.user);
  const zone = useStats().data?.timeZone;
  const shown = useColumns('activity.refusals', EXTRAS);
  const list = usePages<ListedRefusal>(['usage', 'refusals'], '/api/admin/refusals', filters, true);
  const columns = useMemo(
    () =>
      column.columns([
        column.display({
          id: 'at',
          header: t('columns.when'),
          // The first of its minute, by which the list is sorted.
          cell: ({ row: { original: refusal } }) => <When at={refusal.createdAt} />,
        }),
        column.display({
          id: 'code',
          header: t('columns.why'),
          cell: ({ row: { original: refusal } }) => <Text fw={600}>{words.refusal(refusal.code)}</Text>,
        }),
        column.display({
          id: 'message',
          header: t('columns.told'),
          cell: ({ row: { original: refusal } }) => (
            <Text size="sm" c="dimmed" ta="left" lineClamp={2} maw={420}>
              {refusal.message}
            </Text>
          ),
        }),
        column.display({
          id: 'who',
          header: t('columns.who'),
          cell: ({ row: { original: refusal } }) => (
            <Text size="sm" truncate maw={200}>
              {refusal.userName ?? refusal.userId ?? refusal.ipAddress ?? t('nobody')}
            </Text>
          ),
        }),
        column.display({
          id: 'requests',
          header: t('columns.times'),
          cell: ({ row: { original: refusal } }) => exact(refusal.requests),
        }),
      ]),
    [t, exact, words],
  );
  const items = list.items ?? [];
  const fields = useActivityFields([
    { id: search.user ?? null, name: userName },
    ...items.map((row) => ({ id: row.userId, name: row.userName })),
  ]);
  const given = Object.fromEntries(Object.entries(filters).filter(([, value]) => value !== undefined));
  const opened = useOpened<ListedRefusal>('usage', '/api/admin/refusals', list, search.open);
  return (
    <>
      <ActivityBar
        part="refusals"
        search={search}
        fields={fields.refusals}
        textParam={null}
        placeholder={t('hints.refusals')}
        onFilter={onFilter}
      >
        <DayRange search={search} onChange={onChange} zone={zone} />
        <ExportMenu
          type="refusals"
          filters={given}
          columns={exportedColumns(['code', 'status', 'model', 'endpoint'], FILES, shown.unwanted)}
          rows={{ total: list.total, isMore: list.totalIsMore }}
        />
      </ActivityBar>
      <ActivityList
        list={list}
        filters={filters}
        columns={columns}
        numbers={NUMBERS}
        caption={t('parts.refusals')}
        nameOf={(refusal) => words.refusal(refusal.code)}
        nothing={[t('noRefusals'), t('noRefusalsText')]}
        openId={search.open}
        onOpen={onOpen}
        onClear={onClear}
        table="activity.refusals"
        shown={shown}
        opensBy="code"
      >
        <OpenedRow row={opened} onClose={() => onOpen(undefined)}>
          {(refusal) => <RefusalDrawer refusal={refusal} onClose={() => onOpen(undefined)} />}
        </OpenedRow>
      </ActivityList>
    </>
  );
}
