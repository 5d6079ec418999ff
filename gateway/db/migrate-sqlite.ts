/** Migrations on SQLite: foreign keys off, a copy of the file first, everything checked after. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Database } from 'better-sqlite3';
import { drizzle } from 'drizzle-orm/better-sqlite3';
import { migrate } from 'drizzle-orm/better-sqlite3/migrator';

/** `application_id` of our files ("IASo"), so that another program's database is never migrated. */
const APPLICATION_ID = 0x4941536f;

interface Journal {
  entries: { when: number; tag: string }[];
}

/**
 * Brings the file to the newest schema.
 *
 * Foreign keys stay off while tables are rebuilt: with them on, dropping the old table would delete its children.
 * @throws Error when the file belongs to another program or to a newer version, or is damaged
 */
export function migrateSqlite(db: Database, migrationsFolder: string): void {
  const journal = JSON.parse(readFileSync(join(migrationsFolder, 'meta', '_journal.json'), 'utf8')) as Journal;
  const newest = Math.max(...journal.entries.map((entry) => entry.when));
  const applied = newestApplied(db);
  if (applied === newest) return;
  if (applied !== null && applied > newest) {
    throw new Error(
      'The database was written by a newer version of IA Solaris. Install that version, or restore a backup.',
    );
  }
  if (applied !== null) backUp(db, applied);
  db.pragma(`application_id = ${APPLICATION_ID}`);
  db.pragma('foreign_keys = OFF');
  migrate(drizzle(db), { migrationsFolder });
  const broken = db.pragma('foreign_key_check') as unknown[];
  if (broken.length > 0) throw new Error(`The database has ${broken.length} broken references after its migration.`);
}

/** When the newest migration in the file was made; null for a new file. */
function newestApplied(db: Database): number | null {
  const tables = db.prepare<[], { name: string }>(`SELECT name FROM sqlite_master WHERE type = 'table'`).all();
  if (tables.length === 0) return null;
  if (db.pragma('application_id', { simple: true }) !== APPLICATION_ID) {
    throw new Error('The database file belongs to another program. Choose another data directory.');
  }
  const row = db.prepare<[], { at: number | null }>(`SELECT max(created_at) AS at FROM __drizzle_migrations`).get();
  return row?.at === null || row?.at === undefined ? null : Number(row.at);
}

function backUp(db: Database, applied: number): void {
  const copy = `${db.name}.before-${applied}`;
  if (existsSync(copy)) return;
  db.prepare('VACUUM INTO ?').run(copy);
}
