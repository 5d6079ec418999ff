import { Chip, Group, Text } from '@mantine/core';
import { IconBell } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { getRouteApi, useNavigate } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import type { Alert, AlertCounts } from '../../../gateway/contract/alerts.ts';
import { usePages } from '../api/pages.ts';
import { useFormat } from '../format/use-format.ts';
import { useSession } from '../session/use-session.tsx';
import { EmptyPanel } from '../ui/empty-panel.tsx';
import { ExportMenu } from '../ui/export-menu.tsx';
import { NoMatch } from '../ui/no-match.tsx';
import { SearchBox } from '../ui/search/search-box.tsx';
import { FreshRows } from '../ui/table/fresh-rows.tsx';
import { ListFrame } from '../ui/table/list-frame.tsx';
import { useListKeys } from '../ui/table/use-list-keys.ts';
import { useSteadyRows } from '../ui/table/use-steady-rows.ts';
import { AlertRow } from './alert-row.tsx';
import css from './alerts.module.css';
import { type AlertsSearch, parseAlertsSearch, VIEWS } from './alerts-search.ts';
import { useAlertFields } from './use-alert-fields.ts';

const route = getRouteApi('/alerts');

/** What should I know? */
export function AlertsScreen() {
  const { t } = useTranslation(['alerts', 'common', 'frame']);
  const { ago, exact } = useFormat();
  const session = useSession();
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const goTo = useNavigate();
  const { status = 'open', kind, search: text, user } = search;
  const change = (changes: Partial<AlertsSearch>) =>
    void navigate({ search: ({ pages: _pages, ...before }) => ({ ...before, ...changes }), replace: true });

  const filters = { status, kind, search: text, user };
  const isFiltered = [kind, text, user].some((value) => value !== undefined);
  const list = usePages<Alert>(['alerts', 'list'], '/api/admin/alerts', filters, true);
  const counts = useQuery({
    queryKey: ['alerts', 'counts'],
    queryFn: ({ signal }) => session.call<AlertCounts>('/api/admin/alerts/counts', { signal }),
  });
  const { rows: items, fresh, showFresh } = useSteadyRows(list, filters);
  const cursor = useListKeys({
    items,
    group: t('list'),
    onOpen: ({ user }) => user && void goTo({ to: '/users', search: { user: user.id } }),
  });
  const fields = useAlertFields(items);
  const lastAt = counts.data?.lastAt ?? null;

  return (
    <>
      <Group justify="space-between" align="flex-start" mb="sm">
        <Chip.Group value={status} onChange={(value) => change({ status: value as (typeof VIEWS)[number] })}>
          <Group gap={6} mih={36}>
            {VIEWS.map((name) => (
              <Chip key={name} value={name} size="xs" variant="light">
                {t(`views.${name}`)}
              </Chip>
            ))}
          </Group>
        </Chip.Group>
        <div className={css.box}>
          <SearchBox
            list="alerts"
            fields={fields}
            params={search}
            placeholder={t('searchHint')}
            group={t('frame:screens.alerts')}
            onChange={(changed, { replace }) =>
              void navigate({
                search: (before) => parseAlertsSearch({ ...before, ...changed({ ...before }), pages: undefined }),
                replace,
              })
            }
          />
        </div>
      </Group>
      <ListFrame
        list={list}
        empty={
          !isFiltered ? (
            <EmptyPanel
              icon={<IconBell size={36} />}
              title={t('noneTitle')}
              text={lastAt === null ? t('neverText') : t('noneText', { when: ago(lastAt) })}
            />
          ) : (
            <NoMatch title={t('noMatchTitle')} onClear={() => void navigate({ search: { status }, replace: true })} />
          )
        }
      >
        <Group gap="sm" px="md" py={6}>
          <Text size="sm" c="dimmed" role="status">
            {t('count', { count: list.total, formatted: exact(list.total) })}
          </Text>
          <FreshRows count={fresh} onShow={showFresh} />
          <span style={{ flex: 1 }} />
          <ExportMenu type="alerts" filters={filters} rows={{ total: list.total }} />
        </Group>
        {items.map((alert, index) => (
          <AlertRow key={alert.id} alert={alert} isCurrent={index === cursor} />
        ))}
      </ListFrame>
    </>
  );
}
