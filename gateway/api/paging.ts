/** Lists by cursor: a page starts after the last row of the one before, whatever was added or deleted meanwhile. */
import { Column, is, type SQL, sql } from 'drizzle-orm';
import { z } from 'zod';
import type { List, ListQuery } from '../contract/common.ts';
import { folded } from '../contract/folded.ts';
import { ApiError } from '../ops/api-error.ts';

/** What a list can be sorted by. Expressions must be mapped to their type (`sql<number>\`…\`.mapWith(Number)`). */
export interface ListOrder<Field extends string> {
  /** By the names that clients use. */
  readonly fields: Readonly<Record<Field, Column | SQL<unknown>>>;
  /** Those of the fields that are expressions and never null: columns tell it themselves. */
  readonly neverNull?: readonly NoInfer<Field>[];
  /** Those of the fields that are expressions and texts: all others are numbers, and columns tell it themselves. */
  readonly texts?: readonly NoInfer<Field>[];
  /** Unique: decides among equals. */
  readonly id: Column | SQL<unknown>;
  /** Used when the client names none, such as `-createdAt`. */
  readonly fallback: NoInfer<Field> | `-${NoInfer<Field>}`;
}

/** Columns that a page's query must select along with its own. */
export interface PageKeys {
  sortValue: SQL<unknown>;
  sortId: SQL<unknown>;
}

export interface Page {
  /** `limit` of the query: one row more than is shown, to know whether there is a next page. */
  readonly limit: number;
  readonly orderBy: SQL[];
  /** Condition that skips the pages before; combine it with the list's filters. */
  readonly after: SQL | undefined;
  readonly keys: PageKeys;
  /** The last row of the page before, null on the first page. For lists that no one query gives. */
  readonly last: { readonly value: string | number | null; readonly id: string } | null;
  readonly descending: boolean;
  /** The number of all rows that match: told by the first page where it holds them all, so that most searches look once. */
  total(rows: readonly unknown[], count: () => Promise<number>): Promise<number>;
  /** Makes the answer from the rows of the query and the number of all rows that match. */
  finish<Row extends { sortValue: unknown; sortId: unknown }, Item>(
    rows: readonly Row[],
    total: number,
    toItem: (row: Row) => Item,
  ): List<Item>;
}

const cursorSchema = z.tuple([z.string(), z.union([z.string(), z.number(), z.null()]), z.string()]);
type Cursor = z.infer<typeof cursorSchema>;

/**
 * Reads `limit`, `cursor` and `sort` of a list's query. Rows without a value come last in both directions.
 *
 * @throws ApiError 400 when the sort field is unknown, or the cursor is not one of this list in this order
 */
export function pageOf<Field extends string>(query: ListQuery, order: ListOrder<Field>): Page {
  const sort = query.sort ?? order.fallback;
  const descending = sort.startsWith('-');
  const name = descending ? sort.slice(1) : sort;
  const field = Object.hasOwn(order.fields, name) ? order.fields[name as Field] : undefined;
  if (!field) {
    const known = Object.keys(order.fields).join(', ');
    throw new ApiError(
      400,
      'invalid_sort',
      `The list cannot be sorted by "${name}". Sort by one of: ${known}.`,
      'sort',
    );
  }
  const isNeverNull = isRequired(field) || (order.neverNull ?? []).includes(name as Field);
  const isText = is(field, Column) ? field.dataType === 'string' : (order.texts ?? []).includes(name as Field);
  const isValid = ([of, value, id]: Cursor) =>
    of === sort && isValue(value, { isText, isNeverNull }) && isId(id, order.id);
  const cursor = query.cursor === undefined ? null : decodeCursor(query.cursor, isValid);
  const direction = descending ? sql`desc` : sql`asc`;
  const inOrder = [sql`${field} ${direction}`, sql`${order.id} ${direction}`];
  return {
    limit: query.limit + 1,
    orderBy: isNeverNull ? inOrder : [sql`case when ${field} is null then 1 else 0 end`, ...inOrder],
    after: cursor ? afterCursor(field, order.id, cursor, { descending, isNeverNull }) : undefined,
    keys: { sortValue: typed(field), sortId: typed(order.id) },
    last: cursor && { value: cursor[1], id: cursor[2] },
    descending,
    async total(rows, count) {
      return cursor === null && rows.length <= query.limit ? rows.length : count();
    },
    finish(rows, total, toItem) {
      const shown = rows.slice(0, query.limit);
      const last = rows.length > query.limit ? shown.at(-1) : undefined;
      const nextCursor = last ? encodeCursor([sort, last.sortValue as Cursor[1], String(last.sortId)]) : null;
      return { items: shown.map(toItem), total, nextCursor };
    },
  };
}

