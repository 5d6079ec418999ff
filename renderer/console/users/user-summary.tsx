import { Group, Paper, SimpleGrid, Skeleton, Stack, Table, Text, Title } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { lazy, Suspense } from 'react';
import { useTranslation } from 'react-i18next';
import type { User, UserStats } from '../../../gateway/contract/users.ts';
import { usePlanNames } from '../api/plans.ts';
import { useFormat } from '../format/use-format.ts';
import { useSession } from '../session/use-session.tsx';
import { AnchorLink } from '../ui/anchor-link.tsx';
import { Money } from '../ui/money.tsx';
import { QueryState } from '../ui/query-state.tsx';
import { useProjectionText } from './use-projection-text.ts';
import css from './user-drawer.module.css';
import { UserQuota } from './user-quota.tsx';

/** The library of charts is large: it comes when a chart is shown. */
const MonthChart = lazy(async () => ({ default: (await import('../ui/month-chart.tsx')).MonthChart }));
const UserDayChart = lazy(async () => ({ default: (await import('./user-day-chart.tsx')).UserDayChart }));

/** Balance, pace and what it goes to. */
export function UserSummary({ user }: { user: User }) {
  const { t } = useTranslation(['users', 'common']);
  const { exact, date } = useFormat();
  const planNames = usePlanNames();
  const session = useSession();
  const stats = useQuery({
    queryKey: ['user', 'stats', user.id],
    queryFn: ({ signal }) => session.call<UserStats>(`/api/admin/users/${user.id}/stats`, { signal }),
  });

  return (
    <Stack gap="md">
      <Paper withBorder p="md">
        <UserQuota user={user} size="large" thresholds={[80, 95]} />
        <SimpleGrid cols={{ base: 2, sm: 3 }} mt="md" spacing="sm">
          <Figure label={t('columns.used')} value={exact(user.used)} />
          <Figure
            label={t('available')}
            value={user.available === null ? t('common:noLimit') : exact(user.available)}
          />
          <Figure label={t('held')} value={exact(user.held)} />
          <Figure
            label={t('limit')}
            value={user.monthlyLimit === null ? t('common:noLimit') : exact(user.monthlyLimit)}
          />
          <Figure label={t('columns.credits')} value={exact(user.credits)} />
          <Figure label={t('plan')} value={planNames.get(user.plan) ?? user.plan} />
        </SimpleGrid>
        <Text size="sm" c="dimmed" mt="sm">
          {t('resets', { date: date(user.nextReset, stats.data?.timeZone) })}
        </Text>
      </Paper>
      <QueryState query={stats}>
        {(data) => <Pace userId={user.id} stats={data} isUsedUp={user.available === 0} />}
      </QueryState>
    </Stack>
  );
}

function Figure({ label, value }: { label: string; value: string }) {
  return (
    <div>
      <Text size="xs" c="dimmed">
        {label}
      </Text>
      <Text fw={600}>{value}</Text>
    </div>
  );
}

function Pace({ userId, stats, isUsedUp }: { userId: string; stats: UserStats; isUsedUp: boolean }) {
  const { t } = useTranslation(['users', 'common']);
  const { compact, exact, day } = useFormat();
  const projectionText = useProjectionText();
  const { monthlyProjection, exhaustionDate } = stats;
  const { exhaustionEarliest: earliest, exhaustionLatest: latest } = stats;
  const days = { from: stats.usageByDay[0]?.day, to: stats.usageByDay.at(-1)?.day } as { from: string; to: string };
  const hasNothing = earliest !== null && earliest === latest;
  return (
    <Stack gap="md">
      <Paper withBorder p="md">
        <Text>{projectionText(stats)}</Text>
        {exhaustionDate !== null && (
          <Text fw={600} c="var(--critical)">
            {isUsedUp ? t('nothingLeft') : t('exhaustion', { date: day(exhaustionDate) })}
          </Text>
        )}
        {earliest !== null && !hasNothing && !isUsedUp && monthlyProjection !== null && (
          <Text size="sm" c="dimmed">
            {exhaustionDate === null
              ? t('exhaustionMaybe', { earliest: day(earliest) })
              : latest === null
                ? t('exhaustionLasts', { earliest: day(earliest) })
                : t('exhaustionBand', { earliest: day(earliest), latest: day(latest) })}
          </Text>
        )}
        <Group gap="xl" mt="sm">
          <Figure label={t('dailyAverage')} value={compact(stats.dailyAverage)} />
          <Figure label={t('last30')} value={compact(stats.usage30Days)} />
        </Group>
      </Paper>
      {stats.usage30Days > 0 && (
        <Paper withBorder p="md">
          <Title order={3} mb="xs">
            {t('monthCourse')}
          </Title>
          <Suspense fallback={<Skeleton height={170} />}>
            <MonthChart month={stats.month} limit={stats.monthLimit} height={170} />
          </Suspense>
        </Paper>
      )}
      {stats.usage30Days > 0 && (
        <Paper withBorder p="md">
          <Title order={3} mb="xs">
            {t('byDay')}
          </Title>
          <Suspense fallback={<Skeleton height={150} />}>
            <UserDayChart stats={stats} />
          </Suspense>
        </Paper>
      )}
      {stats.usageByModel.length > 0 && (
        <Paper withBorder p="md">
          <Title order={3} mb="xs">
            {t('byModel')}
          </Title>
          <Table>
            <Table.Tbody>
              {stats.usageByModel.map(({ model, requests, tokens, costMicroUsd }) => (
                <Table.Tr key={model}>
                  <Table.Td>
                    <AnchorLink to="/activity" search={{ part: 'usage', user: userId, model, ...days }} c="inherit">
                      {model}
                    </AnchorLink>
                    <Text size="xs" c="dimmed">
                      {t('common:requestsCount', { count: requests, formatted: exact(requests) })}
                    </Text>
                  </Table.Td>
                  <Table.Td ta="right" title={exact(tokens)} className={css.numbers}>
                    {compact(tokens)}
                  </Table.Td>
                  <Table.Td ta="right" className={css.numbers}>
                    <Money microUsd={costMicroUsd} />
                  </Table.Td>
                </Table.Tr>
              ))}
            </Table.Tbody>
          </Table>
        </Paper>
      )}
    </Stack>
  );
}
