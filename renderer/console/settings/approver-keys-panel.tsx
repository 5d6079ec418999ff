import { Button, Group, Paper, Stack, Text, Title } from '@mantine/core';
import { IconPlus } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import type { ApproverKey } from '../../../gateway/contract/packets.ts';
import { usePages } from '../api/pages.ts';
import { Fingerprint, inGroups } from '../ui/fingerprint.tsx';
import { QueryState } from '../ui/query-state.tsx';
import { Removal } from '../ui/removal.tsx';
import { StatusBadge } from '../ui/status-badge.tsx';
import { When } from '../ui/when.tsx';
import { WholeList } from '../ui/whole-list.tsx';
import { useListSearch } from './use-list-search.ts';

/** Keys that approvers sign with on machines without network. */
export function ApproverKeysPanel({ onAdd }: { onAdd(): void }) {
  const { t } = useTranslation('settings');
  const searched = useListSearch('approverKeys');
  const list = usePages<ApproverKey>(['approver-keys'], '/api/admin/packets/keys', {});
  return (
    <Paper withBorder p="md" mt="md">
      <Group justify="space-between" align="flex-start" mb="sm">
        <div style={{ flex: '1 1 260px' }}>
          <Title order={2} mb={4}>
            {t('approverKeys.title')}
          </Title>
          <Text size="sm" c="dimmed">
            {t('approverKeys.hint')}
          </Text>
        </div>
        <Button variant="default" leftSection={<IconPlus size={16} />} onClick={onAdd}>
          {t('approverKeys.add')}
        </Button>
      </Group>
      <QueryState
        query={{
          data: list.items,
          error: list.error,
          refetch: () => list.refetch(),
        }}
      >
        {(keys) => (
          <WholeList
            {...searched}
            isBare
            items={keys}
            textsOf={({ operator, name, fingerprint, revokedAt }) => [
              operator,
              name,
              fingerprint,
              inGroups(fingerprint),
              t(revokedAt === null ? 'approverKeys.inUse' : 'approverKeys.revoked'),
            ]}
            secondList={t('approverKeys.title')}
            none={<Text size="sm">{t('approverKeys.none')}</Text>}
          >
            {(found) => (
              <Stack gap="md">
                {found.map((key) => (
                  <KeyRow key={key.fingerprint} approverKey={key} />
                ))}
              </Stack>
            )}
          </WholeList>
        )}
      </QueryState>
    </Paper>
  );
}

function KeyRow({ approverKey: { fingerprint, operator, name, createdAt, revokedAt } }: { approverKey: ApproverKey }) {
  const { t } = useTranslation(['settings', 'common']);
  return (
    <Group justify="space-between" gap="xs">
      <div style={{ flex: '1 1 260px', minWidth: 0 }}>
        <Group gap="xs" mb={4}>
          <Text size="sm" fw={600}>{`${operator} · ${name}`}</Text>
          <StatusBadge meaning={revokedAt === null ? 'good' : 'quiet'}>
            {t(revokedAt === null ? 'approverKeys.inUse' : 'approverKeys.revoked')}
          </StatusBadge>
          <When at={revokedAt ?? createdAt} size="xs" />
        </Group>
        <Fingerprint value={fingerprint} />
      </div>
      {revokedAt === null && (
        <Removal
          label={t('approverKeys.revoke')}
          danger="approverKeyRevoke"
          text={t('approverKeys.revokeText', { name: operator })}
          size="xs"
          stale={['approver-keys', 'audit']}
          save={() => ({
            path: `/api/admin/packets/keys/${fingerprint}`,
            call: { method: 'DELETE' },
            done: t('approverKeys.revokedDone'),
          })}
        />
      )}
    </Group>
  );
}
