import assert from 'node:assert/strict';
import { copyFileSync, existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import BetterSqlite3 from 'better-sqlite3';
import { encodeEnd, FOOTER_BYTES, MAGIC } from '../../gateway/backups/archive-format.ts';
import { readManifest } from '../../gateway/backups/read-archive.ts';
import { createGateway } from '../../gateway/gateway.ts';
import { tamper, withBooks } from '../support/books.ts';
import { type Built, build, temporaryDir } from '../support/build.ts';
import { cli } from '../support/cli.ts';

/** Every row of every table of a database file, as SQLite has it. */
function allRows(file: string): Record<string, unknown[]> {
  const db = new BetterSqlite3(file, { readonly: true });
  const tables = db
    .prepare<[], { name: string }>(`SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'`)
    .all();
  const rows = tables.map(({ name }) => [name, db.prepare(`SELECT * FROM "${name}" ORDER BY 1, 2`).raw().all()]);
  db.close();
  return Object.fromEntries(rows);
}

async function backUp(built: Built, name = 'all.solaris-backup', ...flags: string[]): Promise<string> {
  const target = join(built.dataDir, name);
  const { code, err } = await cli(['backup', target, '--data-dir', built.dataDir, ...flags]);
  assert.equal(code, 0, err);
  return target;
}

test('what is restored is what was backed up, row by row, and the gateway goes on with it', async (t) => {
  const built = await build(t);
  const database = await withBooks(built);
  await built.gateway.stop();
  const before = allRows(database);
  const file = await backUp(built);

  const elsewhere = join(temporaryDir(t), 'data');
  mkdirSync(elsewhere, { recursive: true });
  copyFileSync(join(built.dataDir, 'secret.key'), join(elsewhere, 'secret.key'));
  const { code, out, err } = await cli(['restore', file, '--data-dir', elsewhere]);
  assert.equal(code, 0, err);
  assert.match(out, /is now as it was on \d{4}-/);
  assert.deepEqual(allRows(join(elsewhere, 'ia-solaris.db')), before);
  assert.equal(statSync(join(elsewhere, 'ia-solaris.db')).mode & 0o077, 0);
  assert.deepEqual(
    readdirSync(elsewhere).filter((name) => /restoring|partial|test/.test(name)),
    [],
  );

  const moved = await createGateway({ dataDir: elsewhere, flags: { port: 0 } });
  t.after(() => moved.stop());
  const { url } = await moved.start();
  const answer = await fetch(`${url}/api/admin/users?search=ana`, {
    headers: { authorization: `Bearer ${built.ownerToken}` },
  });
  assert.equal(((await answer.json()) as { items: { credits: number }[] }).items[0]?.credits, 1_000);
});

test('a restore keeps the data that was there, and replaces all of it', async (t) => {
  const built = await build(t);
  const database = await withBooks(built);
  const file = await backUp(built);
  const { body } = await built.api('/api/admin/users', { body: { email: 'late@example.com' } });
  await built.gateway.stop();
  const later = allRows(database);

  const { code, out } = await cli(['restore', file, '--data-dir', built.dataDir]);
  assert.equal(code, 0, out);
  const ids = (allRows(database).users as string[][]).map(([id]) => id);
  assert.ok(!ids.includes(body.id), 'what came after the backup is gone');
  const [, kept = ''] = /kept as (\S+)\.\n/.exec(out) ?? [];
  assert.deepEqual(allRows(kept), later);
  assert.equal((await cli(['verify', '--data-dir', built.dataDir])).code, 0);
});

test('a backup with its key opens its secrets on a machine that has none', async (t) => {
  const built = await build(t, {
    config: {
      upstreams: [{ id: 'x', kind: 'openai', baseUrl: 'http://127.0.0.1:9/v1', apiKey: 'sk-secret-1', models: ['*'] }],
    },
  });
  await withBooks(await build(t));
  const file = await backUp(built, 'with.solaris-backup', '--with-key');
  assert.equal(statSync(file).mode & 0o077, 0);
  const elsewhere = join(temporaryDir(t), 'data');
  const { code, err } = await cli(['restore', file, '--data-dir', elsewhere]);
  assert.equal(code, 0, err);
  assert.equal(
    readFileSync(join(elsewhere, 'secret.key'), 'utf8'),
    readFileSync(join(built.dataDir, 'secret.key'), 'utf8'),
  );
});

test('a backup without its key holds no key, and is refused where another or none is', async (t) => {
  const built = await build(t);
  await withBooks(built);
  const file = await backUp(built);
  const key = readFileSync(join(built.dataDir, 'secret.key'), 'utf8').trim();
  assert.ok(!readFileSync(file).includes(key));

  const empty = temporaryDir(t);
  const none = await cli(['restore', file, '--data-dir', empty]);
  assert.equal(none.code, 1);
  assert.match(none.err, /sealed with a key \(key:[0-9a-f]+\) that is not here.*restore without secrets/);
  assert.ok(!existsSync(join(empty, 'ia-solaris.db')));

  const other = await build(t);
  await other.gateway.stop();
  const rows = allRows(join(other.dataDir, 'ia-solaris.db'));
  const wrong = await cli(['restore', file, '--data-dir', other.dataDir]);
  assert.equal(wrong.code, 1);
  assert.match(wrong.err, /sealed with another key/);
  assert.deepEqual(allRows(join(other.dataDir, 'ia-solaris.db')), rows, 'the data is as it was');

  const forced = await cli(['restore', file, '--data-dir', other.dataDir, '--without-secrets']);
  assert.equal(forced.code, 0, forced.err);
});

test('a gateway that runs keeps its data directory from being restored', async (t) => {
  const built = await build(t);
  const file = await backUp(built);
  const { code, err } = await cli(['restore', file, '--data-dir', built.dataDir]);
  assert.equal(code, 69);
  assert.match(err, /is using/);
});

test('what is no whole backup of ours is refused with the reason, and the data stays as it is', async (t) => {
  const built = await build(t);
  const database = await withBooks(built);
  const file = await backUp(built);
  await built.gateway.stop();
  const good = readFileSync(file);
  const manifest = await readManifest(file);
  const flipped = (at: number) => {
    const bytes = Buffer.from(good);
    bytes[at] = (bytes[at] ?? 0) ^ 0x01;
    return bytes;
  };
  const withManifest = (changes: object) =>
    Buffer.concat([
      good.subarray(0, MAGIC.length + manifest.body.bytes),
      encodeEnd({ ...manifest, ...changes } as typeof manifest),
    ]);
  const cases: [name: string, bytes: Buffer, reason: RegExp][] = [
    ['an empty file', Buffer.alloc(0), /is not a backup of IA Solaris/],
    ['a text', Buffer.from('Dear diary'), /is not a backup of IA Solaris/],
    ['a database', readFileSync(database), /is a database file, not a backup/],
    ['the first bytes', good.subarray(0, 10), /is cut off/],
    ['half of it', good.subarray(0, good.length >> 1), /is cut off/],
    ['all but the last byte', good.subarray(0, -1), /is cut off/],
    ['a bit of the rows', flipped(MAGIC.length + (manifest.body.bytes >> 1)), /is damaged or was changed/],
    ['a bit of the manifest', flipped(good.length - FOOTER_BYTES - 40), /is damaged or was changed/],
    ['another length', Buffer.concat([good.subarray(0, 500), good.subarray(600)]), /is damaged or was changed/],
    ['a falsified manifest', withManifest({ createdAt: 1 }), /is damaged or was changed/],
    ['a newer schema', withManifest({ migrations: 999 }), /newer version of IA Solaris/],
    [
      'a newer form',
      Buffer.concat([Buffer.from('IASOLARIS BACKUP 2\n'), good.subarray(MAGIC.length)]),
      /newer version/,
    ],
  ];
  const before = allRows(database);
  for (const [name, bytes, reason] of cases) {
    const bad = join(built.dataDir, 'bad.solaris-backup');
    writeFileSync(bad, bytes);
    const { code, err } = await cli(['restore', bad, '--data-dir', built.dataDir]);
    assert.equal(code, 1, name);
    assert.match(err, reason, name);
    assert.doesNotMatch(err, /\n\s+at /, name);
    assert.deepEqual(allRows(database), before, name);
    assert.deepEqual(
      readdirSync(built.dataDir).filter((entry) => /restoring/.test(entry)),
      [],
      name,
    );
  }
  const missing = await cli(['restore', join(built.dataDir, 'none'), '--data-dir', built.dataDir]);
  assert.equal(missing.code, 78);
  assert.match(missing.err, /There is no backup/);
});

test('verify proves a backup by restoring it, and finds books that do not agree', async (t) => {
  const built = await build(t);
  const database = await withBooks(built);
  const file = await backUp(built);
  const { code, out } = await cli(['verify', '--file', file]);
  assert.equal(code, 0, out);
  await built.gateway.stop();
  tamper(database, 'UPDATE users SET credits = credits + 5');
  const bad = await cli(['backup', join(built.dataDir, 'bad.solaris-backup'), '--data-dir', built.dataDir]);
  assert.equal(bad.code, 1);
  assert.match(bad.err, /did not pass its test restore: Users' credits are the sum/);
});

test('a damaged database can be replaced, and is kept with its log', async (t) => {
  const built = await build(t);
  const database = await withBooks(built);
  const file = await backUp(built);
  await built.gateway.stop();
  writeFileSync(database, 'this is no database any more');
  const { code, out, err } = await cli(['restore', file, '--data-dir', built.dataDir]);
  assert.equal(code, 0, err);
  const [, kept = ''] = /kept as (\S+)\.\n/.exec(out) ?? [];
  assert.equal(readFileSync(kept, 'utf8'), 'this is no database any more');
  assert.equal((await cli(['verify', '--data-dir', built.dataDir])).code, 0);
});
