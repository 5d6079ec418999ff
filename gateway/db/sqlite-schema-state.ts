/** How far a SQLite file has come, told without the migrator, which most starts never need. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Database } from 'better-sqlite3';

/** `application_id` of our files ("IASo"), so that another program's database is never migrated. */
export const APPLICATION_ID = 0x4941536f;

export interface Journal {
  entries: { when: number; tag: string }[];
}

/**
 * For readers, who make nothing: that the file is ours, and that this version knows all that is in it.
 *
 * @throws Error with a sentence for people
 */
export function requireReadable(db: Database, migrationsFolder: string): void {
  if (newestApplied(db) === null) throw new Error('it holds nothing of IA Solaris. Choose another data directory.');
  isNewest(db, migrationsFolder);
}

/** Whether the file has the newest schema. @throws Error when it belongs to another program or to a newer version */
export function isNewest(db: Database, migrationsFolder: string): boolean {
  const newest = newestOf(migrationsFolder);
  const applied = newestApplied(db);
  if (applied !== null && applied > newest) {
    throw new Error(
      'The database was written by a newer version of IA Solaris. Install that version, or restore a backup.',
    );
  }
  return applied === newest;
}

/** How many migrations this version knows. */
export function migrationCount(migrationsFolder: string): number {
  return readJournal(migrationsFolder).entries.length;
}

export function readJournal(migrationsFolder: string): Journal {
  return JSON.parse(readFileSync(journalOf(migrationsFolder), 'utf8')) as Journal;
}

export function journalOf(migrationsFolder: string): string {
  return join(migrationsFolder, 'meta', '_journal.json');
}

/** When the newest migration in the file was made; null for a new file. */
export function newestApplied(db: Database): number | null {
  const tables = db.prepare<[], { name: string }>(`SELECT name FROM sqlite_master WHERE type = 'table'`).all();
  if (tables.length === 0) return null;
  if (db.pragma('application_id', { simple: true }) !== APPLICATION_ID) {
    throw new Error('The database file belongs to another program. Choose another data directory.');
  }
  const row = db.prepare<[], { at: number | null }>(`SELECT max(created_at) AS at FROM __drizzle_migrations`).get();
  return row?.at === null || row?.at === undefined ? null : Number(row.at);
}

/** When the newest migration that this version knows was made. */
export function newestOf(migrationsFolder: string): number {
  return Math.max(...readJournal(migrationsFolder).entries.map((entry) => entry.when));
}
