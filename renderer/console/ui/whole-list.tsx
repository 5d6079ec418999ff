import { Paper } from '@mantine/core';
import type { ReactNode } from 'react';
import { hasText, ListFilter } from './list-filter.tsx';
import { NoMatch } from './no-match.tsx';

interface WholeListProps<Item> {
  items: readonly Item[];
  /** What a row is found by: what people read in it. */
  textsOf(item: Item): readonly string[];
  search: string | undefined;
  /** Undefined shows all. */
  onSearch(text: string | undefined): void;
  /** Inside of something that has a border. */
  isBare?: boolean;
  /** See `ListFilter`. */
  secondList?: string | undefined;
  /** What is no row, above them. */
  lead?: ReactNode;
  /** Instead of the rows where there are none at all. */
  none: ReactNode;
  /** The rows that were found; at least one. */
  children(found: readonly Item[]): ReactNode;
}

/** A list that came in one piece: searched here, with a word where it has nothing or nothing of it matches. */
export function WholeList<Item>(props: WholeListProps<Item>) {
  const { items, textsOf, search, onSearch, isBare = false, secondList, lead, none, children } = props;
  const found = items.filter((item) => hasText(search, textsOf(item)));
  return (
    <>
      <ListFilter count={items.length} value={search} onChange={onSearch} secondList={secondList} />
      {lead}
      {found.length > 0 ? (
        children(found)
      ) : search === undefined ? (
        none
      ) : (
        <Paper withBorder={!isBare}>
          <NoMatch onClear={() => onSearch(undefined)} />
        </Paper>
      )}
    </>
  );
}
