/** How SQLite lays rows on its pages: no schema of drizzle says it, so that a rebuilt table would lose it unnoticed. */
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import BetterSqlite3 from 'better-sqlite3';
import { createSqliteSchema } from '../../gateway/db/create-sqlite-schema.ts';

const MIGRATIONS = join(import.meta.dirname, '../../resources/migrations/sqlite');

test('what is read by ranges of its key, or written with every request, lies in the order of its key', () => {
  const db = new BetterSqlite3(':memory:');
  createSqliteSchema(db, MIGRATIONS);
  const tables = db
    .prepare<[], { name: string; sql: string }>(
      `SELECT name, sql FROM sqlite_master WHERE type = 'table' ORDER BY name`,
    )
    .all();
  db.close();
  assert.deepEqual(
    tables.filter(({ sql }) => /WITHOUT ROWID$/.test(sql)).map(({ name }) => name),
    ['daily_rollups', 'daily_totals', 'department_periods', 'holds', 'total_marks', 'usage_marks', 'user_periods'],
  );
});
