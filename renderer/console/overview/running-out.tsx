import { Group, Paper, Skeleton, Stack, Text, Title } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import type { RunningOut } from '../../../gateway/contract/reports.ts';
import { useFormat } from '../format/use-format.ts';
import { useSession } from '../session/use-session.tsx';
import { QueryState } from '../ui/query-state.tsx';
import { nameOf } from '../users/name-of.ts';
import css from './top-users.module.css';

const SHOWN = 7;
const REFRESH_MS = 60_000;

/** Who is about to be stopped, and when; each leads to the person. */
export function RunningOutList() {
  const { t } = useTranslation(['overview', 'common']);
  const session = useSession();
  const list = useQuery({
    queryKey: ['running-out'],
    queryFn: ({ signal }) => session.call<RunningOut>('/api/admin/stats/running-out', { signal }),
    staleTime: REFRESH_MS,
    refetchInterval: REFRESH_MS,
  });
  return (
    <Paper withBorder p="md" h="100%">
      <Title order={2} mb="sm">
        {t('runningOut')}
      </Title>
      <QueryState query={list} skeleton={<Skeleton height={180} />}>
        {(data) => <People list={data} />}
      </QueryState>
    </Paper>
  );
}

function People({ list: { items, total, asOf } }: { list: RunningOut }) {
  const { t } = useTranslation('overview');
  const { compact, exact, day } = useFormat();
  if (items.length === 0)
    return (
      <Text size="sm" c="dimmed">
        {t(asOf === null ? 'runningOutUnknown' : 'runningOutNobody')}
      </Text>
    );
  const shown = items.slice(0, SHOWN);
  return (
    <Stack gap={10}>
      {shown.map((user) => (
        <Link key={user.id} to="/users" search={{ user: user.id }} className={css.user}>
          <Group justify="space-between" wrap="nowrap" gap="xs">
            <Text size="sm" truncate>
              {nameOf(user)}
            </Text>
            <Text size="sm" fw={600} style={{ whiteSpace: 'nowrap' }}>
              {day(user.exhaustionDate)}
            </Text>
          </Group>
          <Text size="xs" c="dimmed" title={exact(user.available)}>
            {t('runningOutLeft', { tokens: compact(user.available) })}
          </Text>
        </Link>
      ))}
      {total > shown.length && (
        <Text size="xs" c="dimmed">
          {t('runningOutMore', { count: total - shown.length, formatted: exact(total - shown.length) })}
        </Text>
      )}
    </Stack>
  );
}