/**
 * Whole rows for the keys of a page, in their order. A list that must be sorted is sorted by keys alone: rows that are
 * carried through a sort cost many times as much as those that are shown.
 */
export function inOrderOf<Key extends PageKeyValues, Row>(
  keys: readonly Key[],
  rows: readonly Row[],
  idOf: (row: Row) => string,
): (Row & PageKeyValues)[] {
  const byId = new Map(rows.map((row) => [idOf(row), row]));
  return keys.flatMap(({ sortValue, sortId }) => {
    const row = byId.get(String(sortId));
    return row === undefined ? [] : [{ ...row, sortValue, sortId }];
  });
}

interface PageKeyValues {
  sortValue: unknown;
  sortId: unknown;
}

/** Condition for a search box of ids and codes: any of the columns contains the text, whatever the case of its letters. */
export function containsText(columns: readonly [Column | SQL, ...(Column | SQL)[]], text: string): SQL {
  const pattern = patternOf(text);
  const matches = columns.map((column) => sql`lower(${column}) like lower(${pattern}) escape '\\'`);
  return sql`(${sql.join(matches, sql` or `)})`;
}

/** The same of what people write, whatever the accents. Slower by far: for short lists. */
export function containsWords(columns: readonly [Column | SQL, ...(Column | SQL)[]], text: string): SQL {
  return sql`(${sql.join(
    columns.map((column) => containsFolded(foldedLetters(column), text)),
    sql` or `,
  )})`;
}

/** The same of one column that is kept folded. */
export function containsFolded(column: Column | SQL, text: string): SQL {
  return sql`${column} like ${patternOf(folded(text))} escape '\\'`;
}

const ACCENTED = 'áàâãäåéèêëíìîïóòôõöúùûüçñ';

/** Letters of the west of Europe without case and accents, in what both engines have. */
function foldedLetters(column: Column | SQL): SQL {
  let text = sql`lower(${column})`;
  for (const letter of ACCENTED + ACCENTED.toUpperCase())
    text = sql`replace(${text}, ${sql.raw(`'${letter}'`)}, ${sql.raw(`'${folded(letter)}'`)})`;
  return text;
}

function patternOf(text: string): string {
  return `%${text.replace(/[\\%_]/g, '\\$&')}%`;
}

function afterCursor(
  field: Column | SQL<unknown>,
  id: Column | SQL<unknown>,
  [, value, lastId]: Cursor,
  { descending, isNeverNull }: { descending: boolean; isNeverNull: boolean },
): SQL {
  const beyond = descending ? sql`<` : sql`>`;
  // A comparison of pairs is what an index on both columns can seek.
  if (isNeverNull) return sql`(${field}, ${id}) ${beyond} (${value}, ${lastId})`;
  if (value === null) return sql`(${field} is null and ${id} ${beyond} ${lastId})`;
  return sql`(${field} ${beyond} ${value} or (${field} = ${value} and ${id} ${beyond} ${lastId}) or ${field} is null)`;
}

function isRequired(field: Column | SQL<unknown>): boolean {
  return is(field, Column) && field.notNull;
}

/** The value as the column's own decoder gives it: a bigint of Postgres is text otherwise. */
function typed(field: Column | SQL<unknown>): SQL<unknown> {
  return is(field, Column) ? sql`${field}`.mapWith(field) : field;
}

function encodeCursor(cursor: Cursor): string {
  return Buffer.from(JSON.stringify(cursor)).toString('base64url');
}

/** Whether the list's own cursors could have the value: what no column takes is an error of the engine, or another page. */
function isValue(value: Cursor[1], { isText, isNeverNull }: { isText: boolean; isNeverNull: boolean }): boolean {
  if (value === null) return !isNeverNull;
  return isText ? isStorable(value) : Number.isSafeInteger(value);
}

function isId(text: string, id: Column | SQL<unknown>): boolean {
  return is(id, Column) && id.dataType === 'number' ? /^\d{1,15}$/.test(text) : isStorable(text);
}

/** Postgres keeps no NUL. */
function isStorable(value: string | number): boolean {
  return typeof value === 'string' && !value.includes('\0');
}

function decodeCursor(text: string, isValid: (cursor: Cursor) => boolean): Cursor {
  try {
    const cursor = cursorSchema.parse(JSON.parse(Buffer.from(text, 'base64url').toString('utf8')));
    if (isValid(cursor)) return cursor;
  } catch {
    // Falls through to the one answer for all bad cursors.
  }
  throw new ApiError(
    400,
    'invalid_cursor',
    'The cursor does not belong to this list in this order. Start at the first page.',
    'cursor',
  );
}
