import { Box } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { FilterField } from './filter-field.tsx';

/** From here on a list is searched rather than read. */
const FEW = 8;

interface ListFilterProps {
  /** How many rows there are to look through. */
  count: number;
  value: string | undefined;
  onChange(text: string | undefined): void;
  /** What the list is called where a screen has two: `/` leads to the other one. */
  secondList?: string | undefined;
}

/** Finds something in a list of cards, once it is too long to read. */
export function ListFilter({ count, value, onChange, secondList }: ListFilterProps) {
  const { t } = useTranslation();
  const isOfUse = count > FEW || value !== undefined;
  const [wasOfUse, setWasOfUse] = useState(isOfUse);
  // It stays under the fingers of whoever empties it while the rows that it had hidden are on their way.
  if (isOfUse && !wasOfUse) setWasOfUse(true);
  if (!isOfUse && !wasOfUse) return null;
  return (
    <Box mb="sm">
      <FilterField
        label={secondList === undefined ? t('filter') : t('filterOf', { list: secondList })}
        hasKey={secondList === undefined}
        value={value}
        onChange={onChange}
      />
    </Box>
  );
}

/** Whether one of the texts has what is searched for; whatever the case. */
export function hasText(search: string | undefined, texts: readonly string[]): boolean {
  if (search === undefined) return true;
  const text = search.toLocaleLowerCase();
  return texts.some((one) => one.toLocaleLowerCase().includes(text));
}
