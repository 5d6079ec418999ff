import { Paper, Stack, Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { ModelTerms } from '../../../gateway/contract/models.ts';
import { useFormat } from '../format/use-format.ts';
import { Facts } from '../ui/facts.tsx';
import { StatusBadge } from '../ui/status-badge.tsx';
import { UpstreamName } from '../ui/upstream-name.tsx';
import { SOURCE_MEANINGS } from './model-table.tsx';

/** What applies to a model now, at each upstream that serves it. */
export function ModelOffers({ terms }: { terms: readonly ModelTerms[] }) {
  const { t } = useTranslation(['plans', 'common']);
  const { exact, exactMoney } = useFormat();
  const feesOf = (fees: NonNullable<ModelTerms['price']>['feesMicroUsd']) =>
    Object.entries(fees)
      .map(([kind, fee]) =>
        t(`feesOf.${kind as keyof typeof fees}`, { fee: exactMoney(fee) }).replaceAll(' ', '\u00a0'),
      )
      .join(' · ');
  const tiersOf = ({ flex, priority }: NonNullable<ModelTerms['price']>['tierFactors']) =>
    `flex × ${exact(flex)} · priority × ${exact(priority)}`;
  return (
    <Stack gap="xs">
      {terms.map(({ upstream, servedAs, price, priceSource, setBy }) => (
        <Paper key={upstream ?? ''} withBorder p="sm">
          <Facts
            rows={[
              [
                t('columns.upstream'),
                upstream === null ? (
                  <StatusBadge key="nobody" meaning="critical">
                    {t('servedByNobody')}
                  </StatusBadge>
                ) : (
                  <UpstreamName key="name" id={upstream} />
                ),
              ],
              ...(servedAs !== null ? ([[t('nameThere'), servedAs]] as const) : []),
              ...(price !== null
                ? ([
                    [t('priceInput'), exactMoney(price.inputMicroUsd)],
                    [t('priceOutput'), exactMoney(price.outputMicroUsd)],
                    [t('priceCached'), exactMoney(price.cachedInputMicroUsd)],
                    ...(Object.keys(price.feesMicroUsd).length > 0
                      ? ([[t('feesThere'), feesOf(price.feesMicroUsd)]] as const)
                      : []),
                    ...(price.tierFactors.flex !== 1 || price.tierFactors.priority !== 1
                      ? ([[t('tiersThere'), tiersOf(price.tierFactors)]] as const)
                      : []),
                  ] as const)
                : []),
              ...(priceSource !== null
                ? ([
                    [
                      t('columns.source'),
                      <StatusBadge key="source" meaning={SOURCE_MEANINGS[priceSource]}>
                        {t(`sources.${priceSource}`)}
                      </StatusBadge>,
                    ],
                  ] as const)
                : []),
              ...(setBy !== null ? ([[t('setBy'), setBy]] as const) : []),
            ]}
          />
          {priceSource === 'default' && (
            <Text size="sm" c="var(--warning)" mt={6}>
              {t('sourceHints.default')}
            </Text>
          )}
        </Paper>
      ))}
    </Stack>
  );
}
