import { useTranslation } from 'react-i18next';
import type { UsageRecord } from '../../../gateway/contract/reports.ts';
import { StatusBadge } from '../ui/status-badge.tsx';
import { OUTCOME_MEANINGS } from './meanings.ts';

/** How a request ended. */
export function OutcomeBadge({ outcome }: Pick<UsageRecord, 'outcome'>) {
  const { t } = useTranslation('activity');
  return <StatusBadge meaning={OUTCOME_MEANINGS[outcome]}>{t(`outcomes.${outcome}`)}</StatusBadge>;
}
