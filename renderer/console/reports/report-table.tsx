import { Table, Tooltip } from '@mantine/core';
import type { LinkProps } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { UsageReport, UsageSums } from '../../../gateway/contract/reports.ts';
import { useFormat } from '../format/use-format.ts';
import { AnchorLink } from '../ui/anchor-link.tsx';
import { Money } from '../ui/money.tsx';
import { TableFrame } from '../ui/table/table-frame.tsx';
import type { Columns } from '../ui/table/use-columns.ts';
import css from './report-table.module.css';
import type { Group } from './reports-search.ts';
import { failuresBehind, membersOf, type ReportFilters, requestsBehind } from './rows-behind.ts';

interface ReportTableProps {
  groupBy: Group;
  items: UsageReport['items'];
  totals: UsageSums;
  comparison: UsageReport['comparison'];
  /** What the report is of. */
  filters: ReportFilters;
  shown: Columns;
}

const NO_DEPARTMENT = 'none';

const NOTHING: UsageSums = {
  requests: 0,
  errors: 0,
  promptTokens: 0,
  completionTokens: 0,
  cachedTokens: 0,
  reasoningTokens: 0,
  totalTokens: 0,
  chargedTokens: 0,
  absorbedTokens: 0,
  costMicroUsd: 0,
  averageDurationMs: null,
};

/** What a report tells of each group, from left to right. */
export const REPORT_PARTS = [
  'requests',
  'errors',
  'prompt',
  'completion',
  'cached',
  'charged',
  'absorbed',
  'cost',
  'share',
  'duration',
] as const;
export type ReportPart = (typeof REPORT_PARTS)[number];

/** The groups, each with its sums, its share and the way to what it is the sum of; the last line is their sum. */
export function ReportTable({ groupBy, items, totals, comparison, filters, shown }: ReportTableProps) {
  const { hidden } = shown;
  const { t } = useTranslation('reports');
  const { percent, day, month } = useFormat();
  const unmatched = comparison?.unmatched;

  const nameOf = ({ key, name }: UsageReport['items'][number]): ReactNode => {
    switch (groupBy) {
      case 'user':
        return (
          <AnchorLink to="/users" search={{ user: key }}>
            {name || t('removed', { id: key })}
          </AnchorLink>
        );
      case 'department': {
        const called = key === NO_DEPARTMENT ? t('noDepartment') : name || t('removed', { id: key });
        return <AnchorLink {...membersOf(key, filters)}>{called}</AnchorLink>;
      }
      case 'day':
        return day(key);
      case 'month':
        return month(key);
      default:
        return name || key;
    }
  };
  return (
    <TableFrame shown={shown} name={t('parts.use')}>
      <Table className={css.table} stickyHeader stickyHeaderOffset={56}>
        <Table.Thead>
          <Table.Tr>
            <Table.Th>{t(`groups.${groupBy}`)}</Table.Th>
            {REPORT_PARTS.filter((name) => !hidden.includes(name)).map((name) => (
              <Table.Th key={name}>
                {name === 'absorbed' ? (
                  <Tooltip label={t('absorbedHint')}>
                    <span>{t('columns.absorbed')}</span>
                  </Tooltip>
                ) : (
                  t(`columns.${name}`)
                )}
              </Table.Th>
            ))}
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {items.map((item) => (
            <Table.Tr key={item.key}>
              <Table.Td data-title>{nameOf(item)}</Table.Td>
              <SumCells
                sums={item}
                hidden={hidden}
                share={share(item, totals, percent)}
                before={item.before}
                rows={requestsBehind(groupBy, item.key, filters)}
                failures={failuresBehind(groupBy, item.key, filters)}
              />
            </Table.Tr>
          ))}
          {unmatched && (
            <Table.Tr>
              <Table.Td data-title title={t('compare.othersHint')}>
                {t(groupBy === 'month' ? 'compare.others.month' : 'compare.others.day')}
              </Table.Td>
              <SumCells sums={NOTHING} hidden={hidden} share={share(NOTHING, totals, percent)} before={unmatched} />
            </Table.Tr>
          )}
        </Table.Tbody>
        <Table.Tfoot>
          <Table.Tr>
            <Table.Th data-title>{t('total')}</Table.Th>
            <SumCells
              sums={totals}
              hidden={hidden}
              share={share(totals, totals, percent)}
              before={comparison?.totals ?? null}
            />
          </Table.Tr>
        </Table.Tfoot>
      </Table>
    </TableFrame>
  );
}

function share(sums: UsageSums, totals: UsageSums, percent: (share: number) => string): string {
  return totals.chargedTokens === 0 ? '–' : percent((sums.chargedTokens / totals.chargedTokens) * 100);
}

interface SumCellsProps {
  sums: UsageSums;
  share: string;
  /** The same in the days of the comparison; null where there is none. */
  before: UsageSums | null;
  hidden: readonly string[];
  /** The requests that these are the sums of, and the failed ones; null where no list holds just these. */
  rows?: LinkProps | null;
  failures?: LinkProps | null;
}

function SumCells({ sums, share: part, before, hidden, rows = null, failures = null }: SumCellsProps) {
  const { t } = useTranslation('reports');
  const { compact, exact, money, exactMoney, duration } = useFormat();
  const number = (value: number, behind: LinkProps | null = null) => (
    <span title={exact(value)}>
      {behind === null || value === 0 ? compact(value) : <AnchorLink {...behind}>{compact(value)}</AnchorLink>}
    </span>
  );
  const cells: Record<ReportPart, ReactNode> = {
    requests: (
      <Compared now={sums.requests} before={before?.requests} short={compact} text={exact}>
        {number(sums.requests, rows)}
      </Compared>
    ),
    errors: number(sums.errors, failures),
    prompt: number(sums.promptTokens),
    completion: number(sums.completionTokens),
    cached: number(sums.cachedTokens),
    charged: (
      <Compared now={sums.chargedTokens} before={before?.chargedTokens} short={compact} text={exact}>
        {number(sums.chargedTokens)}
      </Compared>
    ),
    absorbed: number(sums.absorbedTokens),
    cost: (
      <Compared now={sums.costMicroUsd} before={before?.costMicroUsd} short={money} text={exactMoney}>
        <Money microUsd={sums.costMicroUsd} />
      </Compared>
    ),
    share: part,
    duration: sums.averageDurationMs === null ? '–' : duration(sums.averageDurationMs),
  };
  return REPORT_PARTS.filter((name) => !hidden.includes(name)).map((name) => (
    <Table.Td key={name} data-label={t(`columns.${name}`)}>
      {cells[name]}
    </Table.Td>
  ));
}

interface ComparedProps {
  now: number;
  before: number | undefined;
  short(value: number): string;
  text(value: number): string;
  children: ReactNode;
}

/** A figure, and below it by how much it differs from before; what is nothing now says what it was. */
function Compared({ now, before, short, text, children }: ComparedProps) {
  const { t } = useTranslation('reports');
  const { change } = useFormat();
  if (before === undefined || (before === 0 && now === 0)) return children;
  const difference = change(now, before) ?? t('compare.noneBefore');
  return (
    <span className={css.compared}>
      {children}
      <span className={css.change} title={t('compare.before', { before: text(before) })}>
        {now === 0 ? t('compare.one', { difference, before: short(before) }) : difference}
      </span>
    </span>
  );
}
