import { Button, Group, Paper, Select, Text } from '@mantine/core';
import { IconChartBarOff } from '@tabler/icons-react';
import { keepPreviousData, useInfiniteQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import type { REPORT_COLUMNS } from '../../../gateway/contract/exports.ts';
import type { UsageReport } from '../../../gateway/contract/reports.ts';
import { useFormat } from '../format/use-format.ts';
import { useSession } from '../session/use-session.tsx';
import { ComparisonChoice } from '../ui/comparison-choice.tsx';
import { EmptyPanel } from '../ui/empty-panel.tsx';
import { ExportMenu } from '../ui/export-menu.tsx';
import { NoMatch } from '../ui/no-match.tsx';
import { ColumnMenu } from '../ui/table/column-menu.tsx';
import { ListFrame } from '../ui/table/list-frame.tsx';
import { exportedColumns, useColumns } from '../ui/table/use-columns.ts';
import { ComparisonLine } from './comparison-line.tsx';
import { PeriodPicker } from './period-picker.tsx';
import { ReportChips } from './report-chips.tsx';
import { REPORT_PARTS, type ReportPart, ReportTable } from './report-table.tsx';
import { GROUPS, type Group as GroupName, type ReportsSearch } from './reports-search.ts';
import { usePeriod } from './use-period.ts';

const route = getRouteApi('/reports');

/** Those that give way where there is little room. */
const EXTRAS: readonly ReportPart[] = ['absorbed', 'cached', 'duration', 'errors', 'completion', 'prompt'];
/** What each column is in a file. */
const FILES: Record<ReportPart, readonly (typeof REPORT_COLUMNS)[number][]> = {
  requests: ['requests'],
  errors: ['errors'],
  prompt: ['promptTokens'],
  completion: ['completionTokens', 'reasoningTokens'],
  cached: ['cachedTokens'],
  charged: ['chargedTokens'],
  absorbed: ['absorbedTokens'],
  cost: ['costUsd'],
  share: [],
  duration: ['averageDuration'],
};

/** What did it cost, and whom? */
export function UsePart() {
  const { t } = useTranslation(['reports', 'common']);
  const { compact, money, moneyRate, exact, exactMoney, day, date } = useFormat();
  const dated = (one: string) => date(Date.parse(one), 'UTC');
  const rangeText = (first: string, last: string) =>
    first === last
      ? dated(last)
      : `${first.slice(0, 4) === last.slice(0, 4) ? day(first) : dated(first)} – ${dated(last)}`;
  const session = useSession();
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const { from, to, ranges, zone } = usePeriod(search);
  const groupBy = search.groupBy ?? 'user';
  const { part: _part, open: _open, ...chosen } = search;
  const filters = { compare: 'previous', ...chosen, groupBy, from, to };
  const isNarrowed = [search.user, search.department, search.model].some((value) => value !== undefined);
  const change = (changes: { [Name in keyof ReportsSearch]?: ReportsSearch[Name] | undefined }) =>
    void navigate({ search: (before) => ({ ...before, ...changes }) as ReportsSearch, replace: true });

  const shown = useColumns('reports', EXTRAS);
  const report = useInfiniteQuery({
    queryKey: ['usage', 'report', filters],
    initialPageParam: undefined as string | undefined,
    placeholderData: keepPreviousData,
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

  return (
    <>
      <Group gap="sm" align="flex-end" mb="sm">
        <Select
          w={{ base: '100%', xs: 160 }}
          style={{ alignSelf: 'flex-start' }}
          label={t('by')}
          value={groupBy}
          data={GROUPS.map((value) => ({ value, label: t(`groups.${value}`) }))}
          onChange={(value) => change({ groupBy: value as GroupName })}
        />
        <PeriodPicker from={from} to={to} zone={zone} ranges={ranges} onChange={change} />
      </Group>
      <Group justify="space-between" align="flex-end" mb="sm" gap="sm">
        <ComparisonChoice search={search} begin={first?.comparison ?? { from, to }} zone={zone} onChange={change} />
        <Group gap="xs">
          <ColumnMenu
            table="reports"
            columns={REPORT_PARTS.map((id) => ({ id, header: t(`columns.${id}`) }))}
            shown={shown}
          />
          <ExportMenu
            type="usage"
            filters={filters}
            columns={exportedColumns(['totalTokens'], FILES, shown.unwanted)}
            rows={first && { total: first.total }}
          />
        </Group>
      </Group>
      <ReportChips search={search} onChange={change} />
      {first && (
        <Paper withBorder p="md" mb="sm">
          <Text size="lg" fw={600} role="status" title={exactMoney(first.totals.costMicroUsd)}>
            {t('headline', {
              period: rangeText(from, to),
              cost: money(first.totals.costMicroUsd),
              tokens: compact(first.totals.chargedTokens),
              requests: t('common:requestsCount', {
                count: first.totals.requests,
                formatted: exact(first.totals.requests),
              }),
            })}
          </Text>
          {first.comparison && (
            <ComparisonLine totals={first.totals} comparison={first.comparison} daysText={rangeText} />
          )}
          <Text size="xs" c="dimmed" mt={4}>
            {[t('common:timeZone', { zone: first.timeZone }), moneyRate].filter(Boolean).join(' · ')}
          </Text>
        </Paper>
      )}
      <ListFrame
        list={{ ...report, items }}
        empty={
          isNarrowed ? (
            <NoMatch onClear={() => change({ user: undefined, department: undefined, model: undefined })} />
          ) : (
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
          )
        }
      >
        {first && items && (
          <ReportTable
            groupBy={groupBy}
            items={items}
            totals={first.totals}
            comparison={first.comparison}
            filters={filters}
            shown={shown}
          />
        )}
      </ListFrame>
    </>
  );
}
