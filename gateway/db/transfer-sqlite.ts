/** Carrying rows out of and into SQLite files. Everything here waits for the disk: use it on a thread of its own. */
import { existsSync } from 'node:fs';
import { setImmediate as nextTurn } from 'node:timers/promises';
import BetterSqlite3 from 'better-sqlite3';
import { createLedgerJournal } from '../ledger/sqlite-journal.ts';
import { findResourcesDir } from '../ops/own-files.ts';
import { migrateSqlite } from './migrate-sqlite.ts';
import { removeDatabase } from './remove-database.ts';
import { sqliteStartError } from './sqlite-errors.ts';
import { newestApplied, requireReadable } from './sqlite-schema-state.ts';
import { MOVE_MARK, type MoveTarget, PAGE_ROWS, type RowSource, type RowTarget, readSums } from './transfer.ts';
import { type TransferRow, toTransferRow } from './transfer-rows.ts';
import { type TransferTable, transferTables } from './transfer-tables.ts';

const BUSY_TIMEOUT_MS = 5_000;

/**
 * Opens a file for reading, in the state that it has now, whatever is written meanwhile. What the ledger had committed
 * and not posted, as after a crash, is posted before: the tables alone are carried.
 *
 * @throws StartError when it is no database of ours, damaged, or of a newer version
 */
export function openSqliteSource(file: string): RowSource {
  let db: BetterSqlite3.Database | null = null;
  try {
    if (isJournalled(file)) postJournal(file);
    db = new BetterSqlite3(file, { readonly: true, fileMustExist: true, timeout: BUSY_TIMEOUT_MS });
    return sourceOf(db);
  } catch (error) {
    db?.close();
    throw sqliteStartError(error, file);
  }
}

function isJournalled(file: string): boolean {
  const db = new BetterSqlite3(file, { readonly: true, fileMustExist: true, timeout: BUSY_TIMEOUT_MS });
  try {
    const table = db.prepare(`SELECT 1 FROM sqlite_master WHERE name = 'ledger_journal'`).get();
    return table !== undefined && db.prepare('SELECT 1 FROM ledger_journal LIMIT 1').get() !== undefined;
  } finally {
    db.close();
  }
}

/** Also while a gateway uses the file: it sees that somebody else has posted. */
function postJournal(file: string): void {
  const db = new BetterSqlite3(file, { fileMustExist: true, timeout: BUSY_TIMEOUT_MS });
  try {
    requireReadable(db, `${findResourcesDir()}/migrations/sqlite`);
    createLedgerJournal(db, () => db.exec('COMMIT')).post();
  } finally {
    db.close();
  }
}

function sourceOf(db: BetterSqlite3.Database): RowSource {
  db.exec('BEGIN');
  // The state is fixed by the first read, not by BEGIN.
  const names = new Set(
    db
      .prepare<[], { name: string }>(`SELECT name FROM sqlite_master WHERE type = 'table'`)
      .all()
      .map(({ name }) => name),
  );
  requireReadable(db, `${findResourcesDir()}/migrations/sqlite`);
  const migrations = count(db, '__drizzle_migrations');
  const first = async (sql: string) => db.prepare<[], unknown[]>(sql).raw().get();
  return {
    engine: 'sqlite',
    migrations,
    tables: transferTables().filter(({ name }) => names.has(name)),
    count: async ({ name }) => count(db, name),
    pages: (table, after = null) => pages(db, table, after),
    sums: () => readSums(first),
    async close() {
      db.exec('ROLLBACK');
      db.close();
    },
  };
}

export interface SqliteDraft extends RowTarget {
  /** Brings the schema to the newest, checks references, and writes everything to the disk. @returns what is broken */
  finish(migrationsFolder: string): Promise<string[]>;
  close(): void;
}

/**
 * Makes a database file (or goes on with one) whose schema is that of its first `migrations` migrations. Nothing of it
 * is safe on the disk before `finish`.
 */
export function openSqliteDraft(file: string, migrationsFolder: string, migrations?: number): SqliteDraft {
  const db = new BetterSqlite3(file, { timeout: BUSY_TIMEOUT_MS });
  // A draft that dies half-way is begun anew, so that its writes need not wait for the disk.
  db.pragma('journal_mode = WAL');
  db.pragma('synchronous = NORMAL');
  db.pragma('cache_size = -65536');
  migrateSqlite(db, migrationsFolder, { keepCopy: false, ...(migrations === undefined ? {} : { first: migrations }) });
  db.pragma('foreign_keys = OFF');
  const inserts = new Map<string, BetterSqlite3.Statement>();
  const insertInto = (table: TransferTable) => {
    let statement = inserts.get(table.name);
    if (!statement) {
      statement = db.prepare(insertSql(table));
      inserts.set(table.name, statement);
    }
    return statement;
  };
  return {
    async write(table, rows) {
      const insert = insertInto(table);
      db.transaction(() => {
        for (const row of rows) insert.run(row.map((value) => (typeof value === 'boolean' ? Number(value) : value)));
      })();
    },
    async lastKey(table) {
      const key = table.key.map(quoted);
      const order = key.map((column) => `${column} DESC`).join(', ');
      const row = db
        .prepare<[], unknown[]>(`SELECT ${key.join(', ')} FROM ${quoted(table.name)} ORDER BY ${order} LIMIT 1`)
        .raw()
        .get();
      return row ? (row as TransferRow) : null;
    },
    async clear() {
      db.transaction(() => {
        for (const { name } of transferTables().toReversed()) db.exec(`DELETE FROM ${quoted(name)}`);
      })();
    },
    async finish(newest) {
      migrateSqlite(db, newest, { keepCopy: false });
      const broken = db.pragma('foreign_key_check') as { table: string; rowid: number; parent: string }[];
      db.pragma('synchronous = FULL');
      db.pragma('wal_checkpoint(TRUNCATE)');
      return broken.map(({ table, rowid, parent }) => `row ${rowid} of ${table} refers to nothing in ${parent}`);
    },
    close: () => void db.close(),
  };
}

