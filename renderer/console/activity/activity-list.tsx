import { Group } from '@mantine/core';
import { type ReactNode, useMemo } from 'react';
import type { usePages } from '../api/pages.ts';
import { ColumnMenu, hideableOf } from '../ui/table/column-menu.tsx';
import { FreshRows } from '../ui/table/fresh-rows.tsx';
import { ListFrame } from '../ui/table/list-frame.tsx';
import { type ListColumn, ListTable, type ListTableProps } from '../ui/table/list-table.tsx';
import { RowCount } from '../ui/table/row-count.tsx';
import type { Columns } from '../ui/table/use-columns.ts';
import { useListKeys } from '../ui/table/use-list-keys.ts';
import { useSteadyRows } from '../ui/table/use-steady-rows.ts';
import { useSteps } from '../ui/table/use-steps.ts';
import { StepsContext } from './detail-drawer.tsx';
import { NothingFound } from './nothing-found.tsx';

interface ActivityListProps<Item extends { id: string }>
  extends Pick<ListTableProps<Item>, 'columns' | 'caption' | 'nameOf' | 'openId'> {
  list: ReturnType<typeof usePages<Item>>;
  /** What was asked for, unset filters included. */
  filters: Readonly<Record<string, unknown>>;
  /** Ids of columns with figures. */
  numbers?: readonly string[];
  /** What the rows of all pages come to. */
  sums?: ReactNode;
  /** Why rows may be missing. */
  note?: ReactNode;
  /** Title and text when nothing has happened at all. */
  nothing: readonly [title: string, text: string];
  onOpen(id: string): void;
  onClear(): void;
  /** Its name among the tables whose columns are chosen, and which of them are. */
  table: string;
  shown: Columns;
  /** The column that a row is called by: it is what the keyboard opens the row with. */
  opensBy: string;
  /** The drawer of the row that is open. */
  children: ReactNode;
}

/** One list of the activity: live without jumping, walked by keyboard, with a word for whatever is missing. */
export function ActivityList<Item extends { id: string }>(props: ActivityListProps<Item>) {
  const {
    list,
    filters,
    columns,
    caption,
    nameOf,
    openId,
    numbers = [],
    sums,
    note,
    nothing,
    onOpen,
    onClear,
    opensBy,
    table,
    shown,
  } = props;
  const { rows, fresh, showFresh } = useSteadyRows(list, filters);
  const cursor = useListKeys({ items: rows, group: caption, onOpen: ({ id }) => onOpen(id) });
  const steps = useSteps({ items: rows, openId, group: caption, onOpen });
  const about = useMemo(() => {
    const ids = columns.map(({ id }) => String(id));
    return Object.fromEntries(
      ids.map((id): [string, ListColumn] => [id, aboutOf(numbers.includes(id), id === opensBy)]),
    );
  }, [columns, numbers, opensBy]);
  const isFiltered = Object.values(filters).some((value) => value !== undefined);
  const [title, text] = nothing;
  return (
    <>
      <ListFrame
        list={list}
        empty={
          <>
            <NothingFound isFiltered={isFiltered} title={title} text={text} onClear={onClear} />
            {note}
          </>
        }
      >
        <Group gap="sm" px="md" py={6}>
          <RowCount list={list} />
          {sums}
          <FreshRows count={fresh} onShow={showFresh} />
          <span style={{ flex: 1 }} />
          <ColumnMenu table={table} columns={hideableOf(columns, opensBy)} shown={shown} />
        </Group>
        {note}
        <ListTable
          caption={caption}
          items={rows}
          columns={columns}
          about={about}
          nameOf={nameOf}
          onOpen={({ id }) => onOpen(id)}
          openId={openId}
          cursor={cursor}
          opensBy={opensBy}
          shown={shown}
        />
      </ListFrame>
      <StepsContext value={steps}>{props.children}</StepsContext>
    </>
  );
}

/** The activity is ordered by time alone. */
function aboutOf(isNumber: boolean, isTitle: boolean): ListColumn {
  return { sort: null, isNumber, isTitle };
}
