/** The query handle of a SQLite connection. */
import { drizzle } from 'drizzle-orm/sqlite-proxy';
import type { Queries } from './database.ts';
import * as schema from './schema.sqlite.ts';
import type { RowMethod } from './sqlite-messages.ts';

/** Runs one statement; rows come back as arrays of values. */
export type Execute = (sql: string, params: unknown[], method: RowMethod) => Promise<unknown>;

/** Drizzle's builders over `execute`, seen as Postgres builders: the schemas are equal, and a test proves it. */
export function queries(execute: Execute): Queries {
  const handle = drizzle(async (sql, params, method) => ({ rows: (await execute(sql, params, method)) as unknown[] }), {
    schema,
  });
  const face = {
    select: handle.select.bind(handle),
    selectDistinct: handle.selectDistinct.bind(handle),
    insert: handle.insert.bind(handle),
    update: handle.update.bind(handle),
    delete: handle.delete.bind(handle),
    $count: handle.$count.bind(handle),
    tables: schema,
  };
  return face as unknown as Queries;
}
