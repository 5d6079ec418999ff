import { Button, Group, Paper, Text } from '@mantine/core';
import { IconCpu, IconPlus } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import type { List } from '../../../gateway/contract/common.ts';
import type { Model } from '../../../gateway/contract/models.ts';
import { useFormat } from '../format/use-format.ts';
import { useMay, useSession } from '../session/use-session.tsx';
import { EmptyPanel } from '../ui/empty-panel.tsx';
import { FilterField } from '../ui/filter-field.tsx';
import { hasText } from '../ui/list-filter.tsx';
import { NoMatch } from '../ui/no-match.tsx';
import { PartHead } from '../ui/part-head.tsx';
import { QueryState } from '../ui/query-state.tsx';
import { ColumnMenu } from '../ui/table/column-menu.tsx';
import { useColumns } from '../ui/table/use-columns.ts';
import { WalkedRows } from '../ui/table/walked-rows.tsx';
import { ModelDrawer } from './model-drawer.tsx';
import { EXTRA_TERMS, HIDEABLE_TERMS, ModelTable } from './model-table.tsx';
import type { PartProps } from './plans-screen.tsx';
import { NEW } from './plans-search.ts';
import { useModelTerms } from './use-model-terms.ts';

const ALL = 200;

/** What models cost and may produce, and who serves them. */
export function ModelsPart({ open, onOpen, search, onSearch }: PartProps) {
  const { t } = useTranslation(['plans', 'common']);
  const { date } = useFormat();
  const may = useMay();
  const session = useSession();
  const terms = useModelTerms();
  const shown = useColumns('models', EXTRA_TERMS);
  const own = useQuery({
    queryKey: ['models', 'own'],
    queryFn: ({ signal }) => session.call<List<Model>>('/api/admin/models', { query: { limit: ALL }, signal }),
  });
  return (
    <QueryState query={terms}>
      {({ items, tableDate }) => {
        const patterns = own.data?.items.filter(({ id }) => id.includes('*')) ?? [];
        const found = items.filter(({ model, upstream }) => hasText(search, [model, upstream ?? '']));
        return (
          <>
            <PartHead
              text={t('modelsHint', { date: date(Date.parse(tableDate), 'UTC') })}
              action={
                may('admin') && (
                  <Button leftSection={<IconPlus size={16} />} onClick={() => onOpen(NEW)}>
                    {t('newModel')}
                  </Button>
                )
              }
            />
            {patterns.length > 0 && (
              <Group gap="xs" mb="sm">
                <Text size="sm" c="dimmed">
                  {t('patterns')}
                </Text>
                {patterns.map(({ id }) => (
                  <Button key={id} size="compact-sm" variant="default" onClick={() => onOpen(id)}>
                    {id}
                  </Button>
                ))}
              </Group>
            )}
            <Group mb="sm" justify="space-between">
              <FilterField label={t('searchModels')} value={search} onChange={onSearch} />
              <ColumnMenu
                table="models"
                columns={HIDEABLE_TERMS.map((id) => ({ id, header: t(`columns.${id}`) }))}
                shown={shown}
              />
            </Group>
            <Paper withBorder style={{ overflow: 'clip' }}>
              {search === undefined && items.length === 0 && (
                <EmptyPanel icon={<IconCpu size={36} />} title={t('noModels')} text={t('noModelsText')} />
              )}
              {search !== undefined && found.length === 0 && (
                <NoMatch title={t('noModelMatches')} onClear={() => onSearch(undefined)} />
              )}
              {found.length > 0 && (
                <WalkedRows group={t('parts.models')}>
                  <ModelTable items={found} onOpen={onOpen} open={open} shown={shown} />
                </WalkedRows>
              )}
            </Paper>
            {open !== undefined && own.data && (
              <ModelDrawer
                key={open}
                id={open === NEW ? null : open}
                model={own.data.items.find(({ id }) => id === open)}
                terms={items.filter(({ model }) => model === open)}
                onClose={() => onOpen(undefined)}
              />
            )}
          </>
        );
      }}
    </QueryState>
  );
}
