import { Group } from '@mantine/core';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { SearchField } from '../ui/search/fields.ts';
import { SearchBox } from '../ui/search/search-box.tsx';
import css from './activity-bar.module.css';
import type { ActivityPartProps } from './activity-screen.tsx';
import { type Part, parseActivitySearch } from './activity-search.ts';

interface ActivityBarProps extends Pick<ActivityPartProps, 'search' | 'onFilter'> {
  part: Part;
  fields: readonly SearchField[];
  /** Null where the part is not searched for words. */
  textParam?: 'search' | null;
  placeholder: string;
  /** What stands beside the box. */
  children?: ReactNode;
}

/** How a part of the activity is filtered: the box, and days and exports beside it. */
export function ActivityBar({
  part,
  search,
  fields,
  textParam = 'search',
  placeholder,
  children,
  onFilter,
}: ActivityBarProps) {
  const { t } = useTranslation('frame');
  return (
    <Group className={css.bar} gap="xs" align="flex-start" mb="xs">
      <div className={css.box}>
        <SearchBox
          // Each part has a text of its own.
          key={part}
          list={`activity.${part}`}
          fields={fields}
          params={search}
          textParam={textParam}
          placeholder={placeholder}
          group={t('screens.activity')}
          onChange={(change, { replace }) =>
            onFilter(
              (before) => parseActivitySearch({ ...before, ...change({ ...before }), pages: undefined }),
              replace,
            )
          }
        />
      </div>
      {children}
    </Group>
  );
}
