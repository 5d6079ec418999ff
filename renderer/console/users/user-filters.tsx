import { Chip, Group } from '@mantine/core';
import type { ComponentProps } from 'react';
import { useTranslation } from 'react-i18next';
import { SearchBox } from '../ui/search/search-box.tsx';
import { SavedViews } from './saved-views.tsx';
import { useUserFields } from './use-user-fields.ts';
import css from './user-filters.module.css';
import type { UsersSearch } from './users-search.ts';

interface UserFiltersProps {
  search: UsersSearch;
  onChange: ComponentProps<typeof SearchBox>['onChange'];
  /** All filters at once. */
  onReplace(search: UsersSearch): void;
}

/** Views that everybody needs, by the filters that they are. */
const VIEWS: Record<string, Pick<UsersSearch, 'status' | 'usageLevel' | 'lastSeen'>> = {
  all: {},
  nearLimit: { usageLevel: ['high', 'critical', 'exhausted'] },
  idle: { lastSeen: ['>30d'] },
  waiting: { status: ['pending'] },
  suspended: { status: ['suspended', 'blocked'] },
};

export function UserFilters({ search, onChange, onReplace }: UserFiltersProps) {
  const { t } = useTranslation(['users', 'frame']);
  const fields = useUserFields();
  const view = Object.entries(VIEWS).find(
    ([, { status, usageLevel, lastSeen }]) =>
      same(status, search.status) && same(usageLevel, search.usageLevel) && same(lastSeen, search.lastSeen),
  )?.[0];

  const {
    user: _user,
    tab: _tab,
    only: _only,
    pages: _pages,
    view: _page,
    sort: _sort,
    status: _status,
    usageLevel: _level,
    lastSeen: _seen,
    ...others
  } = search;
  // A view stands for all filters; the order stays.
  const sorted = search.sort === undefined ? {} : { sort: search.sort };
  const isKnown = view !== undefined && Object.keys(others).length === 0;

  return (
    <div className={css.filters}>
      <Chip.Group value={isKnown ? view : ''} onChange={(name) => onReplace({ ...sorted, ...VIEWS[String(name)] })}>
        <Group gap={6}>
          {(['all', 'nearLimit', 'idle', 'waiting', 'suspended'] as const).map((name) => (
            <Chip key={name} value={name} size="xs" variant="light">
              {t(`views.${name}`)}
            </Chip>
          ))}
          <SavedViews search={search} isKnown={isKnown} onApply={onReplace} />
        </Group>
      </Chip.Group>
      <SearchBox
        list="users"
        fields={fields}
        params={search}
        placeholder={t('searchHint')}
        group={t('frame:screens.users')}
        onChange={onChange}
      />
    </div>
  );
}

function same(left: readonly string[] = [], right: readonly string[] = []): boolean {
  return left.length === right.length && left.every((item) => right.includes(item));
}
