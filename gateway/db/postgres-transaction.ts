/** Transactions on Postgres: alone on the database, and with an outcome that is known even when the connection breaks. */
import { setTimeout as sleep } from 'node:timers/promises';
import { DatabaseUnavailableError } from './errors.ts';
import { asPostgresError, isConnectionLost } from './postgres-errors.ts';
import type { Pool, PoolClient } from './postgres-pool.ts';

/** Transactions take it alone, the ledger's steps share it: "IASw". */
export const WRITER_LOCK = 0x49415377;

/**
 * A gateway that stops in the middle must not keep the others waiting. SET LOCAL and the lock end with the transaction.
 * The transaction's id is asked for at once, because after a lost connection it alone tells what became of it.
 */
const BEGIN = `
  BEGIN ISOLATION LEVEL READ COMMITTED;
  SET LOCAL idle_in_transaction_session_timeout = '60s';
  SELECT pg_advisory_xact_lock(${WRITER_LOCK});
  SELECT pg_current_xact_id()::text AS id`;
const RESOLVE_WAITS_MS = [0, 100, 300, 1_000, 2_000];

/**
 * Runs `work` in a transaction that has the database to itself, as on SQLite: code that reads, decides and writes is
 * right without locks of its own. Such transactions are administrative and short.
 *
 * @throws DatabaseUnavailableError when the database could not be used; nothing was changed then
 */
export async function inTransaction<T>(pool: Pool, work: (client: PoolClient) => Promise<T>): Promise<T> {
  const client = await pool.connect().catch((error: unknown) => {
    throw asPostgresError(error);
  });
  let id = '';
  let result: T;
  try {
    // Several statements in one message give several results, which the types do not know.
    const begun = (await client.query(BEGIN)) as unknown as { rows: { id?: string }[] }[];
    id = begun.at(-1)?.rows[0]?.id ?? '';
    result = await work(client);
  } catch (error) {
    await rollBack(client);
    throw asPostgresError(error);
  }
  let command: string;
  try {
    ({ command } = await client.query('COMMIT'));
  } catch (error) {
    const isLost = isConnectionLost(error);
    client.release(isLost);
    if (isLost && (await hasCommitted(pool, id))) return result;
    throw asPostgresError(error);
  }
  client.release();
  // Postgres answers so, and with no error, when a statement before had failed.
  if (command === 'ROLLBACK') throw new Error('A failed statement inside a transaction was ignored.');
  return result;
}

async function rollBack(client: PoolClient): Promise<void> {
  try {
    await client.query('ROLLBACK');
    client.release();
  } catch {
    client.release(true);
  }
}

/** What became of a transaction whose COMMIT got no answer. */
async function hasCommitted(pool: Pool, id: string): Promise<boolean> {
  for (const waitMs of RESOLVE_WAITS_MS) {
    if (waitMs > 0) await sleep(waitMs);
    try {
      const { rows } = await pool.query<{ status: string | null }>('SELECT pg_xact_status($1::xid8) AS status', [id]);
      const status = rows[0]?.status;
      if (status === 'committed') return true;
      if (status === 'aborted') return false;
    } catch (error) {
      if (!isConnectionLost(error)) throw asPostgresError(error);
    }
  }
  throw new DatabaseUnavailableError(
    'The connection broke while a change was written, and the database is still gone.',
  );
}