/**
 * Removes a draft without a mark: it was whole, but its move was killed before it got its name, and no gateway has used it.
 *
 * @throws Error when the file belongs to another program, and is left as it is
 */
export function dropUnmarkedDraft(file: string): void {
  if (!existsSync(file)) return;
  const db = new BetterSqlite3(file, { timeout: BUSY_TIMEOUT_MS });
  let isUnmarked: boolean;
  try {
    isUnmarked =
      newestApplied(db) !== null && db.prepare('SELECT 1 FROM installation WHERE key = ?').get(MOVE_MARK) === undefined;
  } finally {
    db.close();
  }
  if (isUnmarked) removeDatabase(file);
}

/** Opens (or makes) the file that another database moves into. */
export function openSqliteMove(file: string, migrationsFolder: string): MoveTarget {
  const draft = openSqliteDraft(file, migrationsFolder);
  const db = new BetterSqlite3(file, { timeout: BUSY_TIMEOUT_MS });
  return {
    ...draft,
    async state() {
      const mark = db.prepare<[string], string>('SELECT value FROM installation WHERE key = ?').pluck().get(MOVE_MARK);
      if (mark !== undefined) return { kind: 'moving', moveId: mark };
      return transferTables().some(({ name }) => count(db, name) > 0) ? { kind: 'in_use' } : { kind: 'empty' };
    },
    async mark(moveId) {
      db.prepare('INSERT INTO installation (key, value) VALUES (?, ?)').run(MOVE_MARK, moveId);
    },
    async complete(last, rows) {
      // Before the mark is gone: killed or refused in here, the move can go on.
      const broken = await draft.finish(migrationsFolder);
      if (broken.length > 0) throw new Error(`The rows do not belong together: ${broken.slice(0, 3).join('; ')}.`);
      db.pragma('synchronous = FULL');
      db.exec('BEGIN IMMEDIATE');
      db.exec('DELETE FROM installation');
      const insert = db.prepare(insertSql(last));
      for (const row of rows) insert.run(row);
      db.exec('COMMIT');
      db.pragma('wal_checkpoint(TRUNCATE)');
    },
    source: async () => openSqliteSource(file),
    async close() {
      db.close();
      draft.close();
    },
  };
}

/**
 * Puts everything into the one file and ends its use, so that it can be moved. Nobody else may have it open.
 *
 * @returns false when the file is damaged, and is left as it is
 * @throws Error when another program uses it
 */
export function settleSqliteFile(file: string): boolean {
  let db: BetterSqlite3.Database | null = null;
  try {
    db = new BetterSqlite3(file, { timeout: BUSY_TIMEOUT_MS, fileMustExist: true });
    db.pragma('synchronous = FULL');
    const [state] = db.pragma('wal_checkpoint(TRUNCATE)') as { busy: number }[];
    if (state?.busy) throw new Error(`Another program uses ${file}. End it, then try again.`);
    return true;
  } catch (error) {
    if (error instanceof BetterSqlite3.SqliteError && /^SQLITE_(CORRUPT|NOTADB)/.test(error.code)) return false;
    throw error;
  } finally {
    db?.close();
  }
}

async function* pages(
  db: BetterSqlite3.Database,
  table: TransferTable,
  after: TransferRow | null,
): AsyncGenerator<TransferRow[]> {
  const columns = table.columns.map(({ name }) => quoted(name)).join(', ');
  const key = table.key.map(quoted).join(', ');
  const beyond = after ? `WHERE (${key}) > (${table.key.map(() => '?').join(', ')})` : '';
  const rows = db
    .prepare<unknown[], unknown[]>(`SELECT ${columns} FROM ${quoted(table.name)} ${beyond} ORDER BY ${key}`)
    .raw()
    .iterate(...(after ?? []));
  let page: TransferRow[] = [];
  for (const row of rows) {
    page.push(toTransferRow(table, row));
    if (page.length < PAGE_ROWS) continue;
    yield page;
    page = [];
    // Messages to this thread, such as a cancellation, are read between pages.
    await nextTurn();
  }
  if (page.length > 0) yield page;
}

function insertSql({ name, columns }: TransferTable): string {
  const names = columns.map((column) => quoted(column.name));
  return `INSERT INTO ${quoted(name)} (${names.join(', ')}) VALUES (${names.map(() => '?').join(', ')})`;
}

function count(db: BetterSqlite3.Database, table: string): number {
  return (
    db
      .prepare<[], number>(`SELECT count(*) FROM ${quoted(table)}`)
      .pluck()
      .get() ?? 0
  );
}

function quoted(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}
