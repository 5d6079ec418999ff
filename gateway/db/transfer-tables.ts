/** What is carried from one database to another: every table, by name and column, parents before their children. */
import { is } from 'drizzle-orm';
import { getTableConfig, SQLiteTable } from 'drizzle-orm/sqlite-core';
import * as schema from './schema.sqlite.ts';

export type ColumnKind = 'string' | 'number' | 'boolean' | 'json';

export interface TransferTable {
  /** Name in the database. */
  readonly name: string;
  readonly columns: readonly { readonly name: string; readonly kind: ColumnKind }[];
  /** Columns of the primary key, in its order. */
  readonly key: readonly string[];
}

/** Whether it is the column whose values are proven by hashes. */
export function isAuditDetails(table: Pick<TransferTable, 'name'>, column: { readonly name: string }): boolean {
  return table.name === 'audit_log' && column.name === 'details';
}

/** Carried last: its rows say that a database is complete. */
export const LAST_TABLE = 'installation';

/** All tables of this version, in an order in which they can be filled with foreign keys on. */
export function transferTables(): readonly TransferTable[] {
  const configs = Object.values(schema)
    .filter((value) => is(value, SQLiteTable))
    .map((table) => getTableConfig(table as SQLiteTable));
  const parents = new Map(
    configs.map(({ name, foreignKeys }) => [
      name,
      foreignKeys.map((key) => getTableConfig(key.reference().foreignTable as SQLiteTable).name),
    ]),
  );
  const ordered = new Set<string>();
  const visit = (name: string) => {
    if (ordered.has(name)) return;
    for (const parent of parents.get(name) ?? []) if (parent !== name) visit(parent);
    ordered.add(name);
  };
  for (const { name } of configs) if (name !== LAST_TABLE) visit(name);
  visit(LAST_TABLE);
  const byName = new Map(configs.map((config) => [config.name, config]));
  return [...ordered].map((name) => {
    const config = byName.get(name);
    if (!config) throw new Error(`There is no table ${name}.`);
    const key = config.primaryKeys[0]?.columns.map((column) => column.name);
    return {
      name,
      // What the database makes of other columns, it makes there, too.
      columns: config.columns
        .filter(({ generated }) => generated === undefined)
        .map((column) => ({ name: column.name, kind: kindOf(column.dataType) })),
      key: key ?? config.columns.filter((column) => column.primary).map((column) => column.name),
    };
  });
}

function kindOf(dataType: string): ColumnKind {
  if (dataType === 'string' || dataType === 'number' || dataType === 'boolean' || dataType === 'json') return dataType;
  throw new Error(`Columns of type ${dataType} cannot be carried.`);
}
