import { Button, Chip, Group, Paper, Select, Text, TextInput } from '@mantine/core';
import { IconChartBarOff } from '@tabler/icons-react';
import { useInfiniteQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import type { UsageReport } from '../../../gateway/contract/reports.ts';
import { useStats } from '../api/stats.ts';
import { useFormat } from '../format/use-format.ts';
import { useSession } from '../session/use-session.tsx';
import { EmptyPanel } from '../ui/empty-panel.tsx';
import { ExportMenu } from '../ui/export-menu.tsx';
import { ListFrame } from '../ui/table/list-frame.tsx';
import { ReportTable } from './report-table.tsx';
import { GROUPS, type Group as GroupName, type ReportsSearch, rangesOf } from './reports-search.ts';

const route = getRouteApi('/reports');
const RANGES = ['thisMonth', 'lastMonth', 'last30', 'thisYear'] as const;

/** What did it cost, and whom? */
export function ReportsScreen() {
  const { t } = useTranslation(['reports', 'common']);
  const { compact, money, moneyRate, exact } = useFormat();
  const session = useSession();
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const stats = useStats();
  const today = stats.data?.byDay.at(-1)?.day ?? new Date().toISOString().slice(0, 10);
  const ranges = rangesOf(today);
  const groupBy = search.groupBy ?? 'user';
  const { from = ranges.thisMonth.from, to = ranges.thisMonth.to } = search;
  const filters = { ...search, groupBy, from, to };
  const change = (changes: Partial<ReportsSearch>) =>
    void navigate({ search: (before) => ({ ...before, ...changes }), replace: true });

  const report = useInfiniteQuery({
    queryKey: ['usage', 'report', filters],
    initialPageParam: undefined as string | undefined,
    queryFn: ({ pageParam, signal }) =>
      session.call<UsageReport>('/api/admin/reports/usage', {
        query: { ...filters, limit: 100, cursor: pageParam },
        signal,
      }),
    getNextPageParam: (last) => last.nextCursor ?? undefined,
  });
  const pages = report.data?.pages;
  const first = pages?.[0];
  const items = pages?.flatMap((page) => page.items);
  const chosen = RANGES.find((name) => ranges[name].from === from && ranges[name].to === to);

  return (
    <>
      <Group justify="space-between" align="flex-end" mb="sm" gap="sm">
        <Group gap="sm" align="flex-end">
          <Select
            w={160}
            label={t('by')}
            value={groupBy}
            data={GROUPS.map((value) => ({ value, label: t(`groups.${value}`) }))}
            onChange={(value) => change({ groupBy: value as GroupName })}
          />
          <TextInput
            type="date"
            label={t('from')}
            value={from}
            max={to}
            onChange={({ currentTarget }) => currentTarget.value !== '' && change({ from: currentTarget.value })}
          />
          <TextInput
            type="date"
            label={t('to')}
            value={to}
            min={from}
            onChange={({ currentTarget }) => currentTarget.value !== '' && change({ to: currentTarget.value })}
          />
          <Chip.Group value={chosen ?? ''} onChange={(name) => change(ranges[name as (typeof RANGES)[number]])}>
            <Group gap={6} mb={4}>
              {RANGES.map((name) => (
                <Chip key={name} value={name} size="xs" variant="light">
                  {t(`ranges.${name}`)}
                </Chip>
              ))}
            </Group>
          </Chip.Group>
        </Group>
        <ExportMenu type="usage" filters={filters} />
      </Group>
      {first && (
        <Paper withBorder p="md" mb="sm">
          <Text size="lg" fw={600} role="status">
            {t('headline', {
              cost: money(first.totals.costMicroUsd),
              tokens: compact(first.totals.chargedTokens),
              requests: t('common:requestsCount', {
                count: first.totals.requests,
                formatted: exact(first.totals.requests),
              }),
            })}
          </Text>
          <Text size="xs" c="dimmed">
            {[t('common:timeZone', { zone: first.timeZone }), moneyRate].filter(Boolean).join(' · ')}
          </Text>
        </Paper>
      )}
      <ListFrame
        list={{ ...report, items }}
        empty={
          <EmptyPanel
            icon={<IconChartBarOff size={36} />}
            title={t('emptyTitle')}
            text={t('emptyText')}
            action={
              <Button variant="default" onClick={() => change(ranges.thisYear)}>
                {t('ranges.thisYear')}
              </Button>
            }
          />
        }
      >
        {first && items && <ReportTable groupBy={groupBy} items={items} totals={first.totals} />}
      </ListFrame>
    </>
  );
}
