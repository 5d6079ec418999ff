/** Migrations on SQLite: foreign keys off, a copy of the file first, everything checked after. */
import { cpSync, existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Database } from 'better-sqlite3';
import { drizzle } from 'drizzle-orm/better-sqlite3';
import { migrate } from 'drizzle-orm/better-sqlite3/migrator';
import { APPLICATION_ID, isNewest, journalOf, newestApplied, readJournal } from './sqlite-schema-state.ts';

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
  if (isNewest(db, migrationsFolder)) return;
  const applied = newestApplied(db);
  if (applied !== null && keepCopy) backUp(db, applied);
  db.pragma(`application_id = ${APPLICATION_ID}`);
  db.pragma('foreign_keys = OFF');
  migrate(drizzle(db), { migrationsFolder });
  const broken = db.pragma('foreign_key_check') as unknown[];
  if (broken.length > 0) throw new Error(`The database has ${broken.length} broken references after its migration.`);
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

function backUp(db: Database, applied: number): void {
  const copy = `${db.name}.before-${applied}`;
  if (existsSync(copy)) return;
  db.prepare('VACUUM INTO ?').run(copy);
}
