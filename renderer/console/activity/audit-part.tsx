import { Text } from '@mantine/core';
import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import type { AuditEntry } from '../../../gateway/contract/audit.ts';
import type { AUDIT_COLUMNS } from '../../../gateway/contract/exports.ts';
import { usePages } from '../api/pages.ts';
import { useStats } from '../api/stats.ts';
import { useOpened } from '../api/use-opened.ts';
import { ExportMenu } from '../ui/export-menu.tsx';
import { listColumns } from '../ui/table/list-table.tsx';
import { exportedColumns, useColumns } from '../ui/table/use-columns.ts';
import { When } from '../ui/when.tsx';
import { ActivityBar } from './activity-bar.tsx';
import { ActivityList } from './activity-list.tsx';
import type { ActivityPartProps } from './activity-screen.tsx';
import { AuditDrawer } from './audit-drawer.tsx';
import { ChainCheck } from './chain-check.tsx';
import { DayRange } from './day-range.tsx';
import { OpenedRow } from './opened-row.tsx';
import { useActivityFields } from './use-activity-fields.ts';
import { useAuditWords } from './use-audit-words.ts';

const column = listColumns<AuditEntry>();
/** Those that give way where there is little room. */
const EXTRAS = ['reason', 'target'];
/** What each column is in a file. */
const FILES: Record<string, readonly (typeof AUDIT_COLUMNS)[number][]> = {
  at: ['at'],
  who: ['actor', 'actorKind', 'actorId'],
  target: ['targetName', 'targetKind', 'targetId'],
  reason: ['reason', 'personal'],
};

/** Every administrative act, newest first. */
export function AuditPart({ search, onChange, onFilter, onOpen, onClear }: ActivityPartProps) {
  const { t } = useTranslation(['activity', 'common']);
  const words = useAuditWords();
  const zone = useStats().data?.timeZone;
  const filters = {
    action: search.action,
    actorKind: search.actorKind,
    target: search.target,
    search: search.search,
    from: search.from,
    to: search.to,
  };
  const shown = useColumns('activity.audit', EXTRAS);
  const list = usePages<AuditEntry>(['audit', 'list'], '/api/admin/audit', filters, true);
  const columns = useMemo(
    () =>
      column.columns([
        column.display({
          id: 'at',
          header: t('columns.when'),
          cell: ({ row: { original: entry } }) => <When at={entry.at} />,
        }),
        column.display({
          id: 'who',
          header: t('columns.who'),
          cell: ({ row: { original: entry } }) => words.who(entry),
        }),
        column.display({
          id: 'what',
          header: t('columns.what'),
          cell: ({ row: { original: entry } }) => <Text fw={600}>{words.action(entry.action)}</Text>,
        }),
        column.display({
          id: 'target',
          header: t('columns.target'),
          cell: ({ row: { original: entry } }) =>
            entry.targetId !== null && (
              <Text size="sm" c="dimmed" truncate maw={220}>
                {words.target(entry)}
              </Text>
            ),
        }),
        column.display({
          id: 'reason',
          header: t('common:reason'),
          cell: ({ row: { original: entry } }) =>
            words.reason(entry) !== '' && (
              <Text size="sm" truncate maw={260}>
                {words.reason(entry)}
              </Text>
            ),
        }),
      ]),
    [t, words],
  );
  const opened = useOpened<AuditEntry>('audit', '/api/admin/audit', list, search.open);
  const fields = useActivityFields();
  return (
    <>
      <ChainCheck />
      <ActivityBar
        part="audit"
        search={search}
        fields={fields.audit}
        placeholder={t('hints.audit')}
        onFilter={onFilter}
      >
        <DayRange search={search} onChange={onChange} zone={zone} />
        <ExportMenu
          type="audit"
          filters={filters}
          columns={exportedColumns(['seq', 'id', 'action', 'details', 'hash'], FILES, shown.unwanted)}
          rows={{ total: list.total }}
        />
      </ActivityBar>
      <ActivityList
        list={list}
        filters={filters}
        columns={columns}
        caption={t('parts.audit')}
        nameOf={(entry) => words.action(entry.action)}
        nothing={[t('noAudit'), t('noAuditText')]}
        openId={search.open}
        onOpen={onOpen}
        onClear={onClear}
        table="activity.audit"
        shown={shown}
        opensBy="what"
      >
        <OpenedRow row={opened} onClose={() => onOpen(undefined)}>
          {(entry) => <AuditDrawer entry={entry} onClose={() => onOpen(undefined)} />}
        </OpenedRow>
      </ActivityList>
    </>
  );
}
