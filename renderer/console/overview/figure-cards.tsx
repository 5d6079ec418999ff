import { Grid } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { Stats } from '../../../gateway/contract/reports.ts';
import { useFormat } from '../format/use-format.ts';
import { FigureCard } from '../ui/figure-card.tsx';
import { daysOf, failuresOf, refusalsOf, reportOf, requestsOf } from './ways.ts';

/** The figures of the day and the month; each leads to the rows behind it. */
export function FigureCards({ stats }: { stats: Stats }) {
  const { t } = useTranslation('overview');
  const { compact, exact, money, exactMoney, moneyRate, rate, duration } = useFormat();
  const { tokens, costMicroUsd, activeUsers, users, requests, errorRate, latency, pendingRequests, openAlerts } = stats;
  const { today, month } = daysOf(stats);
  const waits = pendingRequests + openAlerts > 0;

  return (
    <Grid gap="md">
      <Card>
        <FigureCard
          title={t('cards.tokens')}
          value={{ text: compact(tokens.month), hint: exact(tokens.month), rows: reportOf('user', month) }}
          note={t('thisMonth')}
          lines={[
            {
              text: `${compact(tokens.today)} ${t('today')}`,
              hint: exact(tokens.today),
              rows: reportOf('user', today),
            },
          ]}
        />
      </Card>
      <Card>
        <FigureCard
          title={t('cards.cost')}
          value={{
            text: money(costMicroUsd.month),
            hint: exactMoney(costMicroUsd.month),
            rows: reportOf('model', month),
          }}
          note={t('thisMonth')}
          lines={[
            {
              text: `${money(costMicroUsd.today)} ${t('today')}`,
              hint: exactMoney(costMicroUsd.today),
              rows: reportOf('model', today),
            },
            ...(moneyRate ? [{ text: moneyRate }] : []),
          ]}
        />
      </Card>
      <Card>
        <FigureCard
          title={t('cards.people')}
          value={{ text: exact(activeUsers.month), rows: reportOf('user', month) }}
          note={`${t('ofUsers', { total: exact(users.total) })} ${t('thisMonth')}`}
          lines={[{ text: `${exact(activeUsers.today)} ${t('today')}`, rows: reportOf('user', today) }]}
        />
      </Card>
      <Card>
        <FigureCard
          title={t('cards.requests')}
          value={{ text: compact(requests.month), hint: exact(requests.month), rows: requestsOf(month) }}
          note={t('thisMonth')}
          lines={[
            { text: `${exact(requests.today)} ${t('today')}`, rows: requestsOf(today) },
            { text: t('refused', { formatted: exact(requests.refusedToday) }), rows: refusalsOf(today) },
          ]}
        />
      </Card>
      <Card>
        <FigureCard
          title={t('cards.failures')}
          value={{ text: rate(errorRate ?? 0), rows: failuresOf(today) }}
          meaning={errorRate !== null && errorRate > 0.05 ? 'critical' : 'good'}
          note={errorRate === 0 || errorRate === null ? t('noErrors') : t('errorRate')}
          lines={
            latency.firstByteMs === null || latency.durationMs === null
              ? []
              : [
                  {
                    text: t('firstByte', {
                      duration: duration(latency.firstByteMs),
                      total: duration(latency.durationMs),
                    }),
                  },
                ]
          }
        />
      </Card>
      <Card>
        <FigureCard
          title={t('cards.waiting')}
          value={{ text: exact(pendingRequests + openAlerts) }}
          meaning={waits ? 'warning' : 'good'}
          note={waits ? '' : t('nothingWaits')}
          lines={
            waits
              ? [
                  { text: `${exact(pendingRequests)} ${t('pending')}`, rows: { to: '/requests' } },
                  { text: `${exact(openAlerts)} ${t('alerts')}`, rows: { to: '/alerts' } },
                ]
              : []
          }
        />
      </Card>
    </Grid>
  );
}

function Card({ children }: { children: React.ReactNode }) {
  return <Grid.Col span={{ base: 6, md: 4, xl: 2 }}>{children}</Grid.Col>;
}
