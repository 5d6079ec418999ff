import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { openSqlite } from '../../gateway/db/sqlite.ts';
import { openSqliteReadOnly } from '../../gateway/db/sqlite-read-only.ts';

const MIGRATIONS = join(import.meta.dirname, '../../resources/migrations/sqlite');
const TASKS = '/proc/self/task';

/** How nice each thread of this process is to the others; after the name, which may hold spaces, it is the 17th word. */
function niceness(): Map<string, number> {
  return new Map(
    readdirSync(TASKS).map((thread) => {
      const stat = readFileSync(join(TASKS, thread, 'stat'), 'utf8');
      return [thread, Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[16])] as const;
    }),
  );
}

test('a thread that reads for reports gives way to those that carry requests, and no other does', {
  skip: process.platform !== 'linux' && 'only Linux ranks threads',
}, async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'solaris-give-way-'));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  const file = join(folder, 'solaris.db');
  const own = niceness().get(String(process.pid)) ?? Number.NaN;
  const lowered = () => [...niceness().values()].filter((nice) => nice > own);

  const writer = await openSqlite({ file, migrationsFolder: MIGRATIONS, gatewayId: 'gtw_test' });
  t.after(() => writer.close());
  assert.deepEqual(lowered(), [], 'the writer, for whom holds and settlements wait');

  const reader = await openSqliteReadOnly(file);
  t.after(() => reader.close());
  assert.deepEqual(lowered(), [Math.min(own + 5, 19)]);
  assert.equal(niceness().get(String(process.pid)), own, 'the thread that carries the streams');
});
