import { BarChart } from '@mantine/charts';
import '@mantine/charts/styles.css';
import { Text } from '@mantine/core';
import { useNavigate } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import type { Stats } from '../../../gateway/contract/reports.ts';
import { useFormat } from '../format/use-format.ts';
import { HEADROOM } from '../ui/headroom.ts';
import css from './day-chart.module.css';
import { requestsOf } from './ways.ts';

/**
 * Tokens by day, with the mean as a line to compare with, as high as what stands beside it leaves. A bar leads to the
 * requests of its day.
 */
export function DayChart({ stats }: { stats: Pick<Stats, 'byDay'> }) {
  const { t } = useTranslation('overview');
  const { compact, exact, day } = useFormat();
  const navigate = useNavigate();
  const openDay = (date: string) => void navigate(requestsOf({ from: date, to: date }));
  const { byDay } = stats;
  const mean = byDay.reduce((sum, { tokens }) => sum + tokens, 0) / Math.max(1, byDay.length);
  const peak = byDay.reduce((most, one) => (one.tokens > most.tokens ? one : most), byDay[0] ?? NO_DAY);
  return (
    <figure className={css.figure}>
      <BarChart
        className={css.chart}
        data={byDay.map(({ day: date, tokens }) => ({ day: day(date), date, tokens }))}
        dataKey="day"
        series={[{ name: 'tokens', label: t('tokensSeries'), color: 'var(--chart-1)' }]}
        valueFormatter={exact}
        xAxisProps={{ interval: 'equidistantPreserveStart', minTickGap: 24 }}
        yAxisProps={{ tickFormatter: (value: number) => compact(value), width: 56 }}
        referenceLines={[{ y: mean, color: 'var(--text-quiet)' }]}
        gridAxis="x"
        tickLine="none"
        barProps={{
          radius: 3,
          isAnimationActive: false,
          cursor: 'pointer',
          onClick: ({ payload }) => openDay((payload as { date: string }).date),
        }}
        maxBarWidth={28}
        barChartProps={{ margin: HEADROOM }}
      />
      <figcaption>
        <Text size="xs" c="var(--text-quiet)" mt={8}>
          {t('average', { tokens: compact(mean) })}
        </Text>
        <span className="visually-hidden">
          {t('dayChart', { from: day(byDay[0]?.day ?? ''), to: day(byDay.at(-1)?.day ?? ''), peak: day(peak.day) })}
        </span>
      </figcaption>
    </figure>
  );
}

const NO_DAY = { day: '1970-01-01', tokens: 0 };
