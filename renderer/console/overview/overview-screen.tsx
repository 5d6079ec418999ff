import { Grid, Group, Paper, Skeleton, Stack, Text, Title } from '@mantine/core';
import { lazy, Suspense } from 'react';
import { useTranslation } from 'react-i18next';
import type { Stats } from '../../../gateway/contract/reports.ts';
import { pickLocale } from '../../shared/i18n/locale.ts';
import { useHealth } from '../api/health.ts';
import { useStats } from '../api/stats.ts';
import { bandText } from '../format/band.ts';
import { useFormat } from '../format/use-format.ts';
import { useMay } from '../session/use-session.tsx';
import { ConnectButton } from '../setup/connect-button.tsx';
import { QueryState } from '../ui/query-state.tsx';
import { ConnectPanel } from './connect-panel.tsx';
import css from './day-chart.module.css';
import { FigureCards } from './figure-cards.tsx';
import { HealthHeadline, HealthParts } from './health-panel.tsx';
import { viewHealth } from './health-view.ts';
import { ModelTable } from './model-table.tsx';
import { MonthCard } from './month-card.tsx';
import { PartHead } from './part-head.tsx';
import { RunningOutList } from './running-out.tsx';
import { TopUsers } from './top-users.tsx';
import { daysOf, reportOf } from './ways.ts';
import { Weekdays } from './weekdays.tsx';

// The charts' library is as large as everything else together.
const DayChart = lazy(async () => ({ default: (await import('./day-chart.tsx')).DayChart }));
const HourMap = lazy(async () => ({ default: (await import('./hour-map.tsx')).HourMap }));

/** Is everything fine, and where will the month end? */
export function OverviewScreen() {
  const { t, i18n } = useTranslation(['overview', 'common']);
  const stats = useStats();
  const may = useMay();
  const locale = pickLocale(i18n.language, []);
  const health = useHealth();
  const view = viewHealth(health.data ?? null, locale);

  return (
    <Stack gap="md">
      <HealthHeadline view={view} locale={locale}>
        {stats.data && <Forecast stats={stats.data} />}
      </HealthHeadline>
      <QueryState query={stats} skeleton={<CardSkeletons />}>
        {(data) => (
          <>
            <FigureCards stats={data} />
            {data.monthlyTotal === 0 && data.byDay.every(({ tokens }) => tokens === 0) ? (
              <Paper withBorder p="lg">
                <Title order={2}>{t('empty')}</Title>
                <Text c="dimmed" mb="md">
                  {t('emptyText')}
                </Text>
                <ConnectPanel locale={locale} />
                <Group mt="md">
                  {may('admin') && <ConnectButton />}
                  <Text size="sm" c="dimmed" role="status">
                    {t('waitingForFirst')}
                  </Text>
                </Group>
              </Paper>
            ) : (
              <Grid gap="md">
                <Grid.Col span={{ base: 12, lg: 8 }}>
                  <MonthCard stats={data} />
                </Grid.Col>
                <Grid.Col span={{ base: 12, lg: 4 }}>
                  <RunningOutList />
                </Grid.Col>
                <Grid.Col span={{ base: 12, lg: 8 }}>
                  <Paper withBorder p="md" className={css.card}>
                    <PartHead title={t('byDay')} rows={reportOf('day', daysOf(data).last30)} />
                    <Suspense fallback={<Skeleton height={260} />}>
                      <DayChart stats={data} />
                    </Suspense>
                    <Text size="xs" c="dimmed" mt="xs">
                      {t('common:timeZone', { zone: data.timeZone })}
                    </Text>
                  </Paper>
                </Grid.Col>
                <Grid.Col span={{ base: 12, lg: 4 }}>
                  <TopUsers stats={data} />
                </Grid.Col>
                <Grid.Col span={{ base: 12, lg: 6 }}>
                  <ModelTable stats={data} />
                </Grid.Col>
                <Grid.Col span={{ base: 12, lg: 6 }}>
                  <HealthParts view={view} locale={locale} />
                </Grid.Col>
                <Grid.Col span={{ base: 12, lg: 8 }}>
                  <Suspense fallback={<Skeleton height={280} />}>
                    <HourMap />
                  </Suspense>
                </Grid.Col>
                <Grid.Col span={{ base: 12, lg: 4 }}>
                  <Weekdays weekdays={data.weekdays} />
                </Grid.Col>
              </Grid>
            )}
          </>
        )}
      </QueryState>
    </Stack>
  );
}

function Forecast({ stats }: { stats: Stats }) {
  const { t } = useTranslation('overview');
  const { compact, money, month } = useFormat();
  const { tokens, costMicroUsd, period } = stats;
  if (!tokens.forecast) return <Text c="dimmed">{t('noForecast')}</Text>;
  return (
    <Text size="lg">
      {t('forecast', {
        month: month(period).replace(/^./, (letter) => letter.toUpperCase()),
        tokens: compact(tokens.forecast.expected),
        band: bandText(compact(tokens.forecast.low), compact(tokens.forecast.high)),
        money: money(costMicroUsd.forecast?.expected ?? costMicroUsd.month),
      })}
    </Text>
  );
}

const CARDS = ['a', 'b', 'c', 'd', 'e', 'f'];

function CardSkeletons() {
  return (
    <Grid gap="md">
      {CARDS.map((card) => (
        <Grid.Col key={card} span={{ base: 6, md: 4, xl: 2 }}>
          <Skeleton height={116} />
        </Grid.Col>
      ))}
    </Grid>
  );
}
