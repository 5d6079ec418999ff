/** The file that a move to SQLite fills: until it is whole its mark stays, and one that is whole is no obstacle. */
import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import BetterSqlite3 from 'better-sqlite3';
import { dropUnmarkedDraft, openSqliteMove } from '../../gateway/db/transfer-sqlite.ts';
import { LAST_TABLE, transferTables } from '../../gateway/db/transfer-tables.ts';

const migrationsFolder = fileURLToPath(new URL('../../resources/migrations/sqlite', import.meta.url));
const last = transferTables().find(({ name }) => name === LAST_TABLE);
assert.ok(last);

function draftFile(t: TestContext): string {
  const folder = mkdtempSync(join(tmpdir(), 'solaris-draft-'));
  t.after(() => rmSync(folder, { recursive: true }));
  return join(folder, 'new.db.moving');
}

test('a draft whose rows do not belong together keeps its mark', async (t) => {
  const file = draftFile(t);
  const move = openSqliteMove(file, migrationsFolder);
  t.after(() => move.close());
  await move.mark('here');
  const db = new BetterSqlite3(file);
  db.exec('CREATE TABLE parent (id INTEGER PRIMARY KEY); CREATE TABLE child (of INTEGER REFERENCES parent (id))');
  db.pragma('foreign_keys = OFF');
  db.exec('INSERT INTO child VALUES (1)');
  db.close();
  await assert.rejects(move.complete(last, []), /do not belong together/);
  assert.deepEqual(await move.state(), { kind: 'moving', moveId: 'here' });
});

test('a draft is dropped once it is whole, and neither before nor when it is another program’s', async (t) => {
  const file = draftFile(t);
  dropUnmarkedDraft(file);
  const move = openSqliteMove(file, migrationsFolder);
  await move.mark('here');
  dropUnmarkedDraft(file);
  assert.ok(existsSync(file));
  await move.complete(last, []);
  await move.close();
  dropUnmarkedDraft(file);
  assert.ok(!existsSync(file));
  writeFileSync(file, 'precious to somebody');
  assert.throws(() => dropUnmarkedDraft(file));
  assert.ok(existsSync(file));
});
