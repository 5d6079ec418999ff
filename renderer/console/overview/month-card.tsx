import { Group, Paper, Skeleton, Text } from '@mantine/core';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { lazy, Suspense } from 'react';
import { useTranslation } from 'react-i18next';
import type { MonthBefore, Stats } from '../../../gateway/contract/reports.ts';
import { useFormat } from '../format/use-format.ts';
import { useSession } from '../session/use-session.tsx';
import { ComparisonChoice } from '../ui/comparison-choice.tsx';
import type { OverviewSearch } from './overview-search.ts';
import { PartHead } from './part-head.tsx';
import { daysOf, reportOf } from './ways.ts';

const route = getRouteApi('/');
const MonthChart = lazy(async () => ({ default: (await import('../ui/month-chart.tsx')).MonthChart }));

/** The month day by day, beside what it is compared with. */
export function MonthCard({ stats }: { stats: Stats }) {
  const { t } = useTranslation('overview');
  const { date } = useFormat();
  const session = useSession();
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const { compare = 'previous' } = search;
  const before = useQuery({
    queryKey: ['stats', 'before', search],
    // The month before comes with the other figures.
    enabled: compare === 'year' || compare === 'days',
    placeholderData: keepPreviousData,
    queryFn: ({ signal }) => session.call<MonthBefore>('/api/admin/stats/before', { query: { ...search }, signal }),
  });
  const then = compare === 'previous' || compare === 'none' ? null : before.data;
  const totals = then?.totals ?? [];
  const month =
    compare === 'previous'
      ? stats.month
      : stats.month.map((one, index) => ({ ...one, previous: totals[index] ?? null }));
  const dated = (day: string) => date(Date.parse(day), 'UTC');
  const name = then ? `${dated(then.from)} – ${dated(then.to)}` : null;
  const isUnused = then != null && (totals.at(-1) ?? 0) === 0;
  return (
    <Paper withBorder p="md" h="100%">
      <PartHead title={t('month')} rows={reportOf('day', daysOf(stats).month)} />
      <Suspense fallback={<Skeleton height={260} />}>
        <MonthChart
          month={month}
          limit={stats.monthLimit}
          height={260}
          {...(compare !== 'previous' && { compared: isUnused ? null : name })}
        />
      </Suspense>
      {isUnused && (
        <Text size="xs" c="dimmed">
          {t('nothingThen', { period: name ?? '' })}
        </Text>
      )}
      <Group mt="xs">
        <ComparisonChoice
          search={search}
          begin={then ?? monthBefore(stats.period)}
          zone={stats.timeZone}
          onChange={(changes) =>
            void navigate({ search: (old) => ({ ...old, ...changes }) as OverviewSearch, replace: true })
          }
        />
      </Group>
    </Paper>
  );
}

/** The days of the month before a period, `2026-11`. */
function monthBefore(period: string): { from: string; to: string } {
  const last = new Date(Date.parse(`${period}-01`) - 86_400_000).toISOString().slice(0, 10);
  return { from: `${last.slice(0, 8)}01`, to: last };
}
