/** The one place that chooses the engine. */
import { join } from 'node:path';
import type { Database } from './database.ts';
import { sqliteStartError } from './sqlite-errors.ts';

export interface OpenOptions {
  /** A postgres:// URL; null takes the SQLite file. */
  databaseUrl: string | null;
  file: string;
  /** The folder with the migrations of each engine. */
  migrationsDir: string;
  /** Who the holds belong to. */
  gatewayId: string;
  /** Milliseconds that SQLite's commits are made to take longer; for benchmarks only. */
  commitDelayMs?: number | undefined;
  /** Called before a database that is there is brought to this version, which may take minutes. */
  onUpgrade?: () => void;
  /** Called when what the ledger has committed to SQLite cannot be put into the tables. It is tried again. */
  onPostingFailed?: (error: Error) => void;
}

/**
 * Opens the database, and makes or migrates it where needed.
 *
 * @throws StartError with a sentence for people
 */
export async function openDatabase(options: OpenOptions): Promise<Database> {
  const { databaseUrl, file, migrationsDir, gatewayId, commitDelayMs = 0, onUpgrade, onPostingFailed } = options;
  if (databaseUrl !== null) {
    // Each engine is loaded when it is the one: the other's driver would only cost memory.
    const { openPostgres } = await import('./postgres.ts');
    return openPostgres({ url: databaseUrl, migrationsFolder: join(migrationsDir, 'pg'), gatewayId, onUpgrade });
  }
  try {
    const { openSqlite } = await import('./sqlite.ts');
    return await openSqlite({
      file,
      migrationsFolder: join(migrationsDir, 'sqlite'),
      gatewayId,
      commitDelayMs,
      onUpgrade,
      onPostingFailed,
    });
  } catch (error) {
    throw sqliteStartError(error, file);
  }
}
