import { Paper, Table, Text, Title } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { Stats } from '../../../gateway/contract/reports.ts';
import { useFormat } from '../format/use-format.ts';
import { AnchorLink } from '../ui/anchor-link.tsx';
import { Money } from '../ui/money.tsx';
import css from './model-table.module.css';
import { daysOf, reportOf, requestsOf } from './ways.ts';

const SHOWN = 6;

/** What the month's tokens went to; the rest is one row, so that the rows add up. Each leads to its requests. */
export function ModelTable({ stats }: { stats: Pick<Stats, 'byModel' | 'byDay' | 'period'> }) {
  const { t } = useTranslation(['overview', 'common']);
  const { compact, exact, percent } = useFormat();
  const { byModel } = stats;
  const { month } = daysOf(stats);
  const all = byModel.reduce((sum, { tokens }) => sum + tokens, 0);
  const rest = byModel.slice(SHOWN);
  const sum = (figure: 'requests' | 'tokens' | 'costMicroUsd') => rest.reduce((total, row) => total + row[figure], 0);
  const other = {
    model: t('other'),
    requests: sum('requests'),
    tokens: sum('tokens'),
    costMicroUsd: sum('costMicroUsd'),
  };
  const rows = rest.length === 0 ? byModel : [...byModel.slice(0, SHOWN), other];
  return (
    <Paper withBorder p="md" h="100%">
      <Title order={2} mb="sm">
        {t('byModel')}
      </Title>
      <Table verticalSpacing={6} withRowBorders={false}>
        <Table.Tbody>
          {rows.map(({ model, requests, tokens, costMicroUsd }, index) => {
            const share = all === 0 ? 0 : (tokens / all) * 100;
            return (
              <Table.Tr key={model} className={css.row} title={t('share', { percent: percent(share) })}>
                <Table.Td className={css.model}>
                  <Text size="sm" truncate>
                    <AnchorLink
                      {...(rest.length > 0 && index === SHOWN ? reportOf('model', month) : requestsOf(month, model))}
                      c="inherit"
                    >
                      {model}
                    </AnchorLink>
                  </Text>
                  <span className={css.bar} style={{ width: `${share}%` }} aria-hidden />
                </Table.Td>
                <Table.Td className={css.requests} c="dimmed">
                  {t('common:requestsCount', { count: requests, formatted: compact(requests) })}
                </Table.Td>
                <Table.Td ta="right" title={exact(tokens)}>
                  {compact(tokens)}
                </Table.Td>
                <Table.Td ta="right">
                  <Money microUsd={costMicroUsd} />
                </Table.Td>
              </Table.Tr>
            );
          })}
        </Table.Tbody>
      </Table>
    </Paper>
  );
}
