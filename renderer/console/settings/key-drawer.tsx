import { Code, SegmentedControl, Select, Switch, TagsInput, Text, TextInput } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { LONGEST, MOST_OF, PATTERNS, RANGES } from '../../../gateway/contract/bounds.ts';
import type { Key } from '../../../gateway/contract/keys.ts';
import { useDraft } from '../drafts/use-draft.ts';
import { atItsField } from '../ui/form.ts';
import { FormDrawer } from '../ui/form-drawer.tsx';
import { LimitField } from '../ui/limit-field.tsx';
import { MissingDrawer } from '../ui/missing-drawer.tsx';
import { Removal } from '../ui/removal.tsx';
import { formed, listed, ruleWords, within, words } from '../ui/rules.ts';
import { useForm } from '../ui/use-form.ts';
import { useSave } from '../ui/use-save.ts';
import { KeySecret } from './key-secret.tsx';
import { LibrechatSnippet } from './librechat-snippet.tsx';
import { useFoundUsers } from './use-found-users.ts';

interface KeyDrawerProps {
  item: Key | undefined;
  isNew: boolean;
  onClose(): void;
}

interface Values extends Record<string, unknown> {
  kind: Key['kind'];
  name: string;
  userId: string | null;
  ownHeaders: boolean;
  email: string[];
  id: string[];
  nameHeaders: string[];
  newUsersPerHour: number | null | undefined;
  unnamedUserId: string | null;
}

const STALE = ['keys', 'audit'];

/** The input of what the API calls `headers.name.0`. */
function fieldOf(path: string): string {
  const [first = path, second] = path.split('.');
  if (first !== 'headers' || second === undefined) return first;
  return second === 'name' ? 'nameHeaders' : second;
}

const headerName = formed(PATTERNS.headerName, () => ruleWords('header_name'), LONGEST.headerName);

