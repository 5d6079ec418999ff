import { Box } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { FilterField } from './filter-field.tsx';

/** From here on a list is searched rather than read. */
const FEW = 8;

interface ListFilterProps {
  /** How many rows there are to look through. */
  count: number;
  value: string | undefined;
  onChange(text: string | undefined): void;
}

/** Finds something in a list of cards, once it is too long to read. */
export function ListFilter({ count, value, onChange }: ListFilterProps) {
  const { t } = useTranslation();
  if (count <= FEW && value === undefined) return null;
  return (
    <Box mb="sm">
      <FilterField label={t('filter')} value={value} onChange={onChange} />
    </Box>
  );
}

/** Whether one of the texts has what is searched for; whatever the case. */
export function hasText(search: string | undefined, texts: readonly string[]): boolean {
  if (search === undefined) return true;
  const text = search.toLocaleLowerCase();
  return texts.some((one) => one.toLocaleLowerCase().includes(text));
}
