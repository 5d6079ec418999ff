import { Anchor, Group, Stack, Text } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import type { Refusal } from '../../../gateway/contract/reports.ts';
import { usePages } from '../api/pages.ts';
import { useFormat } from '../format/use-format.ts';
import { ExportMenu } from '../ui/export-menu.tsx';
import { Facts } from '../ui/facts.tsx';
import { FilterField } from '../ui/filter-field.tsx';
import { ListFrame } from '../ui/table/list-frame.tsx';
import { type ListColumn, ListTable, listColumns } from '../ui/table/list-table.tsx';
import { When } from '../ui/when.tsx';
import type { ActivityPartProps } from './activity-screen.tsx';
import { DayRange } from './day-range.tsx';
import { DetailDrawer } from './detail-drawer.tsx';
import { NothingFound } from './nothing-found.tsx';

const column = listColumns<Refusal>();
const ABOUT: Record<string, ListColumn> = {
  at: { sort: null },
  code: { sort: null },
  message: { sort: null },
  who: { sort: null },
  requests: { sort: null, isNumber: true },
};

/** Requests that never reached an upstream: who, when, why. */
export function RefusalsPart({ search, onChange, onOpen, onClear }: ActivityPartProps) {
  const { t } = useTranslation('activity');
  const { exact, time } = useFormat();
  const filters = { code: search.code, user: search.user, from: search.from, to: search.to };
  const list = usePages<Refusal>(['usage', 'refusals'], '/api/admin/refusals', filters);
  const columns = useMemo(
    () =>
      column.columns([
        column.display({
          id: 'at',
          header: t('columns.when'),
          cell: ({ row: { original: refusal } }) => <When at={refusal.lastAt} />,
        }),
        column.display({
          id: 'code',
          header: t('columns.why'),
          cell: ({ row: { original: refusal } }) => <Text fw={600}>{refusal.code}</Text>,
        }),
        column.display({
          id: 'message',
          header: t('columns.told'),
          cell: ({ row: { original: refusal } }) => (
            <Text size="sm" c="dimmed" lineClamp={2} maw={420}>
              {refusal.message}
            </Text>
          ),
        }),
        column.display({
          id: 'who',
          header: t('columns.who'),
          cell: ({ row: { original: refusal } }) => (
            <Text size="sm" truncate maw={200}>
              {refusal.userId ?? refusal.ipAddress ?? t('nobody')}
            </Text>
          ),
        }),
        column.display({
          id: 'requests',
          header: t('columns.times'),
          cell: ({ row: { original: refusal } }) => exact(refusal.requests),
        }),
      ]),
    [t, exact],
  );
  const items = list.items ?? [];
  const given = Object.fromEntries(Object.entries(filters).filter(([, value]) => value !== undefined));
  const opened = items.find(({ id }) => id === search.open);
  return (
    <>
      <Group gap="xs" align="flex-start" mb="xs">
        <FilterField
          label={t('filterCode')}
          value={search.code}
          width={260}
          onChange={(text) => onChange({ code: text })}
        />
        <DayRange search={search} onChange={onChange} />
        <ExportMenu type="refusals" filters={given} />
      </Group>
      <ListFrame
        list={list}
        empty={
          <NothingFound
            isFiltered={Object.keys(given).length > 0}
            title={t('noRefusals')}
            text={t('noRefusalsText')}
            onClear={onClear}
          />
        }
      >
        <ListTable
          caption={t('parts.refusals')}
          items={items}
          columns={columns}
          about={ABOUT}
          nameOf={(refusal) => refusal.code}
          onOpen={(refusal) => onOpen(refusal.id)}
          openId={search.open}
        />
      </ListFrame>
      {opened && (
        <DetailDrawer title={opened.code} onClose={() => onOpen(undefined)}>
          <Stack gap="md">
            <Text>{opened.message}</Text>
            <Facts
              rows={[
                [t('firstTime'), time(opened.createdAt)],
                [t('lastTime'), time(opened.lastAt)],
                [t('columns.times'), exact(opened.requests)],
                [t('statusCode'), opened.statusCode],
                [
                  t('user'),
                  opened.userId === null ? (
                    '–'
                  ) : (
                    <Anchor
                      key="user"
                      renderRoot={(props) => <Link to="/users" search={{ user: opened.userId ?? '' }} {...props} />}
                    >
                      {opened.userId}
                    </Anchor>
                  ),
                ],
                [t('key'), opened.keyId ?? '–'],
                [t('columns.model'), opened.model ?? '–'],
                [t('endpoint'), opened.endpoint],
                [t('address'), opened.ipAddress ?? '–'],
              ]}
            />
          </Stack>
        </DetailDrawer>
      )}
    </>
  );
}
