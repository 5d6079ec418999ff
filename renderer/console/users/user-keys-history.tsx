import { Code, Group, Stack, Table, Text } from '@mantine/core';
import { IconHistory, IconKey } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import type { AuditEntry } from '../../../gateway/contract/audit.ts';
import type { Key } from '../../../gateway/contract/keys.ts';
import { ACTOR_KINDS } from '../activity/activity-search.ts';
import { useAuditWords } from '../activity/use-audit-words.ts';
import { usePages } from '../api/pages.ts';
import { oneOf } from '../search-params.ts';
import { StatusBadge } from '../ui/status-badge.tsx';
import { When } from '../ui/when.tsx';
import { type UserListProps, UserRows } from './user-rows.tsx';

const KEY_STATES = ['valid', 'revoked'] as const;

/** A user's personal keys. */
export function UserKeys({ userId, only, onOnly }: UserListProps) {
  const { t } = useTranslation(['users', 'settings']);
  const state = oneOf(only, KEY_STATES);
  const revoked = state === undefined ? undefined : String(state === 'revoked');
  const list = usePages<Key>(['keys', userId], '/api/admin/keys', { user: userId, kind: 'personal', revoked });
  return (
    <UserRows
      list={list}
      label={t('only.keys')}
      values={KEY_STATES}
      labelOf={(value) => t(value === 'valid' ? 'keyGood' : 'keyRevoked')}
      only={state}
      onOnly={onOnly}
      none={{ icon: <IconKey size={32} />, title: t('noKeys'), text: t('noKeysText') }}
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
    </UserRows>
  );
}

/** What was done to a user, by whom. */
export function UserHistory({ userId, only, onOnly }: UserListProps) {
  const { t } = useTranslation('users');
  const words = useAuditWords();
  const actorKind = oneOf(only, ACTOR_KINDS);
  const list = usePages<AuditEntry>(['audit', userId], '/api/admin/audit', { target: userId, actorKind });
  return (
    <UserRows
      list={list}
      label={t('only.audit')}
      values={ACTOR_KINDS}
      labelOf={(value) => t(`actors.${value}`)}
      only={actorKind}
      onOnly={onOnly}
      none={{ icon: <IconHistory size={32} />, title: t('noHistory') }}
    >
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
    </UserRows>
  );
}
