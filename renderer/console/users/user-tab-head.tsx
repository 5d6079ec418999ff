import { Group, Select, Text } from '@mantine/core';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { useFormat } from '../format/use-format.ts';
import { oneOf } from '../search-params.ts';

/** A list about one user, and the one thing that its rows are narrowed to, which stands in the address. */
export interface UserListProps {
  userId: string;
  only: string | undefined;
  onOnly(only: string | undefined): void;
}

interface TabHeadProps<Value extends string> {
  list: { readonly total: number; readonly totalIsMore: boolean };
  /** What the rows can be narrowed to: its name, its values and what each is called. */
  label: string;
  values: readonly Value[];
  labelOf(value: Value): string;
  only: Value | undefined;
  onOnly(only: string | undefined): void;
  /** What the rows come to. */
  sums?: ReactNode;
  /** All of them as a file. */
  children?: ReactNode;
}

/** Above each list about a user: how many rows there are, and which of them. */
export function TabHead<Value extends string>(props: TabHeadProps<Value>) {
  const { list, label, values, labelOf, only, onOnly, sums, children } = props;
  const { t } = useTranslation('common');
  const { exact } = useFormat();
  const { total, totalIsMore } = list;
  return (
    <Group gap="sm" px="md" py={6}>
      <Text size="sm" c="dimmed" role="status">
        {totalIsMore ? t('moreThan', { total: exact(total) }) : t('entries', { count: total, formatted: exact(total) })}
      </Text>
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
      {children}
    </Group>
  );
}
