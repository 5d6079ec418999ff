import { ActionIcon, Button, Popover, Stack, Switch, TextInput } from '@mantine/core';
import { IconBookmark, IconPencil } from '@tabler/icons-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { LONGEST } from '../../../gateway/contract/bounds.ts';
import type { View } from '../../../gateway/contract/views.ts';
import { useChange } from '../api/use-change.ts';
import { DraftNote } from '../drafts/draft-note.tsx';
import { useDraft } from '../drafts/use-draft.ts';
import { useMay, useOperatorId, useSessionState } from '../session/use-session.tsx';
import { atItsField } from '../ui/form.ts';
import { words } from '../ui/rules.ts';
import { useForm } from '../ui/use-form.ts';

interface ViewFormProps {
  /** The one that is changed; undefined makes a new one of the filters. */
  view?: View;
  /** The filters, as they stand in the address. */
  search: string;
}

/** What a view is called and who has it, behind a button. */
export function ViewForm({ view, search }: ViewFormProps) {
  const { t } = useTranslation(['users', 'common']);
  const [open, setOpen] = useState(false);
  const may = useMay();
  const operatorId = useOperatorId();
  const isSignedIn = useSessionState().kind === 'signed_in';
  const form = useForm({
    initialValues: { name: view?.name ?? '', shared: view?.shared ?? false },
    validate: { name: words(LONGEST.viewName, () => t('saved.nameNeeded')) },
  });
  const draft = useDraft(view ? `view/users/${view.id}` : 'view/users', form);
  const change = useChange(['views', 'audit'], atItsField(form));
  /** Only who made a shared view keeps it for themselves again. */
  const choosesWho = view?.shared ? view.author?.id === operatorId : may('admin');
  const submit = form.onSubmit(({ name: typed, shared }) => {
    const name = typed.trim();
    change.mutate({
      ...(view
        ? { path: `/api/admin/views/${view.id}`, call: { method: 'PUT', body: { name, shared } } }
        : { path: '/api/admin/views', call: { method: 'POST', body: { list: 'users', name, search, shared } } }),
      done: t('saved.done', { name }),
      onDone() {
        draft.drop();
        if (!view) form.reset();
        setOpen(false);
      },
    });
  });
  const toggle = () => setOpen((before) => !before);
  const label = view && t('saved.change', { name: view.name });
  return (
    <Popover
      opened={open}
      onChange={setOpen}
      // The sign-in over it is outside, too.
      closeOnClickOutside={isSignedIn}
      position="bottom-start"
      trapFocus
      withArrow
    >
      <Popover.Target>
        {view ? (
          <ActionIcon variant="subtle" color="gray" aria-label={label} title={label} onClick={toggle}>
            <IconPencil size={14} />
          </ActionIcon>
        ) : (
          <Button size="compact-xs" variant="subtle" leftSection={<IconBookmark size={12} />} onClick={toggle}>
            {t('saved.keep')}
          </Button>
        )}
      </Popover.Target>
      <Popover.Dropdown>
        <form onSubmit={submit} noValidate>
          <DraftNote draft={draft} />
          <Stack gap="sm" align="flex-start">
            <TextInput label={t('saved.name')} data-autofocus {...form.getInputProps('name')} />
            {choosesWho && <Switch label={t('saved.share')} {...form.getInputProps('shared', { type: 'checkbox' })} />}
            <Button type="submit" loading={change.isPending}>
              {t('common:save')}
            </Button>
          </Stack>
        </form>
      </Popover.Dropdown>
    </Popover>
  );
}
