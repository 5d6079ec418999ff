import { Group, Select } from '@mantine/core';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { usePages } from '../api/pages.ts';
import { oneOf } from '../search-params.ts';
import { EmptyPanel } from '../ui/empty-panel.tsx';
import { NoMatch } from '../ui/no-match.tsx';
import { ListFrame } from '../ui/table/list-frame.tsx';
import { RowCount } from '../ui/table/row-count.tsx';

/** A list about one user, and the one thing that its rows are narrowed to, which stands in the address. */
export interface UserListProps {
  userId: string;
  only: string | undefined;
  onOnly(only: string | undefined): void;
}

interface UserRowsProps<Value extends string> {
  list: ReturnType<typeof usePages<unknown>>;
  /** What the rows can be narrowed to: its name, its values and what each is called. */
  label: string;
  values: readonly Value[];
  labelOf(value: Value): string;
  only: Value | undefined;
  onOnly(only: string | undefined): void;
  /** Where there is nothing at all. */
  none: { icon: ReactNode; title: string; text?: string };
  /** What the rows come to. */
  sums?: ReactNode;
  /** Which columns of them are shown. */
  columnMenu?: ReactNode;
  /** All of them as a file. */
  file?: ReactNode;
  children: ReactNode;
}

/** Around each list about a user: how many rows there are, which of them, and a word where there are none. */
export function UserRows<Value extends string>(props: UserRowsProps<Value>) {
  const { list, label, values, labelOf, only, onOnly, none, sums, columnMenu, file, children } = props;
  const { t } = useTranslation('common');
  return (
    <ListFrame
      list={list}
      empty={only === undefined ? <EmptyPanel {...none} /> : <NoMatch onClear={() => onOnly(undefined)} />}
    >
      <Group gap="sm" px="md" py={6}>
        <RowCount list={list} />
        {sums}
        <span style={{ flex: 1 }} />
        <Select
          size="xs"
          w={170}
          clearable
          aria-label={label}
          placeholder={label}
          clearButtonProps={{ 'aria-label': t('clearFilters') }}
          data={values.map((value) => ({ value, label: labelOf(value) }))}
          value={only ?? null}
          onChange={(value) => onOnly(oneOf(value, values))}
        />
        {columnMenu}
        {file}
      </Group>
      {children}
    </ListFrame>
  );
}
