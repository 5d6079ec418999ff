/** A database file opened for reading only, on a thread of its own: for checks and copies beside a gateway that runs. */
import { existsSync } from 'node:fs';
import type { Queries } from './database.ts';
import { queries } from './sqlite-queries.ts';
import { startSqliteThread } from './sqlite-thread.ts';

export interface ReadOnlyDatabase extends Queries {
  /** Runs `work` on one unchanging state of the database, whatever is written meanwhile. Not nested, not twice at once. */
  snapshot<T>(work: () => Promise<T>): Promise<T>;
  /** Writes a consistent copy of the whole database to `file`. */
  backup(file: string): Promise<void>;
  /** The engine's own integrity check: an empty list is good. */
  integrityProblems(): Promise<string[]>;
  close(): Promise<void>;
}

const FIRST_READ = 'SELECT 1 FROM sqlite_master LIMIT 1';

/** @throws Error when there is no such file, or when it is no database */
export async function openSqliteReadOnly(file: string): Promise<ReadOnlyDatabase> {
  if (!existsSync(file)) throw new Error(`There is no database ${file}.`);
  const thread = await startSqliteThread({ file, mode: 'read', migrationsFolder: '', commitDelayMs: 0 });
  const run = (sql: string) => thread.call({ kind: 'statement', sql, params: [], method: 'all' });
  // Opening reads nothing: only this shows whether it is a database at all.
  await run(FIRST_READ).catch(async (error: unknown) => {
    await thread.close();
    throw error;
  });
  const snapshot = async <T>(work: () => Promise<T>): Promise<T> => {
    await run('BEGIN');
    try {
      // The state is fixed by the first read, not by BEGIN.
      await run(FIRST_READ);
      return await work();
    } finally {
      await run('ROLLBACK');
    }
  };
  return {
    ...queries((sql, params, method) => thread.call({ kind: 'statement', sql, params, method })),
    snapshot,
    async backup(target) {
      // Outside of a snapshot the copy would begin anew with every write of another connection.
      await snapshot(() => thread.call({ kind: 'backup', file: target }));
    },
    async integrityProblems() {
      const lines = (await thread.call({ kind: 'integrity' })) as string[];
      return lines.filter((line) => line !== 'ok');
    },
    close: () => thread.close(),
  };
}
