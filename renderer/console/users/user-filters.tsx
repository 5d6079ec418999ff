import { Chip, CloseButton, Group, MultiSelect, TextInput } from '@mantine/core';
import { useDebouncedCallback } from '@mantine/hooks';
import { IconSearch } from '@tabler/icons-react';
import { useEffect, useMemo, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useDepartments, usePlans } from '../api/plans.ts';
import { useShortcuts } from '../frame/shortcuts.ts';
import { SavedViews } from './saved-views.tsx';
import css from './user-filters.module.css';
import { LEVELS, STATUSES, type UsersSearch } from './users-search.ts';

interface UserFiltersProps {
  search: UsersSearch;
  onChange(changes: Partial<UsersSearch>): void;
  /** All filters at once. */
  onReplace(search: UsersSearch): void;
}

/** Views that everybody needs, by the filters that they are. */
const VIEWS: Record<string, Pick<UsersSearch, 'status' | 'usageLevel'>> = {
  all: {},
  nearLimit: { usageLevel: ['high', 'critical', 'exhausted'] },
  waiting: { status: ['pending'] },
  suspended: { status: ['suspended', 'blocked'] },
};

export function UserFilters({ search, onChange, onReplace }: UserFiltersProps) {
  const { t } = useTranslation(['users', 'common', 'frame']);
  const plans = usePlans().data?.items ?? [];
  const departments = useDepartments().data?.items ?? [];
  const view = Object.entries(VIEWS).find(
    ([, { status, usageLevel }]) => same(status, search.status) && same(usageLevel, search.usageLevel),
  )?.[0];

  const { user: _user, tab: _tab, view: _page, status: _status, usageLevel: _level, sort: _sort, ...others } = search;
  // A view stands for all filters; the order stays.
  const sorted = search.sort === undefined ? {} : { sort: search.sort };
  const isKnown = view !== undefined && Object.keys(others).length === 0;

  return (
    <div className={css.filters}>
      <Chip.Group value={isKnown ? view : ''} onChange={(name) => onReplace({ ...sorted, ...VIEWS[String(name)] })}>
        <Group gap={6}>
          {(['all', 'nearLimit', 'waiting', 'suspended'] as const).map((name) => (
            <Chip key={name} value={name} size="xs" variant="light">
              {t(`views.${name}`)}
            </Chip>
          ))}
          <SavedViews search={search} isKnown={isKnown} onApply={onReplace} />
        </Group>
      </Chip.Group>
      <Group gap="xs" className={css.row}>
        <SearchField value={search.search ?? ''} onChange={(text) => onChange({ search: text } as UsersSearch)} />
        <Filter
          label={t('status')}
          value={search.status}
          data={STATUSES.map((value) => ({ value, label: t(`statuses.${value}`) }))}
          onChange={(status) => onChange({ status } as UsersSearch)}
        />
        <Filter
          label={t('level')}
          value={search.usageLevel}
          data={LEVELS.map((value) => ({ value, label: t(`levels.${value}`) }))}
          onChange={(usageLevel) => onChange({ usageLevel } as UsersSearch)}
        />
        <Filter
          label={t('plan')}
          value={search.plan}
          data={plans.map(({ id, name }) => ({ value: id, label: name }))}
          onChange={(plan) => onChange({ plan } as UsersSearch)}
        />
        <Filter
          label={t('department')}
          value={search.department}
          data={departments.filter(({ id }) => id !== 'team').map(({ id, name }) => ({ value: id, label: name }))}
          onChange={(department) => onChange({ department } as UsersSearch)}
        />
      </Group>
    </div>
  );
}

const TYPING_MS = 250;

function SearchField({ value, onChange }: { value: string; onChange(text: string | undefined): void }) {
  const { t } = useTranslation(['users', 'common', 'frame']);
  const [text, setText] = useState(value);
  const field = useRef<HTMLInputElement>(null);
  const tell = useDebouncedCallback(
    (next: string) => onChange(next.trim() === '' ? undefined : next.trim()),
    TYPING_MS,
  );
  useEffect(() => setText(value), [value]);
  const shortcuts = useMemo(
    () => [
      {
        keys: '/',
        label: t('frame:shortcutNames.search'),
        group: t('frame:screens.users'),
        isOnlyKeys: true,
        run: () => field.current?.focus(),
      },
    ],
    [t],
  );
  useShortcuts(shortcuts);
  const type = (next: string) => {
    setText(next);
    tell(next);
  };
  return (
    <TextInput
      ref={field}
      className={css.search}
      value={text}
      onChange={({ currentTarget }) => type(currentTarget.value)}
      placeholder={t('searchHint')}
      aria-label={t('common:search')}
      leftSection={<IconSearch size={15} />}
      rightSection={text !== '' && <CloseButton size="sm" aria-label={t('common:clear')} onClick={() => type('')} />}
    />
  );
}

interface FilterProps<T extends string> {
  label: string;
  value: readonly T[] | undefined;
  data: readonly { value: T; label: string }[];
  onChange(value: T[] | undefined): void;
}

function Filter<T extends string>({ label, value = [], data, onChange }: FilterProps<T>) {
  return (
    <MultiSelect
      className={css.filter}
      aria-label={label}
      placeholder={value.length === 0 ? label : ''}
      value={[...value]}
      data={[...data]}
      clearable
      searchable={data.length > 8}
      onChange={(chosen) => onChange(chosen.length === 0 ? undefined : (chosen as T[]))}
    />
  );
}

function same(left: readonly string[] = [], right: readonly string[] = []): boolean {
  return left.length === right.length && left.every((item) => right.includes(item));
}
