/** Migrations on SQLite: foreign keys off, a copy of the file first, everything checked after. */
import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Database } from 'better-sqlite3';
import { drizzle } from 'drizzle-orm/better-sqlite3';
import { migrate } from 'drizzle-orm/better-sqlite3/migrator';

/** `application_id` of our files ("IASo"), so that another program's database is never migrated. */
const APPLICATION_ID = 0x4941536f;

interface Journal {
  entries: { when: number; tag: string }[];
}

export interface MigrateOptions {
  /** Only so many of the migrations; by default all. */
  first?: number;
  /** Whether a file that has rows is copied before; drafts need it not. Default: yes. */
  keepCopy?: boolean;
}

/**
 * Brings the file to the newest schema.
 *
 * Foreign keys stay off while tables are rebuilt: with them on, dropping the old table would delete its children.
 * @throws Error when the file belongs to another program or to a newer version, or is damaged
 */
export function migrateSqlite(db: Database, migrationsFolder: string, options: MigrateOptions = {}): void {
  const { first = Number.POSITIVE_INFINITY, keepCopy = true } = options;
  const journal = readJournal(migrationsFolder);
  if (first < journal.entries.length) {
    withFirst(migrationsFolder, first, (folder) => migrateSqlite(db, folder, { keepCopy }));
    return;
  }
  const newest = Math.max(...journal.entries.map((entry) => entry.when));
  const applied = newestApplied(db);
  if (applied === newest) return;
  if (applied !== null && applied > newest) {
    throw new Error(
      'The database was written by a newer version of IA Solaris. Install that version, or restore a backup.',
    );
  }
  if (applied !== null && keepCopy) backUp(db, applied);
  db.pragma(`application_id = ${APPLICATION_ID}`);
  db.pragma('foreign_keys = OFF');
  migrate(drizzle(db), { migrationsFolder });
  const broken = db.pragma('foreign_key_check') as unknown[];
  if (broken.length > 0) throw new Error(`The database has ${broken.length} broken references after its migration.`);
}

/** How many migrations this version knows. */
export function migrationCount(migrationsFolder: string): number {
  return readJournal(migrationsFolder).entries.length;
}

function readJournal(migrationsFolder: string): Journal {
  return JSON.parse(readFileSync(journalOf(migrationsFolder), 'utf8')) as Journal;
}

function journalOf(migrationsFolder: string): string {
  return join(migrationsFolder, 'meta', '_journal.json');
}

/** Runs `work` on a copy of the folder that ends after the first so many migrations. */
function withFirst(migrationsFolder: string, first: number, work: (folder: string) => void): void {
  const copy = mkdtempSync(join(tmpdir(), 'ia-solaris-migrations-'));
  try {
    cpSync(migrationsFolder, copy, { recursive: true });
    const journal = readJournal(migrationsFolder);
    writeFileSync(journalOf(copy), JSON.stringify({ ...journal, entries: journal.entries.slice(0, first) }));
    work(copy);
  } finally {
    rmSync(copy, { recursive: true, force: true });
  }
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
