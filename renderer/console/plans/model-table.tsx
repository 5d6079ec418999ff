import { Text, Tooltip } from '@mantine/core';
import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import type { ModelTerms } from '../../../gateway/contract/models.ts';
import { useFormat } from '../format/use-format.ts';
import { Money } from '../ui/money.tsx';
import { type Meaning, StatusBadge } from '../ui/status-badge.tsx';
import { type ListColumn, ListTable, listColumns } from '../ui/table/list-table.tsx';
import type { Columns } from '../ui/table/use-columns.ts';
import { UpstreamName } from '../ui/upstream-name.tsx';

type Row = ModelTerms & { id: string };

const column = listColumns<Row>();
const ABOUT: Record<string, ListColumn> = {
  model: { sort: null, isTitle: true },
  upstream: { sort: null },
  price: { sort: null, isNumber: true },
  source: { sort: null },
  multiplier: { sort: null, isNumber: true },
  maxOutput: { sort: null, isNumber: true },
  use: { sort: null, isNumber: true },
};

/** All but the name, which opens the row. */
export const HIDEABLE_TERMS = ['upstream', 'price', 'source', 'multiplier', 'maxOutput', 'use'] as const;

/** Those that give way where there is little room. */
export const EXTRA_TERMS = ['maxOutput', 'source', 'multiplier', 'upstream'];

export const SOURCE_MEANINGS: Record<NonNullable<ModelTerms['priceSource']>, Meaning> = {
  own: 'good',
  table: 'quiet',
  default: 'warning',
  free: 'quiet',
};

interface ModelTableProps {
  items: readonly ModelTerms[];
  open: string | undefined;
  shown: Columns;
  onOpen(id: string): void;
}

/** Models with the price that applies, most used first. */
export function ModelTable({ items, open, shown, onOpen }: ModelTableProps) {
  const { t } = useTranslation(['plans', 'common']);
  const { compact, exact, usd, exactMoney } = useFormat();
  const rows = useMemo(() => items.map((item) => ({ ...item, id: `${item.model} ${item.upstream ?? ''}` })), [items]);
  const columns = useMemo(
    () =>
      column.columns([
        column.display({
          id: 'model',
          header: t('columns.model'),
          cell: ({ row: { original: row } }) => (
            <div>
              <Text fw={600} miw={150} style={{ overflowWrap: 'anywhere' }}>
                {row.model}
              </Text>
              {row.servedAs !== null && row.servedAs !== row.model && (
                <Text size="xs" c="dimmed">
                  {t('servedAs', { name: row.servedAs })}
                </Text>
              )}
            </div>
          ),
        }),
        column.display({
          id: 'upstream',
          header: t('columns.upstream'),
          cell: ({ row: { original: row } }) =>
            row.upstream === null ? (
              <StatusBadge meaning="critical">{t('servedByNobody')}</StatusBadge>
            ) : (
              <UpstreamName id={row.upstream} />
            ),
        }),
        column.display({
          id: 'price',
          header: t('columns.price'),
          cell: ({ row: { original: row } }) =>
            row.price === null ? (
              '–'
            ) : (
              <Tooltip
                label={t('priceExact', {
                  input: exactMoney(row.price.inputMicroUsd),
                  output: exactMoney(row.price.outputMicroUsd),
                  cached: exactMoney(row.price.cachedInputMicroUsd),
                })}
              >
                <span>
                  {t('priceShort', { input: usd(row.price.inputMicroUsd), output: usd(row.price.outputMicroUsd) })}
                </span>
              </Tooltip>
            ),
        }),
        column.display({
          id: 'source',
          header: t('columns.source'),
          cell: ({ row: { original: row } }) =>
            row.priceSource === null ? (
              '–'
            ) : (
              <Tooltip label={t(`sourceHints.${row.priceSource}`)}>
                <span>
                  <StatusBadge meaning={SOURCE_MEANINGS[row.priceSource]}>
                    {t(`sources.${row.priceSource}`)}
                  </StatusBadge>
                </span>
              </Tooltip>
            ),
        }),
        column.display({
          id: 'multiplier',
          header: t('columns.multiplier'),
          cell: ({ row: { original: row } }) => `× ${exact(row.multiplier)}`,
        }),
        column.display({
          id: 'maxOutput',
          header: t('columns.maxOutput'),
          cell: ({ row: { original: row } }) =>
            row.maxOutputTokens === null ? (
              <Text span c="dimmed">
                {t('common:unknown')}
              </Text>
            ) : (
              <span title={exact(row.maxOutputTokens)}>{compact(row.maxOutputTokens)}</span>
            ),
        }),
        column.display({
          id: 'use',
          header: t('columns.use'),
          cell: ({ row: { original: row } }) => (
            <div title={exact(row.chargedTokens)}>
              {compact(row.chargedTokens)}
              <Text size="xs" c="dimmed">
                <Money microUsd={row.costMicroUsd} />
              </Text>
            </div>
          ),
        }),
      ]),
    [t, compact, exact, usd, exactMoney],
  );
  return (
    <ListTable
      caption={t('parts.models')}
      items={rows}
      columns={columns}
      about={ABOUT}
      nameOf={(row) => row.model}
      onOpen={(row) => onOpen(row.model)}
      openId={rows.find(({ model }) => model === open)?.id}
      shown={shown}
    />
  );
}
