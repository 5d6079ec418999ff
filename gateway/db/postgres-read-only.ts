/** A Postgres database opened for reading only, on a connection of its own: for checks beside gateways that run. */
import { findResourcesDir } from '../ops/own-files.ts';
import { requireReadable } from './migrate-postgres.ts';
import { postgresStartError } from './postgres-errors.ts';
import { integrityStatement } from './postgres-integrity.ts';
import { createPool, type PoolClient, runStatement } from './postgres-pool.ts';
import { postgresQueries } from './postgres-queries.ts';
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
    await opened.query('SET SESSION CHARACTERISTICS AS TRANSACTION READ ONLY');
    await requireReadable(opened, `${findResourcesDir()}/migrations/pg`);
  } catch (error) {
    opened?.release(true);
    await pool.end();
    throw postgresStartError(error, url);
  }
  const client = opened;
  return {
    ...postgresQueries((sql, params, form) => runStatement(client, sql, params, form)),
    async snapshot(work) {
      await client.query('BEGIN ISOLATION LEVEL REPEATABLE READ, READ ONLY');
      try {
        return await work();
      } finally {
        await client.query('ROLLBACK');
      }
    },
    async integrityProblems() {
      const rows = await runStatement(client, integrityStatement, []);
      return rows.map(([problem]) => String(problem));
    },
    async close() {
      client.release(true);
      await pool.end();
    },
  };
}
