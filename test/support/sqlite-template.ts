/** A new SQLite database for a test: a copy of one that was migrated before, which takes a tenth of the time. */
import { createHash } from 'node:crypto';
import { copyFileSync, existsSync, globSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import BetterSqlite3 from 'better-sqlite3';

const migrationsFolder = fileURLToPath(new URL('../../resources/migrations/sqlite', import.meta.url));

let template: Promise<string> | null = null;

/** Puts a migrated, empty database at `file`, where there is none yet. */
export async function placeTemplate(file: string): Promise<void> {
  if (existsSync(file)) return;
  template ??= findTemplate();
  mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
  copyFileSync(await template, file);
}

/** Test files run side by side, and in runs after one another: the first one makes it, for as long as migrations stay. */
async function findTemplate(): Promise<string> {
  const digest = createHash('sha256');
  for (const name of globSync(['*.sql', 'meta/_journal.json'], { cwd: migrationsFolder }).sort()) {
    digest.update(name).update(readFileSync(join(migrationsFolder, name)));
  }
  const file = join(tmpdir(), `ia-solaris-template-${digest.digest('hex').slice(0, 16)}.db`);
  if (existsSync(file)) return file;
  const { migrateSqlite } = await import('../../gateway/db/migrate-sqlite.ts');
  const folder = mkdtempSync(join(tmpdir(), 'ia-solaris-template-'));
  const draft = join(folder, 'draft.db');
  const db = new BetterSqlite3(draft);
  db.pragma('journal_mode = WAL');
  migrateSqlite(db, migrationsFolder);
  db.close();
  renameSync(draft, file);
  rmSync(folder, { recursive: true });
  return file;
}
