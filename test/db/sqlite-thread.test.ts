import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import BetterSqlite3 from 'better-sqlite3';
import { startSqliteThread } from '../../gateway/db/sqlite-thread.ts';

const migrationsFolder = join(import.meta.dirname, '../../resources/migrations/sqlite');
const STEPS = 20;

test('whoever asks on with every answer lets the others have their turn, however fast the answers are', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'solaris-thread-'));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  const file = join(folder, 'solaris.db');
  const thread = await startSqliteThread({ file, mode: 'write', migrationsFolder, commitDelayMs: 0 });
  t.after(() => thread.close());
  const run = (sql: string) => thread.call({ kind: 'statement', sql, params: [], method: 'all' });
  await run('CREATE TABLE steps (step INTEGER)');
  const db = new BetterSqlite3(file, { readonly: true });
  t.after(() => db.close());
  const done = db.prepare<[], number>('SELECT count(*) FROM steps').pluck();

  let turns = 0;
  const counting = setImmediate(function count() {
    turns += 1;
    next = setImmediate(count);
  });
  let next = counting;
  t.after(() => clearImmediate(next));
  for (let step = 1; step <= STEPS; step++) {
    const answer = run(`INSERT INTO steps VALUES (${step})`);
    // This thread is busy until the other has done it, as on a machine that many want: the answer is there at once.
    while (done.get() !== step);
    await answer;
  }
  assert.ok(turns >= STEPS, `${turns} turns for ${STEPS} answers`);
});
