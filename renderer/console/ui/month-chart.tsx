import { CompositeChart } from '@mantine/charts';
import '@mantine/charts/styles.css';
import { Paper, Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { MonthCourse } from '../../../gateway/contract/days.ts';
import { bandText } from '../format/band.ts';
import { useFormat } from '../format/use-format.ts';
import { HEADROOM } from './headroom.ts';

interface MonthChartProps {
  month: MonthCourse;
  /** What may be used in the month; null = no limit. */
  limit: number | null;
  height: number;
  /** Name of what the dotted line is of; null where there is none, and the month before where nothing is said. */
  compared?: string | null;
}

type Row = MonthCourse[number] & { band: [number, number] | null };

/** A limit so far above everything would press all else to the ground. */
const FAR = 1.6;

/** The month's total day by day, where it will end within its band, the month before, and the limit. */
export function MonthChart({ month, limit, height, compared }: MonthChartProps) {
  const { t } = useTranslation();
  const { compact, exact, day } = useFormat();
  const rows: Row[] = month.map((one) => ({
    ...one,
    band: one.low === null || one.high === null ? null : [one.low, one.high],
  }));
  const highest = Math.max(
    1,
    ...month.map(({ used, previous, high }) => Math.max(used ?? 0, previous ?? 0, high ?? 0)),
  );
  const shownLimit = limit !== null && limit <= highest * FAR ? limit : null;
  const last = month.at(-1);
  const now = month.findLast(({ used }) => used !== null);
  return (
    <figure style={{ margin: 0 }}>
      <CompositeChart
        h={height}
        data={rows}
        dataKey="day"
        series={[
          { name: 'band', type: 'area', color: 'var(--chart-1)' },
          { name: 'previous', type: 'line', color: 'var(--text-quiet)', strokeDasharray: '1 4' },
          { name: 'used', type: 'line', color: 'var(--chart-1)' },
          { name: 'expected', type: 'line', color: 'var(--chart-1)', strokeDasharray: '6 4' },
        ]}
        composedChartProps={{ margin: HEADROOM }}
        withDots={false}
        curveType="linear"
        connectNulls={false}
        lineProps={{ isAnimationActive: false }}
        areaProps={{ isAnimationActive: false, strokeWidth: 0, fillOpacity: 0.2 }}
        xAxisProps={{
          tickFormatter: (value: string) => day(value),
          interval: 'equidistantPreserveStart',
          minTickGap: 24,
        }}
        yAxisProps={{ tickFormatter: (value: number) => compact(value), width: 56 }}
        gridAxis="x"
        tickLine="none"
        referenceLines={
          shownLimit === null
            ? []
            : [
                {
                  y: shownLimit,
                  label: t('month.limit', { limit: compact(shownLimit) }),
                  color: 'var(--critical)',
                  strokeDasharray: '8 4',
                  ifOverflow: 'extendDomain',
                  labelPosition: 'insideTopLeft',
                },
              ]
        }
        tooltipProps={{
          content: ({ active, payload }) => {
            const row = payload?.[0]?.payload as Row | undefined;
            return active && row ? <DayTooltip row={row} compared={compared} /> : null;
          },
        }}
      />
      <figcaption>
        <Text size="xs" c="dimmed" mt={8}>
          {t(last?.expected == null ? 'month.keyWithout' : 'month.key')}
          {compared !== null && ` ${t('month.dotted', { period: compared ?? t('month.before') })}`}
        </Text>
        <span className="visually-hidden">
          {t('month.caption', { used: exact(now?.used ?? 0) })}{' '}
          {last?.expected != null &&
            t('month.end', {
              expected: exact(last.expected),
              band: bandText(exact(last.low ?? 0), exact(last.high ?? 0)),
            })}
        </span>
      </figcaption>
    </figure>
  );
}

function DayTooltip({ row, compared }: { row: Row; compared: string | null | undefined }) {
  const { t } = useTranslation();
  const { exact, day, finePercent } = useFormat();
  const shown = row.used ?? row.expected;
  const change = shown !== null && row.previous ? (100 * (shown - row.previous)) / row.previous : null;
  return (
    <Paper withBorder shadow="sm" px="sm" py="xs">
      <Text size="sm" fw={600}>
        {day(row.day)}
      </Text>
      {row.used !== null && <Text size="sm">{t('month.used', { tokens: exact(row.used) })}</Text>}
      {row.expected !== null && (
        <Text size="sm">
          {t('month.end', { expected: exact(row.expected), band: bandText(exact(row.low ?? 0), exact(row.high ?? 0)) })}
        </Text>
      )}
      {row.previous !== null && (
        <Text size="sm" c="dimmed">
          {compared
            ? t('month.compared', { period: compared, tokens: exact(row.previous) })
            : t('month.previous', { tokens: exact(row.previous) })}
          {change !== null && ` (${change >= 0 ? '+' : '−'}${finePercent(Math.round(Math.abs(change)))})`}
        </Text>
      )}
    </Paper>
  );
}
