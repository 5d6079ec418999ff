/** Postgres behind the asynchronous face of `Database`. */
import { AsyncLocalStorage } from 'node:async_hooks';
import { createPostgresLedger } from '../ledger/postgres.ts';
import { keepParameters, keepStatement } from '../ledger/postgres-kept.ts';
import type { Database, Tx } from './database.ts';
import { migratePostgres } from './migrate-postgres.ts';
import { asPostgresError, postgresStartError } from './postgres-errors.ts';
import { integrityStatement } from './postgres-integrity.ts';
import { createNotices, PUBLISH } from './postgres-notices.ts';
import { createPipe } from './postgres-pipe.ts';
import { createPool, type PoolClient, type RowForm, runStatement } from './postgres-pool.ts';
import { postgresQueries } from './postgres-queries.ts';
import { inTransaction } from './postgres-transaction.ts';

export interface PostgresOptions {
  url: string;
  migrationsFolder: string;
  /** Who the holds belong to. */
  gatewayId: string;
  /** Called before a database with data is brought to the newest schema. */
  onUpgrade?: (() => void) | undefined;
}

/** For queries and transactions; the ledger has its own, so that no report keeps a request waiting. */
const CONNECTIONS = 8;

/**
 * Opens (and where needed makes and migrates) the tables in the database that `url` names.
 *
 * @throws StartError with a sentence for people: 69 when the server cannot be used now, 78 when something is set up wrongly
 */
export async function openPostgres({
  url,
  migrationsFolder,
  gatewayId,
  onUpgrade,
}: PostgresOptions): Promise<Database> {
  const pool = await createPool(url, CONNECTIONS, 'ia-solaris');
  let version: string;
  try {
    version = await migratePostgres(pool, migrationsFolder, onUpgrade);
  } catch (error) {
    await pool.end();
    throw postgresStartError(error, url);
  }
  const ledgerPool = await createPool(url, 1, 'ia-solaris ledger', true);
  const ledger = createPostgresLedger(createPipe(ledgerPool), { gatewayId, version });
  const insideTx = new AsyncLocalStorage<true>();
  const guard = () => {
    if (insideTx.getStore()) throw new Error('Inside a transaction, use the handle that it was given.');
  };
  const statement = async (
    on: Pick<PoolClient, 'query'>,
    sql: string,
    params: readonly unknown[],
    form: RowForm = 'array',
  ) => {
    try {
      return await runStatement(on, sql, params, form);
    } catch (error) {
      throw asPostgresError(error);
    }
  };
  const outer = async (sql: string, params: readonly unknown[], form?: RowForm) => {
    guard();
    return statement(pool, sql, params, form);
  };
  const notices = createNotices(url, (message) => statement(pool, PUBLISH, [message]));

  return {
    ...postgresQueries(outer),
    engine: 'postgres',
    ledger: {
      ...ledger,
      async keep(answers) {
        await outer(keepStatement, keepParameters(answers));
      },
    },
    notices,
    async tx(work) {
      guard();
      return inTransaction(pool, (client) => {
        const handle = postgresQueries((sql, params, form) => statement(client, sql, params, form));
        const inner: Tx = { ...handle, inTransaction: true, ledger: ledger.inside(client) };
        return insideTx.run(true, () => work(inner));
      });
    },
    backup: () => Promise.reject(new Error('A Postgres database is copied with pg_dump, not through its connection.')),
    async integrityProblems() {
      const rows = await outer(integrityStatement, []);
      return rows.map(([problem]) => String(problem));
    },
    async close() {
      await ledger.drain();
      await notices.close();
      await ledgerPool.end();
      await pool.end();
    },
  };
}
