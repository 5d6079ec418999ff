import { Text } from '@mantine/core';
import { IconReceipt } from '@tabler/icons-react';
import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import type { LEDGER_COLUMNS } from '../../../gateway/contract/exports.ts';
import type { LedgerEntry } from '../../../gateway/contract/reports.ts';
import { usePages } from '../api/pages.ts';
import { useFormat } from '../format/use-format.ts';
import { oneOf } from '../search-params.ts';
import { ExportMenu } from '../ui/export-menu.tsx';
import { ColumnMenu, hideableOf } from '../ui/table/column-menu.tsx';
import { type ListColumn, ListTable, listColumns } from '../ui/table/list-table.tsx';
import { exportedColumns, useColumns } from '../ui/table/use-columns.ts';
import { When } from '../ui/when.tsx';
import { type UserListProps, UserRows } from './user-rows.tsx';

const LEDGER_KINDS = [
  'debit',
  'grant',
  'purchase',
  'bonus',
  'compensation',
  'adjustment',
  'reset',
] as const satisfies readonly LedgerEntry['kind'][];

const column = listColumns<LedgerEntry>();
const ABOUT: Record<string, ListColumn> = {
  kind: { sort: null, isTitle: true },
  reason: { sort: null },
  month: { sort: null, isNumber: true },
  credits: { sort: null, isNumber: true },
  balance: { sort: null, isNumber: true },
};
/** Those that give way where there is little room. */
const EXTRAS = ['balance'];
/** What each column is in a file. */
const FILES: Record<string, readonly (typeof LEDGER_COLUMNS)[number][]> = {
  reason: ['reason'],
  month: ['monthlyDelta'],
  credits: ['creditsDelta'],
  balance: ['used', 'credits'],
};

/** Every movement of a user's tokens: what is used is taken from the month, as from the credits. */
export function UserLedger({ userId, only, onOnly }: UserListProps) {
  const { t } = useTranslation(['users', 'common']);
  const { exact, signed } = useFormat();
  const kind = oneOf(only, LEDGER_KINDS);
  const filters = kind === undefined ? {} : { kind: [kind] };
  const list = usePages<LedgerEntry>(['user', 'ledger', userId], `/api/admin/users/${userId}/ledger`, filters);
  const shown = useColumns('user.ledger', EXTRAS);
  const columns = useMemo(() => {
    return column.columns([
      column.display({
        id: 'kind',
        header: t('ledgerColumns.kind'),
        cell: ({ row: { original: entry } }) => (
          <div>
            <Text size="sm">{t(`ledgerKinds.${entry.kind}`)}</Text>
            <When at={entry.createdAt} size="xs" c="dimmed" />
          </div>
        ),
      }),
      column.display({
        id: 'reason',
        header: t('common:reason'),
        cell: ({ row: { original: entry } }) => entry.reason && <Text size="sm">{entry.reason}</Text>,
      }),
      column.display({
        id: 'month',
        header: t('ledgerColumns.month'),
        cell: ({ row: { original: entry } }) => entry.monthlyDelta !== 0 && signed(-entry.monthlyDelta),
      }),
      column.display({
        id: 'credits',
        header: t('columns.credits'),
        cell: ({ row: { original: entry } }) => entry.creditsDelta !== 0 && signed(entry.creditsDelta),
      }),
      column.display({
        id: 'balance',
        header: t('ledgerColumns.balance'),
        cell: ({ row: { original: entry } }) => (
          <Text size="xs" c="dimmed">
            {t('balanceAfter', { used: exact(entry.usedMonthlyAfter), credits: exact(entry.creditsAfter) })}
          </Text>
        ),
      }),
    ]);
  }, [t, exact, signed]);
  return (
    <UserRows
      list={list}
      label={t('only.ledger')}
      values={LEDGER_KINDS}
      labelOf={(value) => t(`ledgerKinds.${value}`)}
      only={kind}
      onOnly={onOnly}
      none={{ icon: <IconReceipt size={32} />, title: t('noLedger') }}
      file={
        <ExportMenu
          type="ledger"
          filters={{ user: userId, ...filters }}
          columns={exportedColumns(['at', 'id', 'user', 'kind'], FILES, shown.unwanted)}
          rows={{ total: list.total, isMore: list.totalIsMore }}
        />
      }
      columnMenu={<ColumnMenu table="user.ledger" columns={hideableOf(columns, 'kind')} shown={shown} />}
    >
      <ListTable
        caption={t('tabs.ledger')}
        items={list.items ?? []}
        columns={columns}
        about={ABOUT}
        nameOf={(entry) => t(`ledgerKinds.${entry.kind}`)}
        shown={shown}
      />
    </UserRows>
  );
}
