import { Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { UsageReport } from '../../../gateway/contract/reports.ts';
import { useFormat } from '../format/use-format.ts';
import { useSession } from '../session/use-session.tsx';
import { Money } from '../ui/money.tsx';
import type { ActivitySearch } from './activity-search.ts';

/** Before the first record of anybody. */
const EVER = '2000-01-01';

/**
 * What the requests of a list come to, whatever page is shown: from the roll-ups, so that millions cost no more than ten.
 * They know no outcomes, upstreams and hours: null while one is asked for.
 */
export function useUsageSums({ outcome, upstream, hour, user, model, from = EVER, to }: ActivitySearch): ReactNode {
  const { t } = useTranslation('activity');
  const { compact, exact } = useFormat();
  const session = useSession();
  const isKnown = outcome === undefined && upstream === undefined && hour === undefined;
  const query = { groupBy: 'month', user, model, from, to, limit: 1 };
  const { data } = useQuery({
    queryKey: ['usage', 'sums', query],
    enabled: isKnown,
    queryFn: ({ signal }) => session.call<UsageReport>('/api/admin/reports/usage', { query, signal }),
  });
  if (!isKnown || !data) return null;
  const { chargedTokens, costMicroUsd } = data.totals;
  return (
    <Text size="sm" c="dimmed">
      <span title={exact(chargedTokens)}>{t('sums', { tokens: compact(chargedTokens) })}</span>
      {' · '}
      <Money microUsd={costMicroUsd} />
    </Text>
  );
}
