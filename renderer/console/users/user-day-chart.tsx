import { BarChart } from '@mantine/charts';
import '@mantine/charts/styles.css';
import { useTranslation } from 'react-i18next';
import type { UserStats } from '../../../gateway/contract/users.ts';
import { useFormat } from '../format/use-format.ts';
import { HEADROOM } from '../ui/headroom.ts';

/** A user's tokens of the last 30 days, day by day. */
export function UserDayChart({ stats }: { stats: Pick<UserStats, 'usageByDay' | 'timeZone'> }) {
  const { t } = useTranslation(['users', 'common']);
  const { compact, exact, day } = useFormat();
  const { usageByDay, timeZone } = stats;
  const peak = usageByDay.reduce((most, one) => (one.tokens > most.tokens ? one : most));
  return (
    <figure style={{ margin: 0 }}>
      <BarChart
        h={150}
        data={usageByDay.map(({ day: date, tokens }) => ({ day: day(date), tokens }))}
        dataKey="day"
        series={[{ name: 'tokens', label: t('columns.used'), color: 'var(--chart-1)' }]}
        valueFormatter={exact}
        yAxisProps={{ tickFormatter: (value: number) => compact(value), width: 56 }}
        gridAxis="x"
        tickLine="none"
        barProps={{ radius: 2, isAnimationActive: false }}
        barChartProps={{ margin: HEADROOM }}
      />
      <figcaption className="visually-hidden">
        {t('dayChart', { day: day(peak.day), tokens: exact(peak.tokens) })} {t('common:timeZone', { zone: timeZone })}
      </figcaption>
    </figure>
  );
}
