import { Checkbox, Group, Select } from '@mantine/core';
import { useTranslation } from 'react-i18next';

interface CardHeadProps {
  /** What the cards can be sorted by: the API's names, each with its heading. */
  sorts: readonly { readonly name: string; readonly header: string }[];
  sort: string | undefined;
  onSort?: ((sort: string) => void) | undefined;
  /** Whether all, some or none are selected; undefined where none can be. */
  selected: 'all' | 'some' | 'none' | undefined;
  onSelectAll(on: boolean): void;
}

/** What a table's headings do, for cards, which have none. */
export function CardHead({ sorts, sort, onSort, selected, onSelectAll }: CardHeadProps) {
  const { t } = useTranslation();
  if (selected === undefined && (!onSort || sorts.length === 0)) return null;
  return (
    <Group px="sm" pb="xs" gap="sm" justify="space-between">
      {onSort && sorts.length > 0 && (
        <Select
          size="xs"
          flex={1}
          maw={320}
          aria-label={t('sortBy')}
          value={sort ?? null}
          data={sorts.flatMap(({ name, header }) => [
            { value: `-${name}`, label: `${header}, ${t('descending')}` },
            { value: name, label: `${header}, ${t('ascending')}` },
          ])}
          onChange={(value) => value !== null && onSort(value)}
        />
      )}
      {selected && (
        <Checkbox
          size="xs"
          label={t('all')}
          labelPosition="left"
          checked={selected === 'all'}
          indeterminate={selected === 'some'}
          onChange={({ currentTarget }) => onSelectAll(currentTarget.checked)}
        />
      )}
    </Group>
  );
}
