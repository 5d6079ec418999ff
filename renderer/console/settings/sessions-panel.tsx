import { Button, Group, Paper, Stack, Text, Title } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { useSafeguard } from '../safe-mode/use-safeguard.tsx';
import { useSession } from '../session/use-session.tsx';
import { FailureAlert } from '../ui/failure-alert.tsx';
import { QueryState } from '../ui/query-state.tsx';
import { Removal } from '../ui/removal.tsx';
import { StatusBadge } from '../ui/status-badge.tsx';
import { type Save, useSave } from '../ui/use-save.ts';
import { When } from '../ui/when.tsx';
import { WholeList } from '../ui/whole-list.tsx';
import { browserName } from './browser-name.ts';
import { useListSearch } from './use-list-search.ts';

interface OpenSession {
  id: string;
  current: boolean;
  ipAddress: string | null;
  userAgent: string | null;
  createdAt: number;
}

/** Where one is signed in, and how the others are ended. */
export function SessionsPanel() {
  const { t } = useTranslation(['settings', 'common']);
  const session = useSession();
  const searched = useListSearch('sessions');
  const query = useQuery({
    queryKey: ['sessions'],
    queryFn: ({ signal }) => session.call<{ items: OpenSession[] }>('/api/auth/sessions', { signal }),
  });
  const saving = useSave({ stale: ['sessions'] });
  const guard = useSafeguard('sessionEnd');
  const ending = (id: string): Save => ({
    path: `/api/auth/sessions/${id}`,
    call: { method: 'DELETE' },
    done: t('account.sessionEnded'),
  });
  return (
    <Paper withBorder p="md">
      <Title order={2} mb="sm">
        {t('account.sessions')}
      </Title>
      <FailureAlert failure={saving.failure} />
      <QueryState query={query}>
        {({ items }) => (
          <WholeList
            {...searched}
            isBare
            items={items}
            textsOf={({ userAgent, ipAddress }) => [
              userAgent === null ? t('common:unknown') : `${browserName(userAgent)} ${userAgent}`,
              ipAddress ?? '',
            ]}
            secondList={t('account.sessions')}
            none={null}
          >
            {(found) => (
              <Stack gap="xs">
                {found.map(({ id, current, ipAddress, userAgent, createdAt }) => (
                  <Group key={id} justify="space-between" wrap="nowrap" align="flex-start">
                    <div style={{ minWidth: 0 }}>
                      <Text size="sm" truncate title={userAgent ?? undefined}>
                        {userAgent === null ? t('common:unknown') : browserName(userAgent)}
                      </Text>
                      <Text size="xs" c="dimmed">
                        {ipAddress !== null && `${ipAddress} · `}
                        <When at={createdAt} size="xs" />
                      </Text>
                    </div>
                    {current ? (
                      <StatusBadge meaning="good">{t('account.thisOne')}</StatusBadge>
                    ) : guard.asksPassword ? (
                      <Removal
                        label={t('account.endSession')}
                        danger="sessionEnd"
                        text={t('account.endSessionText')}
                        size="compact-sm"
                        stale={['sessions']}
                        save={() => ending(id)}
                      />
                    ) : (
                      <Button
                        size="compact-sm"
                        variant="default"
                        style={{ flexShrink: 0 }}
                        onClick={() => void saving.save(ending(id))}
                      >
                        {t('account.endSession')}
                      </Button>
                    )}
                  </Group>
                ))}
              </Stack>
            )}
          </WholeList>
        )}
      </QueryState>
    </Paper>
  );
}
