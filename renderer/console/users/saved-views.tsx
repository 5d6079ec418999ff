import { ActionIcon, Chip, Group } from '@mantine/core';
import { IconBookmark, IconTrash, IconUsers } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import type { List } from '../../../gateway/contract/common.ts';
import type { View } from '../../../gateway/contract/views.ts';
import { useChange } from '../api/use-change.ts';
import { parseSearch, stringifySearch } from '../search-params.ts';
import { useSession } from '../session/use-session.tsx';
import { parseUsersSearch, type UsersSearch } from './users-search.ts';
import { ViewForm } from './view-form.tsx';

interface SavedViewsProps {
  search: UsersSearch;
  /** Whether the filters are one of the views that everybody has. */
  isKnown: boolean;
  onApply(search: UsersSearch): void;
}

/** The operator's own views and those that are shared, as chips, and the way to keep, change and remove one. */
export function SavedViews({ search, isKnown, onApply }: SavedViewsProps) {
  const { t } = useTranslation('users');
  const session = useSession();
  const views = useQuery({
    queryKey: ['views', 'users'],
    queryFn: ({ signal }) => session.call<List<View>>('/api/admin/views', { query: { list: 'users' }, signal }),
  });
  const change = useChange(['views', 'audit']);
  const now = textOf(search);
  const items = (views.data?.items ?? []).toSorted((a, b) => Number(a.shared) - Number(b.shared));
  const current = items.find((view) => textOf(searchOf(view)) === now);
  const remove = ({ id, name, search: filters, shared }: View) =>
    change.mutate({
      path: `/api/admin/views/${id}`,
      call: { method: 'DELETE' },
      expects: { in: ['views'], id, fields: null },
      done: t('saved.removed', { name }),
      undo: shared
        ? { path: `/api/admin/views/${id}/restore`, call: { method: 'POST', body: { name, search: filters } } }
        : {
            path: '/api/admin/views',
            call: { method: 'POST', body: { list: 'users', name, search: filters, shared } },
          },
    });

  return (
    <>
      <Chip.Group
        value={current?.id ?? ''}
        onChange={(id) => {
          const chosen = items.find((view) => view.id === id);
          if (chosen) onApply(searchOf(chosen));
        }}
      >
        {items.map((view) => (
          <Chip
            key={view.id}
            value={view.id}
            size="xs"
            variant="light"
            icon={<IconBookmark size={12} />}
            wrapperProps={{ title: view.shared ? sharedBy(view) : undefined }}
          >
            <Group component="span" gap={4} wrap="nowrap">
              {view.shared && <IconUsers size={12} aria-hidden />}
              {view.name}
            </Group>
          </Chip>
        ))}
      </Chip.Group>
      {current?.mayChange && (
        <>
          <ViewForm key={[current.id, current.name, current.shared].join()} view={current} search={now} />
          <ActionIcon
            variant="subtle"
            color="gray"
            aria-label={t('saved.remove', { name: current.name })}
            title={t('saved.remove', { name: current.name })}
            loading={change.isPending}
            onClick={() => remove(current)}
          >
            <IconTrash size={14} />
          </ActionIcon>
        </>
      )}
      {!current && !isKnown && now !== '' && <ViewForm search={now} />}
    </>
  );

  function sharedBy({ author }: View): string {
    return author ? t('saved.sharedBy', { name: author.name }) : t('saved.shared');
  }
}

function searchOf({ search }: View): UsersSearch {
  return parseUsersSearch(parseSearch(search));
}

/** The filters alone: whose drawer is open is no part of a view. */
function textOf({ user: _user, tab: _tab, only: _only, view: _view, pages: _pages, ...filters }: UsersSearch): string {
  return stringifySearch(filters).slice(1);
}
