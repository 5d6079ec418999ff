import { Stack, Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { UsageReport } from '../../../gateway/contract/reports.ts';
import { useFormat } from '../format/use-format.ts';

interface ComparisonLineProps {
  totals: UsageReport['totals'];
  comparison: NonNullable<UsageReport['comparison']>;
  daysText(from: string, to: string): string;
}

/** By how much the report differs from what it is compared with, and where the two cannot be compared just like that. */
export function ComparisonLine({ totals, comparison, daysText }: ComparisonLineProps) {
  const { t } = useTranslation('reports');
  const { change, money, compact, exact } = useFormat();
  const { totals: past, days, reportDays, isOpen } = comparison;
  const period = daysText(comparison.from, comparison.to);
  const ofDay = (value: number, count: number) => value / count;
  const one = (now: number, before: number, text: (value: number) => string) => {
    const difference = change(now, before);
    return difference === null ? t('compare.noneBefore') : t('compare.one', { difference, before: text(before) });
  };
  return (
    <Stack gap={0} mt="xs">
      <Text size="sm">
        {past.requests === 0
          ? t('compare.nothingThen', { period })
          : t('compare.line', {
              period,
              cost: one(totals.costMicroUsd, past.costMicroUsd, money),
              tokens: one(totals.chargedTokens, past.chargedTokens, compact),
              requests: one(totals.requests, past.requests, exact),
            })}
      </Text>
      {isOpen && <Text size="sm">{t('compare.open', { count: reportDays, formatted: exact(reportDays) })}</Text>}
      {days !== reportDays && past.requests > 0 && (
        <Text size="sm">
          {t('compare.unequal', {
            days: exact(reportDays),
            before: exact(days),
            cost:
              change(ofDay(totals.costMicroUsd, reportDays), ofDay(past.costMicroUsd, days)) ?? t('compare.noneBefore'),
            tokens:
              change(ofDay(totals.chargedTokens, reportDays), ofDay(past.chargedTokens, days)) ??
              t('compare.noneBefore'),
          })}
        </Text>
      )}
    </Stack>
  );
}
