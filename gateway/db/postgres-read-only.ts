/** A Postgres database opened for reading only, on a connection of its own: for checks beside gateways that run. */
import { findResourcesDir } from '../ops/own-files.ts';
import { requireReadable } from './migrate-postgres.ts';
import { postgresStartError } from './postgres-errors.ts';
import { integrityStatement } from './postgres-integrity.ts';
import { createPool, type PoolClient, runStatement } from './postgres-pool.ts';
import { type ExecutePostgres, postgresQueries } from './postgres-queries.ts';
import type { ReadOnlyDatabase } from './sqlite-read-only.ts';

/**
 * @throws StartError with a sentence for people: 69 when the server cannot be used now, 78 when something is set up
 * wrongly or the database is not ours
 */
export async function openPostgresReadOnly(url: string): Promise<Omit<ReadOnlyDatabase, 'backup'>> {
  const pool = await createPool(url, 1, 'ia-solaris reader');
  let opened: PoolClient | null = null;
  try {
    opened = await pool.connect();
    const checked = opened;
    await readOnly(checked, 'BEGIN READ ONLY', () => requireReadable(checked, `${findResourcesDir()}/migrations/pg`));
  } catch (error) {
    opened?.release(true);
    await pool.end();
    throw postgresStartError(error, url);
  }
  const client = opened;
  let inSnapshot = false;
  let last: Promise<unknown> = Promise.resolve();
  /** One transaction after the other: there is only one connection. */
  const inTurn = <T>(begin: string, work: () => Promise<T>): Promise<T> => {
    const mine = last.then(() => readOnly(client, begin, work));
    last = mine.catch(() => undefined);
    return mine;
  };
  const read: ExecutePostgres = (sql, params, form) => {
    const run = () => runStatement(client, sql, params, form);
    return inSnapshot ? run() : inTurn('BEGIN READ ONLY', run);
  };
  return {
    ...postgresQueries(read),
    snapshot: (work) =>
      inTurn('BEGIN ISOLATION LEVEL REPEATABLE READ, READ ONLY', async () => {
        inSnapshot = true;
        try {
          return await work();
        } finally {
          inSnapshot = false;
        }
      }),
    async integrityProblems() {
      const rows = await read(integrityStatement, [], 'array');
      return rows.map(([problem]) => String(problem));
    },
    async close() {
      client.release(true);
      await pool.end();
    },
  };
}

/** Only the transaction is told to read: what is told to the session, a pooler would pass on to a gateway that writes. */
async function readOnly<T>(client: PoolClient, begin: string, work: () => Promise<T>): Promise<T> {
  await client.query(begin);
  try {
    return await work();
  } finally {
    // Nothing was written: where the connection broke, there is nothing to take back.
    await client.query('ROLLBACK').catch(() => undefined);
  }
}
