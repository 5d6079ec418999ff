import { Table, Text, Tooltip } from '@mantine/core';
import { IconListDetails, IconReceipt } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import type { LedgerEntry, UsageRecord } from '../../../gateway/contract/reports.ts';
import { OUTCOMES } from '../activity/activity-search.ts';
import { OUTCOME_MEANINGS } from '../activity/meanings.ts';
import { useUsageSums } from '../activity/use-usage-sums.tsx';
import { usePages } from '../api/pages.ts';
import { useFormat } from '../format/use-format.ts';
import { oneOf } from '../search-params.ts';
import { ExportMenu } from '../ui/export-menu.tsx';
import { Money } from '../ui/money.tsx';
import { StatusBadge } from '../ui/status-badge.tsx';
import { When } from '../ui/when.tsx';
import css from './user-drawer.module.css';
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

/** What a user asked for, request by request. */
export function UserUsage({ userId, only, onOnly }: UserListProps) {
  const { t } = useTranslation(['users', 'activity']);
  const { exact, duration } = useFormat();
  const outcome = oneOf(only, OUTCOMES);
  const filters = outcome === undefined ? {} : { outcome: [outcome] };
  const sums = useUsageSums({ user: userId, ...filters });
  const list = usePages<UsageRecord>(['usage', userId], `/api/admin/users/${userId}/usage`, filters);
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
          rows={{ total: list.total, isMore: list.totalIsMore }}
        />
      }
    >
      <Table className={css.rows}>
        <Table.Tbody>
          {list.items?.map((record) => (
            <Table.Tr key={record.id}>
              <Table.Td>
                <Text size="sm">{record.model}</Text>
                <When at={record.createdAt} size="xs" c="dimmed" />
              </Table.Td>
              <Table.Td>
                <StatusBadge meaning={OUTCOME_MEANINGS[record.outcome]}>
                  {t(`activity:outcomes.${record.outcome}`)}
                </StatusBadge>
              </Table.Td>
              <Table.Td ta="right" className={css.numbers}>
                <Tooltip
                  label={t('tokenParts', {
                    prompt: exact(record.promptTokens),
                    completion: exact(record.completionTokens),
                  })}
                >
                  <span>{exact(record.chargedTokens)}</span>
                </Tooltip>
                <Text size="xs" c="dimmed">
                  <Money microUsd={record.costMicroUsd} />
                </Text>
              </Table.Td>
              <Table.Td ta="right" className={css.numbers}>
                {record.durationMs === null ? '–' : duration(record.durationMs)}
              </Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </UserRows>
  );
}

/** Every movement of a user's tokens: what is used is taken from the month, as from the credits. */
export function UserLedger({ userId, only, onOnly }: UserListProps) {
  const { t } = useTranslation('users');
  const { exact } = useFormat();
  const kind = oneOf(only, LEDGER_KINDS);
  const filters = kind === undefined ? {} : { kind: [kind] };
  const list = usePages<LedgerEntry>(['user', 'ledger', userId], `/api/admin/users/${userId}/ledger`, filters);
  const signed = (tokens: number) => (tokens > 0 ? `+${exact(tokens)}` : `−${exact(-tokens)}`);
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
          rows={{ total: list.total, isMore: list.totalIsMore }}
        />
      }
    >
      <Table className={css.rows}>
        <Table.Tbody>
          {list.items?.map((entry) => (
            <Table.Tr key={entry.id}>
              <Table.Td>
                <Text size="sm">{t(`ledgerKinds.${entry.kind}`)}</Text>
                <When at={entry.createdAt} size="xs" c="dimmed" />
              </Table.Td>
              <Table.Td>
                <Text size="sm">{entry.reason ?? ''}</Text>
              </Table.Td>
              <Table.Td ta="right">
                {entry.monthlyDelta !== 0 && (
                  <Text size="sm">{t('ofMonth', { tokens: signed(-entry.monthlyDelta) })}</Text>
                )}
                {entry.creditsDelta !== 0 && (
                  <Text size="sm">{t('ofCredits', { tokens: signed(entry.creditsDelta) })}</Text>
                )}
              </Table.Td>
              <Table.Td ta="right">
                <Text size="xs" c="dimmed">
                  {t('balanceAfter', { used: exact(entry.usedMonthlyAfter), credits: exact(entry.creditsAfter) })}
                </Text>
              </Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </UserRows>
  );
}
