import { Grid } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { Stats } from '../../../gateway/contract/reports.ts';
import { useFormat } from '../format/use-format.ts';
import { FigureCard } from '../ui/figure-card.tsx';

/** The figures of the day and the month; each leads to the rows behind it. */
export function FigureCards({ stats }: { stats: Stats }) {
  const { t } = useTranslation('overview');
  const { compact, exact, money, exactMoney, moneyRate, rate, duration } = useFormat();
  const { tokens, costMicroUsd, activeUsers, users, requests, errorRate, latency, pendingRequests, openAlerts } = stats;
  const waits = pendingRequests + openAlerts > 0;

  return (
    <Grid gap="md">
      <Card>
        <FigureCard
          title={t('cards.tokens')}
          value={compact(tokens.month)}
          hint={exact(tokens.month)}
          note={t('thisMonth')}
          lines={[`${compact(tokens.today)} ${t('today')}`]}
        />
      </Card>
      <Card>
        <FigureCard
          title={t('cards.cost')}
          value={money(costMicroUsd.month)}
          hint={exactMoney(costMicroUsd.month)}
          note={t('thisMonth')}
          lines={[`${money(costMicroUsd.today)} ${t('today')}`, ...(moneyRate ? [moneyRate] : [])]}
        />
      </Card>
      <Card>
        <FigureCard
          to="/users"
          title={t('cards.people')}
          value={exact(activeUsers.month)}
          note={`${t('ofUsers', { total: exact(users.total) })} ${t('thisMonth')}`}
          lines={[`${exact(activeUsers.today)} ${t('today')}`]}
        />
      </Card>
      <Card>
        <FigureCard
          title={t('cards.requests')}
          value={compact(requests.month)}
          hint={exact(requests.month)}
          note={t('thisMonth')}
          lines={[`${exact(requests.today)} ${t('today')}`, t('refused', { formatted: exact(requests.refusedToday) })]}
        />
      </Card>
      <Card>
        <FigureCard
          title={t('cards.quality')}
          value={errorRate === null || errorRate === 0 ? '0%' : rate(errorRate)}
          meaning={errorRate !== null && errorRate > 0.05 ? 'critical' : 'good'}
          note={errorRate === 0 || errorRate === null ? t('noErrors') : t('errorRate')}
          lines={
            latency.firstByteMs === null || latency.durationMs === null
              ? []
              : [t('firstByte', { duration: duration(latency.firstByteMs), total: duration(latency.durationMs) })]
          }
        />
      </Card>
      <Card>
        <FigureCard
          title={t('cards.waiting')}
          value={exact(pendingRequests + openAlerts)}
          meaning={waits ? 'warning' : 'good'}
          note={waits ? '' : t('nothingWaits')}
          lines={waits ? [`${exact(pendingRequests)} ${t('pending')}`, `${exact(openAlerts)} ${t('alerts')}`] : []}
        />
      </Card>
    </Grid>
  );
}

function Card({ children }: { children: React.ReactNode }) {
  return <Grid.Col span={{ base: 6, md: 4, xl: 2 }}>{children}</Grid.Col>;
}
