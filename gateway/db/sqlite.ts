/** SQLite behind the asynchronous face of `Database`: one writer thread with a FIFO, one reader thread. */
import { AsyncLocalStorage } from 'node:async_hooks';
import { drizzle } from 'drizzle-orm/sqlite-proxy';
import type { Database, Queries, Tx } from './database.ts';
import { DatabaseUnavailableError, databaseErrorKind } from './errors.ts';
import * as schema from './schema.sqlite.ts';
import { createLedgerClient } from './sqlite-ledger-client.ts';
import type { RowMethod, SqliteWorkerData } from './sqlite-messages.ts';
import { type SqliteThread, startSqliteThread } from './sqlite-thread.ts';
import { createWriterQueue } from './writer-queue.ts';

export interface SqliteOptions {
  file: string;
  migrationsFolder: string;
  /** Who the holds belong to. */
  gatewayId: string;
  commitDelayMs?: number;
}

type Execute = (sql: string, params: unknown[], method: RowMethod) => Promise<unknown>;

/**
 * Opens (and where needed makes and migrates) the database file.
 *
 * @throws Error with a sentence for people when the file belongs to another program or a newer version
 */
export async function openSqlite(options: SqliteOptions): Promise<Database> {
  const { file, migrationsFolder, gatewayId, commitDelayMs = 0 } = options;
  const data: Omit<SqliteWorkerData, 'mode'> = { file, migrationsFolder, commitDelayMs };
  const writer = await startSqliteThread({ ...data, mode: 'write' });
  const queue = createWriterQueue();
  const ledger = createLedgerClient(writer, queue, gatewayId);
  const insideTx = new AsyncLocalStorage<true>();
  let reader: Promise<SqliteThread> | null = null;

  const statement = async (thread: SqliteThread, sql: string, params: unknown[], method: RowMethod) => {
    try {
      return await thread.call({ kind: 'statement', sql, params, method });
    } catch (error) {
      throw asUnavailable(error);
    }
  };
  const guard = () => {
    if (insideTx.getStore()) throw new Error('Inside a transaction, use the handle that it was given.');
  };
  const outer: Execute = async (sql, params, method) => {
    guard();
    if (/^select/i.test(sql)) {
      reader ??= startSqliteThread({ ...data, mode: 'read' });
      return statement(await reader, sql, params, method);
    }
    return queue.run(() => statement(writer, sql, params, method));
  };
  const inner: Execute = (sql, params, method) => statement(writer, sql, params, method);
  const inTransaction = { ...queries(inner), inTransaction: true as const };

  return {
    ...queries(outer),
    engine: 'sqlite',
    ledger,
    tx(work) {
      guard();
      return queue.run(async () => {
        await writer.call({ kind: 'begin' }).catch((error: unknown) => {
          throw asUnavailable(error);
        });
        try {
          const result = await insideTx.run(true, () => work(inTransaction satisfies Tx));
          await writer.call({ kind: 'commit' });
          return result;
        } catch (error) {
          await writer.call({ kind: 'rollback' });
          throw asUnavailable(error);
        }
      });
    },
    async backup(target) {
      reader ??= startSqliteThread({ ...data, mode: 'read' });
      await (await reader).call({ kind: 'backup', file: target });
    },
    async integrityProblems() {
      reader ??= startSqliteThread({ ...data, mode: 'read' });
      const lines = (await (await reader).call({ kind: 'integrity' })) as string[];
      return lines.filter((line) => line !== 'ok');
    },
    async close() {
      await ledger.drain();
      await queue.run(async () => undefined);
      if (reader) await (await reader).close();
      await writer.close();
    },
  };
}

/** Drizzle's builders over `execute`, seen as Postgres builders: the schemas are equal, and a test proves it. */
function queries(execute: Execute): Queries {
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

function asUnavailable(error: unknown): unknown {
  if (databaseErrorKind(error) !== 'unavailable' || error instanceof DatabaseUnavailableError) return error;
  return new DatabaseUnavailableError('The database cannot be written now.', { cause: error });
}
