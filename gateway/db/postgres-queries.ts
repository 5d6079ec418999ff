/** The query handle of Postgres connections. */
import { drizzle } from 'drizzle-orm/pg-proxy';
import type { Queries } from './database.ts';
import type { RowForm, Rows } from './postgres-pool.ts';
import * as schema from './schema.pg.ts';

/** Runs one statement; rows come back in the form asked for. */
export type ExecutePostgres = (sql: string, params: readonly unknown[], form: RowForm) => Promise<Rows>;

/** Drizzle's builders over `execute`. */
export function postgresQueries(execute: ExecutePostgres): Queries {
  const handle = drizzle(
    async (sql, params, method) => ({
      // What drizzle does not map itself it looks into by name.
      rows: await execute(sql, params, method === 'execute' ? 'object' : 'array'),
    }),
    { schema },
  );
  return {
    select: handle.select.bind(handle),
    selectDistinct: handle.selectDistinct.bind(handle),
    insert: handle.insert.bind(handle),
    update: handle.update.bind(handle),
    delete: handle.delete.bind(handle),
    $count: handle.$count.bind(handle),
    tables: schema,
  } as unknown as Queries;
}
