import { Button, Group, Text } from '@mantine/core';
import { IconUpload, IconUserQuestion, IconUsers } from '@tabler/icons-react';
import { getRouteApi } from '@tanstack/react-router';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { User } from '../../../gateway/contract/users.ts';
import { usePages } from '../api/pages.ts';
import { usePlanNames } from '../api/plans.ts';
import { useFormat } from '../format/use-format.ts';
import { useMay } from '../session/use-session.tsx';
import { ConnectButton } from '../setup/connect-button.tsx';
import { EmptyPanel } from '../ui/empty-panel.tsx';
import { ExportMenu } from '../ui/export-menu.tsx';
import { NoMatch } from '../ui/no-match.tsx';
import { ColumnMenu } from '../ui/table/column-menu.tsx';
import { FreshRows } from '../ui/table/fresh-rows.tsx';
import { ListFrame } from '../ui/table/list-frame.tsx';
import { ListTable } from '../ui/table/list-table.tsx';
import { useColumns } from '../ui/table/use-columns.ts';
import { useListKeys } from '../ui/table/use-list-keys.ts';
import { useSteadyRows } from '../ui/table/use-steady-rows.ts';
import { useSteps } from '../ui/table/use-steps.ts';
import { BulkBar } from './bulk-bar.tsx';
import { ImportModal } from './import-modal.tsx';
import { nameOf } from './name-of.ts';
import { ABOUT_USERS, EXTRAS, exportedUserColumns, HIDEABLE, useUserColumns } from './user-columns.tsx';
import { UserDrawer, UserPage } from './user-drawer.tsx';
import { UserFilters } from './user-filters.tsx';
import { parseUsersSearch, type UsersSearch, type UserTab } from './users-search.ts';

const route = getRouteApi('/users');
const DEFAULT_SORT = '-usagePercent';

/** Who uses how much, and who is about to be stopped. */
export function UsersScreen() {
  const { t } = useTranslation(['users', 'common']);
  const { exact } = useFormat();
  const may = useMay();
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const { user: openId, tab, only, view, pages: _pages, ...filters } = search;
  const sort = filters.sort ?? DEFAULT_SORT;
  const list = usePages<User>(['user', 'list'], '/api/admin/users', { ...filters, sort }, true);
  const columns = useUserColumns(usePlanNames());
  const shown = useColumns('users', EXTRAS);
  const [selection, setSelection] = useState<Record<string, boolean>>({});
  const [isImporting, setImporting] = useState(false);

  const change = (changes: { [Name in keyof UsersSearch]?: UsersSearch[Name] | undefined }) =>
    void navigate({ search: (before) => ({ ...before, ...changes }) as UsersSearch, replace: true });
  const open = (id: string | undefined) =>
    void navigate({ search: ({ tab: _tab, only: _only, view: _view, ...before }) => ({ ...before, user: id }) });
  const { sort: _sort, ...withoutSort } = filters;
  const isFiltered = Object.keys(filters).some((name) => name !== 'sort');
  const { rows: items, fresh, showFresh } = useSteadyRows(list, { ...filters, sort });
  const toggle = (user: User) => setSelection((before) => ({ ...before, [user.id]: !before[user.id] }));
  const cursor = useListKeys({
    items,
    group: t('list'),
    onOpen: (user) => open(user.id),
    onSelect: may('admin') ? toggle : undefined,
  });
  const steps = useSteps({ items, openId, group: t('list'), onOpen: (id) => change({ user: id }) });
  const details = {
    tab,
    onTab: (next: UserTab) => void navigate({ search: ({ only: _only, ...before }) => ({ ...before, tab: next }) }),
    only,
    onOnly: (next: string | undefined) =>
      void navigate({ search: (before) => ({ ...before, only: next }) as UsersSearch, replace: true }),
    onClose: () => open(undefined),
    steps,
  };
  if (openId !== undefined && view === 'page') return <UserPage id={openId} {...details} />;

  const importButton = may('admin') && (
    <Button variant="default" size="xs" leftSection={<IconUpload size={14} />} onClick={() => setImporting(true)}>
      {t('import.open')}
    </Button>
  );

  return (
    <>
      <UserFilters
        search={search}
        onChange={(changed, { replace }) =>
          void navigate({
            search: (before) => parseUsersSearch({ ...before, ...changed({ ...before }), pages: undefined }),
            replace,
          })
        }
        onReplace={(next) => void navigate({ search: next, replace: true })}
      />
      <ListFrame
        list={list}
        empty={
          isFiltered ? (
            <NoMatch
              icon={<IconUserQuestion size={36} />}
              title={t('noMatchTitle')}
              text={t('noMatchText')}
              onClear={() => void navigate({ search: {}, replace: true })}
            />
          ) : (
            <EmptyPanel
              icon={<IconUsers size={36} />}
              title={t('firstTitle')}
              text={t('firstText')}
              action={
                <Group>
                  {may('admin') && <ConnectButton />}
                  {importButton}
                </Group>
              }
            />
          )
        }
      >
        <Group gap="sm" px="md" py={6}>
          <Text size="sm" c="dimmed" role="status">
            {t('common:users', { count: list.total, formatted: exact(list.total) })}
          </Text>
          <FreshRows count={fresh} onShow={showFresh} />
          <span style={{ flex: 1 }} />
          {importButton}
          <ColumnMenu
            table="users"
            columns={HIDEABLE.map((id) => ({ id, header: t(`columns.${id}`) }))}
            shown={shown}
          />
          <ExportMenu
            type="users"
            filters={{ ...filters, sort }}
            rows={{ total: list.total }}
            columns={exportedUserColumns(shown.unwanted)}
          />
        </Group>
        <ListTable
          caption={t('list')}
          items={items}
          columns={columns}
          about={ABOUT_USERS}
          nameOf={nameOf}
          sort={sort}
          onSort={(next) => change({ sort: next, pages: undefined })}
          onOpen={(user) => open(user.id)}
          openId={openId}
          cursor={cursor}
          shown={shown}
          {...(may('admin') ? { selection, onSelect: setSelection } : {})}
        />
      </ListFrame>
      <BulkBar
        ids={Object.keys(selection).filter((id) => selection[id])}
        total={list.total}
        filter={withoutSort}
        onClear={() => setSelection({})}
      />
      {isImporting && <ImportModal onClose={() => setImporting(false)} />}
      <UserDrawer id={openId} {...details} />
    </>
  );
}
