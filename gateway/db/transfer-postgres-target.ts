/** Carrying rows into Postgres. */
import { ConfigError } from '../ops/start-error.ts';
import { withWritten } from './as-written.ts';
import { migratePostgres } from './migrate-postgres.ts';
import { postgresStartError } from './postgres-errors.ts';
import { createPool, type PoolClient, runStatement } from './postgres-pool.ts';
import { storableJson } from './storable.ts';
import { MOVE_MARK, type MoveTarget } from './transfer.ts';
import { keyInBytes, openPostgresSource, quoted } from './transfer-postgres.ts';
import type { TransferRow } from './transfer-rows.ts';
import { type ColumnKind, isAuditDetails, type TransferTable, transferTables } from './transfer-tables.ts';

/** One move at a time into a database: "IASv". */
const MOVE_LOCK = 0x49415376;
const ARRAY_TYPES: Record<ColumnKind, string> = { string: 'text', number: 'bigint', boolean: 'boolean', json: 'text' };

/**
 * Makes the tables where there are none.
 *
 * @throws StartError when the database cannot be used, or another move goes on there
 */
export async function openPostgresMove(url: string, migrationsFolder: string): Promise<MoveTarget> {
  const pool = await createPool(url, 2, 'ia-solaris move');
  let lock: PoolClient | null = null;
  let opened: PoolClient | null = null;
  try {
    lock = await pool.connect();
    await takeLock(lock);
    await migratePostgres(pool, migrationsFolder);
    opened = await pool.connect();
  } catch (error) {
    // Else the pool would wait for them.
    opened?.release(true);
    if (lock) await giveBack(lock);
    await pool.end();
    throw postgresStartError(error, url, 'target');
  }
  const [client, holder] = [opened, lock];
  /** Before all that is written: with its connection the lock is gone too, and somebody else may write here. */
  const stillAlone = async () => {
    await holder.query('SELECT 1').catch((error: unknown) => {
      throw postgresStartError(error, url, 'target');
    });
  };
  const inTransaction = async (work: () => Promise<void>) => {
    await client.query('BEGIN');
    try {
      await work();
      await stillAlone();
      await client.query('COMMIT');
    } catch (error) {
      await client.query('ROLLBACK').catch(() => undefined);
      throw error;
    }
  };
  return {
    async write(table, rows) {
      await stillAlone();
      await insert(client, table, rows);
    },
    async lastKey(table) {
      const order = keyInBytes(table)
        .split(', ')
        .map((column) => `${column} DESC`)
        .join(', ');
      const names = table.key.map(quoted).join(', ');
      const [row] = await runStatement(
        client,
        `SELECT ${names} FROM ${quoted(table.name)} ORDER BY ${order} LIMIT 1`,
        [],
      );
      return row ? (row as TransferRow) : null;
    },
    async clear() {
      await stillAlone();
      await client.query(
        `TRUNCATE ${transferTables()
          .map(({ name }) => quoted(name))
          .join(', ')}`,
      );
    },
    async state() {
      const [mark] = await runStatement(client, 'SELECT value FROM installation WHERE key = $1', [MOVE_MARK]);
      if (mark) return { kind: 'moving', moveId: String(mark[0]) };
      for (const { name } of transferTables()) {
        const [row] = await runStatement(client, `SELECT EXISTS (SELECT 1 FROM ${quoted(name)})`, []);
        if (row?.[0] === true) return { kind: 'in_use' };
      }
      return { kind: 'empty' };
    },
    async mark(moveId) {
      await stillAlone();
      await runStatement(client, 'INSERT INTO installation (key, value) VALUES ($1, $2)', [MOVE_MARK, moveId]);
    },
    complete: (last, rows) =>
      inTransaction(async () => {
        await client.query('DELETE FROM installation');
        await insert(client, last, rows);
      }),
    source: () => openPostgresSource(url),
    async close() {
      client.release(true);
      await giveBack(holder);
      await pool.end();
    },
  };
}

/**
 * The lock is that of a transaction, which stays open as long as the move: one of the session would stay behind in what a
 * pooler gives to others. Nothing is read in it, so that it keeps the server from no cleaning up.
 */
async function takeLock(client: PoolClient): Promise<void> {
  await client.query('BEGIN');
  // It rests while others are at work; not every version of the server knows both.
  await client.query(`
    SELECT set_config(name, '0', true) FROM pg_settings
    WHERE name IN ('idle_in_transaction_session_timeout', 'transaction_timeout')`);
  const [taken] = await runStatement(client, `SELECT pg_try_advisory_xact_lock(${MOVE_LOCK})`, []);
  if (taken?.[0] !== true) throw new ConfigError(['Another move into this database goes on. Wait for its end.']);
}

async function giveBack(lock: PoolClient): Promise<void> {
  await lock.query('ROLLBACK').catch(() => undefined);
  lock.release(true);
}

/** One statement, whatever the number of rows: a column is a parameter. */
async function insert(client: PoolClient, table: TransferTable, rows: readonly TransferRow[]): Promise<void> {
  if (rows.length === 0) return;
  const { columns, name } = table;
  const names = columns.map((column) => quoted(column.name)).join(', ');
  const values = columns
    .map(({ name: column, kind }) => quoted(column) + (kind === 'json' ? '::jsonb' : ''))
    .join(', ');
  const arrays = columns.map(({ kind }, index) => `$${index + 1}::${ARRAY_TYPES[kind]}[]`).join(', ');
  await client.query({
    text: `INSERT INTO ${quoted(name)} (${names}) SELECT ${values} FROM unnest(${arrays}) AS carried(${names})`,
    values: columns.map((column, index) => {
      // SQLite keeps in JSON what jsonb refuses.
      const keep = isAuditDetails(table, column) ? withWritten : storableJson;
      return rows.map((row) => {
        const value = row[index] ?? null;
        return column.kind === 'json' && typeof value === 'string' ? keep(value) : value;
      });
    }),
  });
}
