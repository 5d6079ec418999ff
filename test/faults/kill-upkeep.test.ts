/** kill -9 in the middle of a backup or a restore: there is either the old state or the new one, and it can be done again. */
import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import BetterSqlite3 from 'better-sqlite3';
import { verifyDatabase } from '../../gateway/ops/verify.ts';
import { withBooks } from '../support/books.ts';
import { build } from '../support/build.ts';
import { cli, spawnCli } from '../support/cli.ts';

function emailsIn(file: string): string[] {
  const db = new BetterSqlite3(file, { readonly: true });
  const rows = db.prepare<[], string>('SELECT email FROM users WHERE email IS NOT NULL ORDER BY email').pluck().all();
  db.close();
  return rows;
}

test('a backup that was killed leaves no file of its name, and the next one succeeds', async (t) => {
  const built = await build(t);
  await withBooks(built);
  const target = join(built.dataDir, 'all.solaris-backup');
  for (const point of ['archive_page:3', 'archive_ended', 'load_page:2', 'archive_proven']) {
    const killed = spawnCli(t, ['backup', target, '--data-dir', built.dataDir], { SOLARIS_FAULT_POINT: point });
    assert.equal(await killed.exited, null, `${point} was reached: ${killed.output()}`);
    assert.ok(!existsSync(target), point);
  }
  const { code, err } = await cli(['backup', target, '--data-dir', built.dataDir]);
  assert.equal(code, 0, err);
  assert.deepEqual(
    readdirSync(built.dataDir).filter((name) => name.startsWith('all')),
    ['all.solaris-backup'],
    'what the killed ones left is gone',
  );
});

test('a restore that was killed leaves the old data or the new, whole, and can be done again', async (t) => {
  const built = await build(t);
  const database = await withBooks(built);
  const file = join(built.dataDir, 'all.solaris-backup');
  assert.equal((await cli(['backup', file, '--data-dir', built.dataDir])).code, 0);
  await built.api('/api/admin/users', { body: { email: 'late@example.com' } });
  await built.gateway.stop();
  const key = readFileSync(join(built.dataDir, 'secret.key'), 'utf8');
  const old = ['ana@example.com', 'late@example.com'];

  for (const [point, expected] of [
    ['load_page:2', old],
    ['restore_proven', old],
    ['restore_kept', old],
    ['restore_switched', ['ana@example.com']],
  ] as const) {
    const killed = spawnCli(t, ['restore', file, '--data-dir', built.dataDir], { SOLARIS_FAULT_POINT: point });
    assert.equal(await killed.exited, null, `${point} was reached: ${killed.output()}`);
    assert.deepEqual(emailsIn(database), expected, point);
    assert.equal((await verifyDatabase(database)).ok, true, point);
  }
  assert.equal(readFileSync(join(built.dataDir, 'secret.key'), 'utf8'), key);
  const { code, err } = await cli(['restore', file, '--data-dir', built.dataDir]);
  assert.equal(code, 0, err);
  assert.deepEqual(emailsIn(database), ['ana@example.com']);
});
