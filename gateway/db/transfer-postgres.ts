/** Carrying rows out of Postgres, through its ordinary connection: no other program has to be installed. */
import { findResourcesDir } from '../ops/own-files.ts';
import { requireReadable } from './migrate-postgres.ts';
import { postgresStartError } from './postgres-errors.ts';
import { createPool, type PoolClient, runStatement } from './postgres-pool.ts';
import { PAGE_ROWS, type RowSource, readSums } from './transfer.ts';
import { type TransferRow, toTransferRow } from './transfer-rows.ts';
import { type TransferTable, transferTables } from './transfer-tables.ts';

/**
 * Opens a database for reading, in the state that it has now, whatever is written meanwhile.
 *
 * @throws StartError when it cannot be used, or is not ours
 */
export async function openPostgresSource(url: string): Promise<RowSource> {
  const pool = await createPool(url, 1, 'ia-solaris copy');
  const client = await pool.connect().catch(async (error: unknown) => {
    await pool.end();
    throw postgresStartError(error, url);
  });
  try {
    await client.query('BEGIN ISOLATION LEVEL REPEATABLE READ, READ ONLY');
    await requireReadable(client, `${findResourcesDir()}/migrations/pg`);
    const names = await runStatement(
      client,
      `SELECT relname FROM pg_class WHERE relnamespace = current_schema()::regnamespace AND relkind IN ('r', 'p')`,
      [],
    );
    const known = new Set(names.map(([name]) => String(name)));
    const count = async (table: string) => {
      const [row] = await runStatement(client, `SELECT count(*) FROM ${quoted(table)}`, []);
      return Number(row?.[0] ?? 0);
    };
    return {
      engine: 'postgres',
      migrations: await count('ia_solaris_migrations'),
      tables: transferTables().filter(({ name }) => known.has(name)),
      count: ({ name }) => count(name),
      pages: (table, after = null) => pages(client, table, after),
      sums: () => readSums(async (sql) => (await runStatement(client, sql, []))[0]),
      async close() {
        await client.query('ROLLBACK').catch(() => undefined);
        client.release(true);
        await pool.end();
      },
    };
  } catch (error) {
    // Else the pool would wait for it.
    client.release(true);
    await pool.end();
    throw postgresStartError(error, url);
  }
}

async function* pages(
  client: PoolClient,
  table: TransferTable,
  after: TransferRow | null,
): AsyncGenerator<TransferRow[]> {
  const columns = table.columns.map(({ name }) => quoted(name)).join(', ');
  const key = keyInBytes(table);
  const beyond = after ? `WHERE (${key}) > (${table.key.map((_, index) => `$${index + 1}`).join(', ')})` : '';
  const select = `SELECT ${columns} FROM ${quoted(table.name)} ${beyond} ORDER BY ${key}`;
  // A cursor, so that however many rows there are only a page of them is in memory.
  await runStatement(client, `DECLARE carried NO SCROLL CURSOR FOR ${select}`, after ? [...after] : []);
  try {
    for (;;) {
      const rows = await runStatement(client, `FETCH ${PAGE_ROWS} FROM carried`, []);
      if (rows.length > 0) yield rows.map((row) => toTransferRow(table, row));
      if (rows.length < PAGE_ROWS) return;
    }
  } finally {
    await client.query('CLOSE carried').catch(() => undefined);
  }
}

/** The key's columns, compared by their bytes as SQLite does, whatever the database's own order of texts is. */
export function keyInBytes(table: TransferTable): string {
  const kinds = new Map(table.columns.map(({ name, kind }) => [name, kind]));
  return table.key.map((name) => quoted(name) + (kinds.get(name) === 'string' ? ' COLLATE "C"' : '')).join(', ');
}

export function quoted(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}
