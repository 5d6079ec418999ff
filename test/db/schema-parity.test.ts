/** The two schemas are twins: what drizzle makes of one, it makes of the other. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { getTableColumns, getTableName, is, SQL } from 'drizzle-orm';
import { PgDialect, PgTable, getTableConfig as pgConfig } from 'drizzle-orm/pg-core';
import { SQLiteSyncDialect, SQLiteTable, getTableConfig as sqliteConfig } from 'drizzle-orm/sqlite-core';
import * as pg from '../../gateway/db/schema.pg.ts';
import * as sqlite from '../../gateway/db/schema.sqlite.ts';

type Equal<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;
type Tables = keyof typeof pg & keyof typeof sqlite;
/** Compiles only while every row, read and written, has the same type on both. */
const sameTypes: {
  [T in Tables]: {
    read: Equal<Read<typeof pg, T>, Read<typeof sqlite, T>>;
    write: Equal<Write<typeof pg, T>, Write<typeof sqlite, T>>;
  };
} = Object.fromEntries(Object.keys(pg).map((table) => [table, { read: true, write: true }])) as {
  [T in Tables]: { read: true; write: true };
};
type Read<S, T extends keyof S> = S[T] extends { $inferSelect: infer R } ? R : never;
/** SQLite would count an integer key by itself, so that its type may be left out there. */
type Write<S, T extends keyof S> = S[T] extends { $inferInsert: infer R }
  ? T extends 'auditLog'
    ? Omit<R, 'seq'>
    : R
  : never;

const TYPES: Record<string, string> = {
  PgText: 'text',
  SQLiteText: 'text',
  PgBigInt53: 'integer',
  SQLiteInteger: 'integer',
  PgBoolean: 'boolean',
  SQLiteBoolean: 'boolean',
  PgJsonb: 'json',
  SQLiteTextJson: 'json',
};

interface Named {
  readonly name: string;
}

/** A condition's or index's columns and text without what each engine quotes in its own way. */
const plain = (text: string) => text.replaceAll(/["`]/g, '').toLowerCase();

function columnsOf(table: PgTable | SQLiteTable) {
  return Object.entries(getTableColumns(table)).map(([key, column]) => ({
    key,
    name: column.name,
    type: TYPES[column.columnType] ?? column.columnType,
    notNull: column.notNull,
    // SQLite would count an integer key by itself; ours are always given.
    hasDefault: column.hasDefault && !column.primary,
    default: is(column.default, SQL) ? 'sql' : (column.default ?? null),
    unique: column.isUnique,
    primary: column.primary,
  }));
}

function pgShape(table: PgTable) {
  const config = pgConfig(table);
  const dialect = new PgDialect();
  return shapeOf(table, {
    indexes: config.indexes.map(({ config: index }) => ({
      name: index.name,
      unique: index.unique,
      columns: index.columns.map((column) => ('name' in column ? column.name : 'expression')),
      where: index.where ? plain(dialect.sqlToQuery(index.where).sql) : null,
    })),
    primaryKeys: config.primaryKeys.map((key) => key.columns.map((column: Named) => column.name)),
    foreignKeys: config.foreignKeys.map((key) => reference(key.reference(), key.onDelete, key.onUpdate)),
    uniques: config.uniqueConstraints.map((unique) => unique.columns.map((column: Named) => column.name)),
  });
}

function sqliteShape(table: SQLiteTable) {
  const config = sqliteConfig(table);
  const dialect = new SQLiteSyncDialect();
  return shapeOf(table, {
    indexes: config.indexes.map(({ config: index }) => ({
      name: index.name,
      unique: index.unique,
      columns: index.columns.map((column) => ('name' in column ? column.name : 'expression')),
      where: index.where ? plain(dialect.sqlToQuery(index.where).sql) : null,
    })),
    primaryKeys: config.primaryKeys.map((key) => key.columns.map((column: Named) => column.name)),
    foreignKeys: config.foreignKeys.map((key) => reference(key.reference(), key.onDelete, key.onUpdate)),
    uniques: config.uniqueConstraints.map((unique) => unique.columns.map((column: Named) => column.name)),
  });
}

function reference(
  {
    columns,
    foreignTable,
    foreignColumns,
  }: { columns: Named[]; foreignTable: PgTable | SQLiteTable; foreignColumns: Named[] },
  onDelete: string | undefined,
  onUpdate: string | undefined,
) {
  const names = (list: Named[]) => list.map(({ name }) => name);
  return {
    columns: names(columns),
    to: getTableName(foreignTable),
    at: names(foreignColumns),
    onDelete: onDelete ?? 'no action',
    onUpdate: onUpdate ?? 'no action',
  };
}

function shapeOf(
  table: PgTable | SQLiteTable,
  rest: { indexes: { name?: string | undefined }[] } & Record<string, unknown[]>,
) {
  const sorted = Object.fromEntries(
    Object.entries(rest).map(([key, list]) => [key, list.map((item) => JSON.stringify(item)).sort()]),
  );
  return { name: getTableName(table), columns: columnsOf(table), ...sorted };
}

const tables = <T extends PgTable | SQLiteTable>(schema: object, kind: abstract new (...args: never[]) => T) =>
  Object.entries(schema).filter((entry): entry is [string, T] => is(entry[1], kind as never));

describe('the schemas of SQLite and Postgres', () => {
  test('have the same tables, and rows of the same types', () => {
    const names = tables(pg, PgTable).map(([name]) => name);
    assert.ok(names.length > 20);
    assert.deepEqual(
      names.sort(),
      tables(sqlite, SQLiteTable)
        .map(([name]) => name)
        .sort(),
    );
    assert.deepEqual(Object.keys(sameTypes).sort(), Object.keys(pg).sort());
  });

  for (const [name, table] of tables(pg, PgTable)) {
    test(`${name}: columns, nullability, defaults, uniques, indexes and foreign keys are equal`, () => {
      const twin = Reflect.get(sqlite, name);
      assert.ok(is(twin, SQLiteTable), `${name} is missing on SQLite`);
      assert.deepEqual(sqliteShape(twin), pgShape(table));
    });
  }
});
