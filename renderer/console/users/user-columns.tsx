import { Group, Text, Tooltip } from '@mantine/core';
import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import type { USER_COLUMNS } from '../../../gateway/contract/exports.ts';
import type { User } from '../../../gateway/contract/users.ts';
import { useFormat } from '../format/use-format.ts';
import { type Meaning, StatusBadge } from '../ui/status-badge.tsx';
import { type ListColumn, listColumns } from '../ui/table/list-table.tsx';
import { exportedColumns } from '../ui/table/use-columns.ts';
import { nameOf } from './name-of.ts';
import css from './user-columns.module.css';
import { UserQuota } from './user-quota.tsx';

const column = listColumns<User>();

export const ABOUT_USERS: Record<string, ListColumn> = {
  name: { sort: 'name', isTitle: true },
  status: { sort: null, isNarrow: true },
  plan: { sort: 'plan' },
  // Sorted by its share, which stands beside it.
  quota: { sort: null, isWide: true },
  used: { sort: 'used', isNumber: true },
  usagePercent: { sort: 'usagePercent', isNumber: true },
  credits: { sort: 'credits', isNumber: true },
  lastSeenAt: { sort: 'lastSeenAt' },
};

/** All but the name, which opens the row. */
export const HIDEABLE = ['status', 'plan', 'quota', 'used', 'usagePercent', 'credits', 'lastSeenAt'] as const;

/** Those that give way where there is little room. */
export const EXTRAS = ['used', 'credits', 'lastSeenAt', 'plan'];

/** What each column is in a file. */
const EXPORTED: Record<(typeof HIDEABLE)[number], readonly (typeof USER_COLUMNS)[number][]> = {
  status: ['status'],
  plan: ['plan', 'planName'],
  quota: ['monthlyLimit', 'available'],
  used: ['used'],
  usagePercent: ['usagePercent'],
  credits: ['credits'],
  lastSeenAt: ['lastSeen'],
};

/** The columns of a file without those that were left out. */
export function exportedUserColumns(unwanted: readonly string[]) {
  return exportedColumns(['id', 'name', 'email'], EXPORTED, unwanted);
}

export const MEANINGS: Record<User['status'], Meaning> = {
  active: 'good',
  pending: 'warning',
  suspended: 'critical',
  blocked: 'blocked',
  deleted: 'quiet',
};

export function useUserColumns(planNames: ReadonlyMap<string, string>) {
  const { t } = useTranslation(['users', 'common']);
  const { compact, exact, percent, ago, time } = useFormat();
  return useMemo(
    () =>
      column.columns([
        column.display({
          id: 'name',
          header: t('columns.name'),
          cell: ({ row: { original: user } }) => (
            <div>
              <Text fw={600} truncate className={css.name}>
                {nameOf(user)}
              </Text>
              <Text size="xs" c="dimmed" truncate className={css.name}>
                {user.email ?? t('serviceAccount')}
              </Text>
            </div>
          ),
        }),
        column.display({
          id: 'status',
          header: t('columns.status'),
          cell: ({ row: { original: user } }) => (
            <Group gap={4}>
              <StatusBadge meaning={MEANINGS[user.status]}>{t(`statuses.${user.status}`)}</StatusBadge>
              {user.limitedTo !== null && (
                <Tooltip label={t('limitedTo', { count: user.limitedTo })}>
                  <span>
                    <StatusBadge meaning="warning">{t('limited')}</StatusBadge>
                  </span>
                </Tooltip>
              )}
            </Group>
          ),
        }),
        column.display({
          id: 'plan',
          header: t('columns.plan'),
          cell: ({ row: { original: user } }) => planNames.get(user.plan) ?? user.plan,
        }),
        column.display({
          id: 'quota',
          header: t('columns.quota'),
          cell: ({ row: { original: user } }) => <UserQuota user={user} />,
        }),
        column.display({
          id: 'used',
          header: t('columns.used'),
          cell: ({ row: { original: user } }) => <span title={exact(user.used)}>{compact(user.used)}</span>,
        }),
        column.display({
          id: 'usagePercent',
          header: t('columns.usagePercent'),
          cell: ({ row: { original: user } }) => (user.available === null ? '–' : percent(user.usagePercent)),
        }),
        column.display({
          id: 'credits',
          header: t('columns.credits'),
          cell: ({ row: { original: user } }) => <span title={exact(user.credits)}>{compact(user.credits)}</span>,
        }),
        column.display({
          id: 'lastSeenAt',
          header: t('columns.lastSeenAt'),
          cell: ({ row: { original: user } }) =>
            user.lastSeenAt === null ? (
              <Text c="dimmed">{t('common:never')}</Text>
            ) : (
              <Tooltip label={time(user.lastSeenAt)}>
                <span style={{ whiteSpace: 'nowrap' }}>{ago(user.lastSeenAt)}</span>
              </Tooltip>
            ),
        }),
      ]),
    [t, planNames, compact, exact, percent, ago, time],
  );
}