/** A key's form; a new key's secret is shown once, with what LibreChat needs of it. */
export function KeyDrawer({ item, isNew, onClose }: KeyDrawerProps) {
  const { t } = useTranslation(['settings', 'common']);
  const [secret, setSecret] = useState<string | null>(null);
  const headerNames = (names: string[], { kind, ownHeaders }: Values) =>
    kind === 'service' && ownHeaders ? listed(MOST_OF.headerNames, headerName)(names) : null;
  const form = useForm<Values>({
    initialValues: {
      kind: item?.kind ?? 'service',
      name: item?.name ?? 'librechat',
      userId: item?.userId ?? null,
      ownHeaders: (item?.headers ?? null) !== null,
      email: item?.headers?.email ?? ['x-user-email'],
      id: item?.headers?.id ?? ['x-user-id'],
      nameHeaders: item?.headers?.name ?? ['x-user-name'],
      newUsersPerHour: item?.newUsersPerHour ?? null,
      unnamedUserId: item?.unnamedUserId ?? null,
    },
    validate: {
      name: words(LONGEST.name),
      userId: (user, { kind }) => (kind === 'personal' && user === null ? t('common:needed') : null),
      email: headerNames,
      id: headerNames,
      nameHeaders: headerNames,
      newUsersPerHour: (value, { kind }) =>
        kind === 'service' ? within(RANGES.newUsersPerHour, () => t('common:needed'))(value) : null,
    },
  });
  const draft = useDraft(`key/${item?.id ?? ''}`, form);
  const saving = useSave({
    draft,
    stale: STALE,
    onField: atItsField(form, fieldOf),
  });
  if (!item && !isNew) return <MissingDrawer onClose={onClose} />;
  if (secret !== null) return <KeySecret secret={secret} kind={form.values.kind} onClose={onClose} />;

  const submit = form.onSubmit(async (values) => {
    const isService = values.kind === 'service';
    const body = {
      name: values.name.trim(),
      ...(isService
        ? {
            headers: values.ownHeaders ? { email: values.email, id: values.id, name: values.nameHeaders } : null,
            newUsersPerHour: values.newUsersPerHour ?? null,
            unnamedUserId: values.unnamedUserId,
          }
        : {}),
    };
    if (item) {
      const answer = await saving.save({
        path: `/api/admin/keys/${item.id}`,
        call: { method: 'PUT', body },
        expects: { in: ['keys'], id: item.id, fields: { name: body.name } },
        done: t('common:saved'),
      });
      if (answer !== undefined) onClose();
      return;
    }
    const made = await saving.save<{ secret: string }>({
      path: '/api/admin/keys',
      call: { method: 'POST', body: { ...body, kind: values.kind, ...(isService ? {} : { userId: values.userId }) } },
    });
    if (made !== undefined) setSecret(made.secret);
  });
  const { kind, ownHeaders } = form.values;
  return (
    <FormDrawer
      title={item?.name ?? t('keys.add')}
      onClose={onClose}
      isDirty={() => !saving.isDone() && form.isDirty()}
      isEdit={!isNew}
      draft={draft}
      onSubmit={submit}
      busy={saving.busy}
      failure={saving.failure}
      submitLabel={item ? t('common:save') : t('keys.make')}
      readOnly={item !== undefined && item.revokedAt !== null}
      danger={
        item && (
          <Removal
            label={t('keys.revoke')}
            danger="keyRevoke"
            text={t('keys.revokeText', { name: item.name })}
            asksReason
            stale={STALE}
            save={(reason) => ({
              path: `/api/admin/keys/${item.id}`,
              call: { method: 'DELETE', query: { reason } },
              done: t('keys.revokedNow', { name: item.name }),
            })}
            onDone={onClose}
          />
        )
      }
    >
      {item ? (
        <Text size="sm" c="dimmed">
          <Code>{item.masked}</Code> {t(`keys.kinds.${item.kind}`)}
        </Text>
      ) : (
        <SegmentedControl
          aria-label={t('keys.kind')}
          data={(['service', 'personal'] as const).map((value) => ({ value, label: t(`keys.kinds.${value}`) }))}
          {...form.getInputProps('kind')}
        />
      )}
      <Text size="sm" c="dimmed">
        {t(`keys.kindHints.${kind}`)}
      </Text>
      <TextInput label={t('keys.name')} required data-autofocus={isNew || undefined} {...form.getInputProps('name')} />
      {kind === 'personal' && !item && <UserSelect label={t('keys.user')} {...form.getInputProps('userId')} />}
      {kind === 'service' && (
        <>
          <Switch
            label={t('keys.ownHeaders')}
            description={t('keys.ownHeadersHint')}
            {...form.getInputProps('ownHeaders', { type: 'checkbox' })}
          />
          {ownHeaders && (
            <>
              <TagsInput label={t('keys.emailHeaders')} {...form.getInputProps('email')} />
              <TagsInput label={t('keys.idHeaders')} {...form.getInputProps('id')} />
              <TagsInput label={t('keys.nameHeaders')} {...form.getInputProps('nameHeaders')} />
            </>
          )}
          <LimitField
            label={t('keys.newUsers')}
            description={t('keys.newUsersHint')}
            none={t('keys.asSet')}
            {...form.getInputProps('newUsersPerHour')}
          />
          <UserSelect
            label={t('keys.unnamed')}
            description={t('keys.unnamedHint')}
            clearable
            {...form.getInputProps('unnamedUserId')}
          />
          {item && <LibrechatSnippet secret={null} />}
        </>
      )}
    </FormDrawer>
  );
}

interface UserSelectProps {
  label: string;
  description?: string;
  clearable?: boolean;
  value?: string | null;
  onChange?(id: string | null): void;
  error?: React.ReactNode;
}

function UserSelect({ value = null, ...props }: UserSelectProps) {
  const { t } = useTranslation('settings');
  const { options, search, setSearch } = useFoundUsers(value);
  return (
    <Select
      {...props}
      value={value}
      data={options}
      searchable
      searchValue={search}
      onSearchChange={setSearch}
      // The gateway has searched already.
      filter={({ options: all }) => all}
      nothingFoundMessage={t('keys.noUser')}
      placeholder={t('keys.nobody')}
    />
  );
}
