/** SQLite behind the asynchronous face of `Database`: one writer thread with a FIFO, one reader thread. */
import { AsyncLocalStorage } from 'node:async_hooks';
import type { LedgerOperation } from '../ledger/sqlite-operations.ts';
import type { Database, Tx } from './database.ts';
import { asUnavailable, DatabaseUnavailableError } from './errors.ts';
import { createLedgerClient } from './sqlite-ledger-client.ts';
import type { RowMethod, SqliteWorkerData } from './sqlite-messages.ts';
import { type Execute, queries } from './sqlite-queries.ts';
import { openSqliteReadOnly, type ReadOnlyDatabase } from './sqlite-read-only.ts';
import { type SqliteListener, type SqliteThread, startSqliteThread } from './sqlite-thread.ts';
import { createWriterQueue } from './writer-queue.ts';

export interface SqliteOptions extends SqliteListener {
  file: string;
  migrationsFolder: string;
  /** Who the holds belong to. */
  gatewayId: string;
  commitDelayMs?: number;
}

/**
 * Opens (and where needed makes and migrates) the database file.
 *
 * @throws Error with a sentence for people when the file belongs to another program or a newer version
 */
export async function openSqlite(options: SqliteOptions): Promise<Database> {
  const { file, migrationsFolder, gatewayId, commitDelayMs = 0 } = options;
  const data: Omit<SqliteWorkerData, 'mode'> = { file, migrationsFolder, commitDelayMs };
  const writer = await startSqliteThread({ ...data, mode: 'write' }, options);
  const queue = createWriterQueue();
  const ledger = createLedgerClient(writer, queue, gatewayId);
  const insideTx = new AsyncLocalStorage<true>();
  let reader: Promise<SqliteThread> | null = null;
  /** Until the first hold nobody is delayed by a read, so that the reader's thread (12 MB) can wait. */
  let metering = false;
  /** From here on nobody may start a reader: it would outlive the database, and its thread the gateway. */
  let closing = false;

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
    if (/^select/i.test(sql) && metering) {
      if (closing && !reader) throw new DatabaseUnavailableError('The database is closed.');
      reader ??= startSqliteThread({ ...data, migrationsFolder: '', mode: 'read' });
      await ledger.posted();
      return statement(await reader, sql, params, method);
    }
    return queue.run(() => statement(writer, sql, params, method));
  };
  const aside = async <T>(work: (database: ReadOnlyDatabase) => Promise<T>): Promise<T> => {
    await ledger.posted();
    const database = await openSqliteReadOnly(file);
    try {
      return await work(database);
    } finally {
      await database.close();
    }
  };
  const inner: Execute = (sql, params, method) => statement(writer, sql, params, method);
  const step = async <T>(operation: LedgerOperation): Promise<T> => {
    try {
      return (await writer.call({ kind: 'ledger_step', operation })) as T;
    } catch (error) {
      throw asUnavailable(error);
    }
  };
  const inTransaction: Tx = {
    ...queries(inner),
    inTransaction: true,
    ledger: {
      move: (move) => step({ kind: 'move', move }),
      balance: (userId, period) => step({ kind: 'balance', userId, period }),
    },
  };

  return {
    ...queries(outer),
    engine: 'sqlite',
    notices: null,
    ledger: {
      ...ledger,
      hold(request) {
        metering = true;
        return ledger.hold(request);
      },
    },
    tx(work) {
      guard();
      return queue.run(async () => {
        await writer.call({ kind: 'begin' }).catch((error: unknown) => {
          throw asUnavailable(error);
        });
        try {
          const result = await insideTx.run(true, () => work(inTransaction));
          await writer.call({ kind: 'commit' });
          return result;
        } catch (error) {
          await writer.call({ kind: 'rollback' });
          throw asUnavailable(error);
        }
      });
    },
    // On a thread of their own: both take long, and reports must not wait for them.
    backup: (target) => aside((copy) => copy.backup(target)),
    integrityProblems: () => aside((copy) => copy.integrityProblems()),
    async close() {
      await ledger.drain();
      closing = true;
      await queue.run(async () => undefined);
      // A reader that never opened must not keep the writer from its end.
      await (await reader?.catch(() => null))?.close();
      await writer.close();
    },
  };
}
