import { Checkbox, Table, UnstyledButton } from '@mantine/core';
import { IconArrowDown, IconArrowUp } from '@tabler/icons-react';
import {
  columnVisibilityFeature,
  createColumnHelper,
  type RowData,
  rowSelectionFeature,
  tableFeatures,
  useTable,
} from '@tanstack/react-table';
import { type MouseEvent, type ReactNode, useEffect, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { CardHead } from './card-head.tsx';
import css from './list-table.module.css';
import { TableFrame } from './table-frame.tsx';
import type { Columns } from './use-columns.ts';

export const listFeatures = tableFeatures({ rowSelectionFeature, columnVisibilityFeature });

/** For a list's columns; make them outside of components. */
export function listColumns<Item extends RowData>() {
  return createColumnHelper<typeof listFeatures, Item>();
}

export interface ListColumn {
  /** The API's name to sort by; null where it cannot be sorted. */
  readonly sort: string | null;
  readonly isNumber?: boolean;
  /** What a card is called by: it stands first, and needs no label. */
  readonly isTitle?: boolean;
  /** As narrow as what is in it. */
  readonly isNarrow?: boolean;
  /** Takes a card's whole width, as a bar does. */
  readonly isWide?: boolean;
}

export interface ListTableProps<Item extends { id: string }> {
  items: readonly Item[];
  columns: ReturnType<ReturnType<typeof listColumns<Item>>['columns']>;
  /** What is known of each column beyond how it shows, by its id. */
  about: Readonly<Record<string, ListColumn>>;
  caption: string;
  nameOf(item: Item): string;
  sort?: string | undefined;
  onSort?(sort: string): void;
  onOpen?(item: Item): void;
  openId?: string | undefined;
  /** The row that the keyboard is on. */
  cursor?: number;
  /** Id of the column that a row is called by, which opens it by key and click; the first, unless another is named. */
  opensBy?: string;
  selection?: Readonly<Record<string, boolean>>;
  onSelect?(selection: Record<string, boolean>): void;
  shown: Columns;
}

/** A list as a table: sorted and filtered by the gateway, never here. Where it has no room each row is a card. */
export function ListTable<Item extends { id: string }>(props: ListTableProps<Item>) {
  const { items, columns, about, caption, selection, onSelect, shown, openId, cursor } = props;
  const { t } = useTranslation();
  const anchor = useRef<number | null>(null);
  const table = useTable({
    features: listFeatures,
    columns,
    data: items as Item[],
    getRowId: (item: Item) => item.id,
    state: {
      rowSelection: rowSelectionOf(selection),
      columnVisibility: Object.fromEntries(shown.hidden.map((id) => [id, false])),
    },
  });
  const rows = table.getRowModel().rows;

  /** With shift, everything from the last one that was touched. */
  const select = (index: number, event: MouseEvent<HTMLInputElement>) => {
    if (!selection || !onSelect) return;
    const on = event.currentTarget.checked;
    const from = event.shiftKey && anchor.current !== null ? anchor.current : index;
    const ids = rows.slice(Math.min(from, index), Math.max(from, index) + 1).map(({ id }) => id);
    anchor.current = index;
    onSelect({ ...selection, ...Object.fromEntries(ids.map((id) => [id, on])) });
  };
  const chosen = rows.filter(({ id }) => selection?.[id]).length;
  const body = useRef<HTMLTableSectionElement>(null);
  const opener = (index: number) => body.current?.rows[index]?.querySelector<HTMLElement>('[data-opens]');
  // The focus goes with the keyboard's row: it is seen, scrolled to and spoken, and comes back when a drawer closes.
  // biome-ignore lint/correctness/useExhaustiveDependencies: only when the keyboard moves
  useEffect(() => {
    if (cursor !== undefined && cursor >= 0) opener(cursor)?.focus();
  }, [cursor]);
  const open = (index: number, item: Item) => {
    opener(index)?.focus();
    props.onOpen?.(item);
  };

  const selectAll = (on: boolean) => onSelect?.(on ? Object.fromEntries(rows.map(({ id }) => [id, true])) : {});
  const sorts = table.getFlatHeaders().flatMap(({ column }) => {
    const name = about[column.id]?.sort ?? null;
    return name === null ? [] : [{ name, header: String(column.columnDef.header) }];
  });

  return (
    <>
      {shown.isCards && (
        <CardHead
          sorts={sorts}
          sort={props.sort}
          onSort={props.onSort}
          selected={onSelect && (chosen === 0 ? 'none' : chosen === rows.length ? 'all' : 'some')}
          onSelectAll={selectAll}
        />
      )}
      <TableFrame shown={shown} name={caption}>
        <Table className={css.table} aria-label={caption}>
          <Table.Thead className={css.head}>
            {table.getHeaderGroups().map((group) => (
              <Table.Tr key={group.id}>
                {onSelect && (
                  <Table.Th w={36}>
                    <Checkbox
                      size="xs"
                      aria-label={t('all')}
                      checked={rows.length > 0 && chosen === rows.length}
                      indeterminate={chosen > 0 && chosen < rows.length}
                      onChange={({ currentTarget }) => selectAll(currentTarget.checked)}
                    />
                  </Table.Th>
                )}
                {group.headers.map((header) => (
                  <HeaderCell key={header.id} column={about[header.column.id]} sort={props.sort} onSort={props.onSort}>
                    <table.FlexRender header={header} />
                  </HeaderCell>
                ))}
              </Table.Tr>
            ))}
          </Table.Thead>
          <Table.Tbody ref={body}>
            {rows.map((row, index) => (
              <Table.Tr
                key={row.id}
                className={css.row}
                data-open={row.id === openId || undefined}
                data-cursor={index === cursor || undefined}
                data-clickable={props.onOpen !== undefined || undefined}
                onClick={() => open(index, row.original)}
              >
                {onSelect && (
                  <Table.Td onClick={(event) => event.stopPropagation()}>
                    <Checkbox
                      size="xs"
                      aria-label={props.nameOf(row.original)}
                      checked={selection?.[row.id] ?? false}
                      onClick={(event) => select(index, event)}
                      onChange={() => undefined}
                    />
                  </Table.Td>
                )}
                {row.getVisibleCells().map((cell, place) => (
                  <Table.Td
                    key={cell.id}
                    data-number={about[cell.column.id]?.isNumber || undefined}
                    data-title={about[cell.column.id]?.isTitle || undefined}
                    data-narrow={about[cell.column.id]?.isNarrow || undefined}
                    data-wide={about[cell.column.id]?.isWide || undefined}
                    data-label={String(cell.column.columnDef.header)}
                  >
                    {props.onOpen && (props.opensBy === undefined ? place === 0 : cell.column.id === props.opensBy) ? (
                      // The row hears the click.
                      <UnstyledButton className={css.opens} data-opens>
                        <table.FlexRender cell={cell} />
                      </UnstyledButton>
                    ) : (
                      <table.FlexRender cell={cell} />
                    )}
                  </Table.Td>
                ))}
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      </TableFrame>
    </>
  );
}

function rowSelectionOf(selection: Readonly<Record<string, boolean>> = {}): Record<string, true> {
  return Object.fromEntries(Object.entries(selection).flatMap(([id, on]) => (on ? [[id, true] as const] : [])));
}

interface HeaderCellProps {
  column: ListColumn | undefined;
  sort: string | undefined;
  onSort: ((sort: string) => void) | undefined;
  children: ReactNode;
}

function HeaderCell({ column, sort, onSort, children }: HeaderCellProps) {
  const { t } = useTranslation();
  const name = column?.sort ?? null;
  const marks = { 'data-number': column?.isNumber || undefined, 'data-narrow': column?.isNarrow || undefined };
  if (name === null || !onSort) return <Table.Th {...marks}>{children}</Table.Th>;
  const up = sort === name;
  const down = sort === `-${name}`;
  return (
    <Table.Th {...marks} aria-sort={up ? 'ascending' : down ? 'descending' : 'none'}>
      <UnstyledButton className={css.sort} onClick={() => onSort(down ? name : `-${name}`)}>
        {children}
        {up && <IconArrowUp size={13} aria-label={t('sortedUp')} />}
        {down && <IconArrowDown size={13} aria-label={t('sortedDown')} />}
      </UnstyledButton>
    </Table.Th>
  );
}
