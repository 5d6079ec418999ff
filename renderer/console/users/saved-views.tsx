import { ActionIcon, Button, Chip, Group, Popover, TextInput } from '@mantine/core';
import { IconBookmark, IconTrash } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { LONGEST } from '../../../gateway/contract/bounds.ts';
import type { List } from '../../../gateway/contract/common.ts';
import type { View } from '../../../gateway/contract/views.ts';
import { useChange } from '../api/use-change.ts';
import { DraftNote } from '../drafts/draft-note.tsx';
import { useDraft } from '../drafts/use-draft.ts';
import { parseSearch, stringifySearch } from '../search-params.ts';
import { useSession } from '../session/use-session.tsx';
import { atItsField } from '../ui/form.ts';
import { words } from '../ui/rules.ts';
import { useForm } from '../ui/use-form.ts';
import { parseUsersSearch, type UsersSearch } from './users-search.ts';

interface SavedViewsProps {
  search: UsersSearch;
  /** Whether the filters are one of the views that everybody has. */
  isKnown: boolean;
  onApply(search: UsersSearch): void;
}

/** The operator's own views, as chips, and the way to keep and remove one. */
export function SavedViews({ search, isKnown, onApply }: SavedViewsProps) {
  const { t } = useTranslation(['users', 'common']);
  const session = useSession();
  const views = useQuery({
    queryKey: ['views', 'users'],
    queryFn: ({ signal }) => session.call<List<View>>('/api/admin/views', { query: { list: 'users' }, signal }),
  });
  const change = useChange(['views']);
  const now = textOf(search);
  const items = views.data?.items ?? [];
  const current = items.find((view) => view.search === now);
  const remove = (view: View) =>
    change.mutate({
      path: `/api/admin/views/${view.id}`,
      call: { method: 'DELETE' },
      expects: { in: ['views'], id: view.id, fields: null },
      done: t('saved.removed', { name: view.name }),
      undo: { path: '/api/admin/views', call: { method: 'POST', body: inputOf(view.name, view.search) } },
    });

  return (
    <>
      <Chip.Group
        value={current?.id ?? ''}
        onChange={(id) => {
          const chosen = items.find((view) => view.id === id);
          if (chosen) onApply(parseUsersSearch(parseSearch(chosen.search)));
        }}
      >
        {items.map((view) => (
          <Chip key={view.id} value={view.id} size="xs" variant="light" icon={<IconBookmark size={12} />}>
            {view.name}
          </Chip>
        ))}
      </Chip.Group>
      {current && (
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
      )}
      {!current && !isKnown && now !== '' && <SaveView search={now} />}
    </>
  );
}

function SaveView({ search }: { search: string }) {
  const { t } = useTranslation(['users', 'common']);
  const [open, setOpen] = useState(false);
  const form = useForm({
    initialValues: { name: '' },
    validate: { name: words(LONGEST.viewName, () => t('saved.nameNeeded')) },
  });
  const draft = useDraft('view/users', form);
  const change = useChange(['views'], atItsField(form));
  const submit = form.onSubmit(({ name }) =>
    change.mutate({
      path: '/api/admin/views',
      call: { method: 'POST', body: inputOf(name.trim(), search) },
      done: t('saved.done', { name: name.trim() }),
      onDone() {
        draft.drop();
        form.reset();
        setOpen(false);
      },
    }),
  );
  return (
    <Popover opened={open} onChange={setOpen} position="bottom-start" trapFocus withArrow>
      <Popover.Target>
        <Button
          size="compact-xs"
          variant="subtle"
          leftSection={<IconBookmark size={12} />}
          onClick={() => setOpen((before) => !before)}
        >
          {t('saved.keep')}
        </Button>
      </Popover.Target>
      <Popover.Dropdown>
        <form onSubmit={submit} noValidate>
          <DraftNote draft={draft} />
          <Group gap="xs" align="flex-end">
            <TextInput label={t('saved.name')} data-autofocus {...form.getInputProps('name')} />
            <Button type="submit">{t('common:save')}</Button>
          </Group>
        </form>
      </Popover.Dropdown>
    </Popover>
  );
}

/** The filters alone: whose drawer is open is no part of a view. */
function textOf({ user: _user, tab: _tab, only: _only, view: _view, pages: _pages, ...filters }: UsersSearch): string {
  return stringifySearch(filters).slice(1);
}

function inputOf(name: string, search: string) {
  return { list: 'users' as const, name, search };
}
