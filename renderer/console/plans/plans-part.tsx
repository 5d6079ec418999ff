import { Button, SimpleGrid } from '@mantine/core';
import { IconPlus, IconStack2 } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import type { Plan } from '../../../gateway/contract/plans.ts';
import { usePlans } from '../api/plans.ts';
import { useMay } from '../session/use-session.tsx';
import { EmptyPanel } from '../ui/empty-panel.tsx';
import { PartHead } from '../ui/part-head.tsx';
import { QueryState } from '../ui/query-state.tsx';
import { WalkedRows } from '../ui/table/walked-rows.tsx';
import { WholeList } from '../ui/whole-list.tsx';
import { PlanCard } from './plan-card.tsx';
import { PlanDrawer } from './plan-drawer.tsx';
import type { PartProps } from './plans-screen.tsx';
import { NEW } from './plans-search.ts';

/** The smallest first; without a limit last. */
const bySize = (a: Plan, b: Plan) => (a.effectiveLimit ?? Number.MAX_VALUE) - (b.effectiveLimit ?? Number.MAX_VALUE);

/** The plans, and what each allows. */
export function PlansPart({ open, onOpen, search, onSearch }: PartProps) {
  const { t } = useTranslation('plans');
  const may = useMay();
  const query = usePlans();
  return (
    <QueryState query={query}>
      {({ items }) => (
        <>
          <PartHead
            text={t('plansHint')}
            action={
              may('admin') && (
                <Button leftSection={<IconPlus size={16} />} onClick={() => onOpen(NEW)}>
                  {t('newPlan')}
                </Button>
              )
            }
          />
          <WholeList
            items={items}
            textsOf={({ id, name }) => [id, name]}
            search={search}
            onSearch={onSearch}
            none={<EmptyPanel icon={<IconStack2 size={36} />} title={t('noPlans')} />}
          >
            {(found) => (
              <WalkedRows group={t('parts.plans')}>
                <SimpleGrid cols={{ base: 1, xs: 2, lg: 4 }} spacing="md">
                  {found.toSorted(bySize).map((plan) => (
                    <PlanCard key={plan.id} plan={plan} onOpen={() => onOpen(plan.id)} />
                  ))}
                </SimpleGrid>
              </WalkedRows>
            )}
          </WholeList>
          {open !== undefined && (
            <PlanDrawer
              key={open}
              plan={items.find(({ id }) => id === open)}
              isNew={open === NEW}
              onClose={() => onOpen(undefined)}
            />
          )}
        </>
      )}
    </QueryState>
  );
}
