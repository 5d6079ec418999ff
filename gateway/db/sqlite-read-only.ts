/** A database file opened for reading only, on a thread of its own: for checks and copies beside a gateway that runs. */
import { existsSync } from 'node:fs';
import { findResourcesDir } from '../ops/own-files.ts';
import { ConfigError } from '../ops/start-error.ts';
import type { Queries } from './database.ts';
import { sqliteStartError } from './sqlite-errors.ts';
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

/** @throws StartError when there is no such file, or when it is damaged, another program's or of a newer version */
export async function openSqliteReadOnly(file: string): Promise<ReadOnlyDatabase> {
  if (!existsSync(file)) throw new ConfigError([`There is no database ${file}.`]);
  const migrationsFolder = `${findResourcesDir()}/migrations/sqlite`;
  const thread = await startSqliteThread({ file, mode: 'read', migrationsFolder, commitDelayMs: 0 }).catch(
    (error: unknown) => {
      throw sqliteStartError(error, file);
    },
  );
  const run = (sql: string) => thread.call({ kind: 'statement', sql, params: [], method: 'all' });
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
