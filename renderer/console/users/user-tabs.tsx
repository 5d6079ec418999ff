import { Code, Group, Stack, Table, Text, Tooltip } from '@mantine/core';
import { IconHistory, IconKey, IconListDetails, IconReceipt } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { AuditEntry } from '../../../gateway/contract/audit.ts';
import type { Key } from '../../../gateway/contract/keys.ts';
import type { LedgerEntry, UsageRecord } from '../../../gateway/contract/reports.ts';
import { OUTCOME_MEANINGS } from '../activity/meanings.ts';
import { useAuditWords } from '../activity/use-audit-words.ts';
import { useUsageSums } from '../activity/use-usage-sums.tsx';
import { usePages } from '../api/pages.ts';
import { useFormat } from '../format/use-format.ts';
import { EmptyPanel } from '../ui/empty-panel.tsx';
import { ExportMenu } from '../ui/export-menu.tsx';
import { Money } from '../ui/money.tsx';
import { StatusBadge } from '../ui/status-badge.tsx';
import { ListFrame } from '../ui/table/list-frame.tsx';
import { When } from '../ui/when.tsx';
import css from './user-drawer.module.css';

interface HeadProps {
  list: { readonly total: number; readonly totalIsMore: boolean };
  type: 'records' | 'ledger';
  userId: string;
  children?: ReactNode;
}

/** How many rows there are, what they come to, and all of them as a file. */
function Head({ list: { total, totalIsMore }, type, userId, children }: HeadProps) {
  const { t } = useTranslation('common');
  const { exact } = useFormat();
  return (
    <Group gap="sm" px="md" py={6}>
      <Text size="sm" c="dimmed">
        {totalIsMore ? t('moreThan', { total: exact(total) }) : t('entries', { count: total, formatted: exact(total) })}
      </Text>
      {children}
      <span style={{ flex: 1 }} />
      <ExportMenu type={type} filters={{ user: userId }} rows={{ total, isMore: totalIsMore }} />
    </Group>
  );
}

/** What a user asked for, request by request. */
export function UserUsage({ userId }: { userId: string }) {
  const { t } = useTranslation('users');
  const { exact, duration } = useFormat();
  const sums = useUsageSums({ user: userId });
  const list = usePages<UsageRecord>(['usage', userId], `/api/admin/users/${userId}/usage`, {});
  return (
    <ListFrame list={list} empty={<EmptyPanel icon={<IconListDetails size={32} />} title={t('noUsage')} />}>
      <Head list={list} type="records" userId={userId}>
        {sums}
      </Head>
      <Table>
        <Table.Tbody>
          {list.items?.map((record) => (
            <Table.Tr key={record.id}>
              <Table.Td>
                <Text size="sm">{record.model}</Text>
                <When at={record.createdAt} size="xs" c="dimmed" />
              </Table.Td>
              <Table.Td>
                <StatusBadge meaning={OUTCOME_MEANINGS[record.outcome]}>{t(`outcomes.${record.outcome}`)}</StatusBadge>
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
    </ListFrame>
  );
}

/** Every movement of a user's tokens: what is used is taken from the month, as from the credits. */
export function UserLedger({ userId }: { userId: string }) {
  const { t } = useTranslation('users');
  const { exact } = useFormat();
  const list = usePages<LedgerEntry>(['user', 'ledger', userId], `/api/admin/users/${userId}/ledger`, {});
  const signed = (tokens: number) => (tokens > 0 ? `+${exact(tokens)}` : `−${exact(-tokens)}`);
  return (
    <ListFrame list={list} empty={<EmptyPanel icon={<IconReceipt size={32} />} title={t('noLedger')} />}>
      <Head list={list} type="ledger" userId={userId} />
      <Table>
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
    </ListFrame>
  );
}

/** A user's personal keys. */
export function UserKeys({ userId }: { userId: string }) {
  const { t } = useTranslation(['users', 'settings']);
  const list = usePages<Key>(['keys', userId], '/api/admin/keys', { user: userId, kind: 'personal' });
  return (
    <ListFrame
      list={list}
      empty={<EmptyPanel icon={<IconKey size={32} />} title={t('noKeys')} text={t('noKeysText')} />}
    >
      <Table>
        <Table.Tbody>
          {list.items?.map((key) => (
            <Table.Tr key={key.id}>
              <Table.Td>
                <Text size="sm">{key.name}</Text>
                <Code>{key.masked}</Code>
              </Table.Td>
              <Table.Td>
                {key.revokedAt === null ? (
                  <StatusBadge meaning="good">{t('keyGood')}</StatusBadge>
                ) : (
                  <StatusBadge meaning="quiet">{t('keyRevoked')}</StatusBadge>
                )}
              </Table.Td>
              <Table.Td ta="right">
                <Text size="xs" c="dimmed">
                  {key.lastUsedAt === null ? (
                    t('settings:keys.neverUsed')
                  ) : (
                    <>
                      {t('settings:keys.lastUsed')} <When at={key.lastUsedAt} size="xs" />
                    </>
                  )}
                </Text>
              </Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </ListFrame>
  );
}

/** What was done to a user, by whom. */
export function UserHistory({ userId }: { userId: string }) {
  const { t } = useTranslation('users');
  const words = useAuditWords();
  const list = usePages<AuditEntry>(['audit', userId], '/api/admin/audit', { target: userId });
  return (
    <ListFrame list={list} empty={<EmptyPanel icon={<IconHistory size={32} />} title={t('noHistory')} />}>
      <Stack gap={0} p="md">
        {list.items?.map((entry) => (
          <Group key={entry.id} justify="space-between" wrap="nowrap" py={6}>
            <div>
              <Text span size="sm" fw={600}>
                {words.action(entry.action)}
              </Text>{' '}
              <Text span size="sm">
                {words.who(entry)}
              </Text>
              <Text size="sm" c="dimmed">
                {words.reason(entry)}
              </Text>
            </div>
            <When at={entry.at} size="xs" c="dimmed" />
          </Group>
        ))}
      </Stack>
    </ListFrame>
  );
}
