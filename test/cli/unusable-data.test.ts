/** Every command on data that it cannot use: one sentence that says what to do, the right exit code, and nothing changed. */
import assert from 'node:assert/strict';
import { mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import BetterSqlite3 from 'better-sqlite3';
import pg from 'pg';
import { build, temporaryDir } from '../support/build.ts';
import { cli } from '../support/cli.ts';
import { createTestDatabase } from '../support/postgres-database.ts';

const NEWER = /was written by a newer version of IA Solaris\. Install that version, or restore a backup\./;
const RESTORE = /is damaged|not a database|malformed/;

/** A stopped gateway's data directory whose database was spoilt. */
async function spoilt(t: TestContext, spoil: (file: string) => void): Promise<{ dataDir: string; file: string }> {
  const { dataDir, gateway } = await build(t, { engine: 'sqlite' });
  await gateway.stop();
  const file = join(dataDir, 'ia-solaris.db');
  for (const suffix of ['-wal', '-shm']) rmSync(file + suffix, { force: true });
  spoil(file);
  return { dataDir, file };
}

function written(file: string, ...statements: string[]): void {
  const db = new BetterSqlite3(file);
  for (const statement of statements) db.exec(statement);
  db.close();
}

const FILES: { name: string; sentence: RegExp; advice: RegExp; spoil(file: string): void }[] = [
  {
    name: 'of a newer version',
    sentence: NEWER,
    advice: NEWER,
    spoil: (file) =>
      written(file, `INSERT INTO __drizzle_migrations (hash, created_at) VALUES ('of the future', 9999999999999)`),
  },
  {
    name: "another program's",
    sentence: /belongs to another program/,
    advice: /Choose another data directory/,
    spoil(file) {
      rmSync(file);
      written(file, 'CREATE TABLE users (id int)', 'INSERT INTO users VALUES (1)');
    },
  },
  {
    name: 'no database at all',
    sentence: RESTORE,
    advice: /Restore a backup with "ia-solaris restore", which keeps this file/,
    spoil: (file) => writeFileSync(file, 'precious words, and no database. '.repeat(40)),
  },
  {
    name: 'cut off',
    sentence: RESTORE,
    advice: /Restore a backup with "ia-solaris restore", which keeps this file/,
    spoil: (file) => writeFileSync(file, readFileSync(file).subarray(0, statSync(file).size >> 1)),
  },
  {
    name: 'a folder',
    sentence: /cannot be opened/,
    advice: /Check that it is a file, and that it and its folder belong to the account/,
    spoil(file) {
      rmSync(file);
      mkdirSync(file);
    },
  },
];

/** One or two sentences for people, with no trace of a program. */
function assertSentence(text: string, sentence: RegExp, advice: RegExp, about: string): void {
  assert.match(text, sentence, about);
  assert.match(text, advice, about);
  assert.doesNotMatch(text, /\n\s+at |Failed query|node:/, about);
}

/** Doctor sets advice apart, on a line of its own. */
function asSentences(out: string): string {
  return out.replaceAll(/\n\s+→ /g, ' ');
}

for (const { name, sentence, advice, spoil } of FILES) {
  test(`a database file that is ${name}: no command uses or changes it`, async (t) => {
    const { dataDir, file } = await spoilt(t, spoil);
    const bytes = () => (statSync(file).isFile() ? readFileSync(file).toString('base64') : 'a folder');
    const before = bytes();
    const target = await createTestDatabase(false);
    t.after(() => target.drop());
    const commands = [
      ['serve', '--port', '0'],
      ['backup'],
      ['verify'],
      ['export', 'users'],
      ['export', 'audit'],
      ['reset-admin'],
      ['migrate', '--to', target.url],
    ];
    for (const [command = '', ...rest] of commands) {
      const { code, err } = await cli([command, ...rest, '--data-dir', dataDir]);
      assert.equal(code, 78, `${command}: ${err}`);
      assertSentence(err, sentence, advice, command);
      assert.equal(err.trim().split('\n').length, 1, err);
      assert.equal(bytes(), before, `${command} left it as it was`);
    }
    const doctor = await cli(['doctor', '--data-dir', dataDir], { PORT: '0' });
    assert.equal(doctor.code, 1);
    assertSentence(asSentences(doctor.out), sentence, advice, 'doctor');
    assert.equal(bytes(), before);
    const moved = new pg.Client({ connectionString: target.url });
    await moved.connect();
    const { rows } = await moved.query<{ users: string | null }>(`SELECT to_regclass('users') AS users`);
    await moved.end();
    assert.equal(rows[0]?.users, null, 'the database to move to got no tables');
  });
}

test('a Postgres database of a newer version is not backed up, checked, moved or called good', async (t) => {
  const { url, drop } = await createTestDatabase();
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  t.after(async () => {
    await client.end();
    await drop();
  });
  await client.query(`INSERT INTO ia_solaris_migrations VALUES ('of the future', 9999999999999)`);
  const dataDir = temporaryDir(t);
  const env = { DATABASE_URL: url, PORT: '0' };
  const place = join(dataDir, 'moved.db');
  for (const command of [
    ['serve'],
    ['backup'],
    ['verify'],
    ['export', 'users'],
    ['reset-admin'],
    ['migrate', '--to', `sqlite:${place}`],
  ]) {
    const { code, err } = await cli([...command, '--data-dir', dataDir], env);
    assert.equal(code, 78, `${command}: ${err}`);
    assertSentence(err, NEWER, NEWER, command.join(' '));
  }
  const doctor = await cli(['doctor', '--data-dir', dataDir], env);
  assert.equal(doctor.code, 1);
  assert.match(asSentences(doctor.out), NEWER);
  const { rows } = await client.query('SELECT count(*)::int AS gateways FROM gateways');
  assert.deepEqual(rows, [{ gateways: 0 }]);
});

test('the address to move to is what a refused move names, never DATABASE_URL', async (t) => {
  const { dataDir, gateway } = await build(t, { engine: 'sqlite' });
  await gateway.stop();
  const { url, drop } = await createTestDatabase(false);
  t.after(drop);
  const withPassword = Object.assign(new URL(url), { password: 'wrong-secret' }).href;
  const cases: [to: string, code: number, sentence: RegExp][] = [
    [withPassword, 78, /refuses the user "postgres".*Check user and password in the address to move to\./],
    [Object.assign(new URL(url), { pathname: '/not_there' }).href, 78, /no database "not_there".*createdb/],
    ['postgres://u:p@127.0.0.1:9/x', 69, /127\.0\.0\.1:9 cannot be used now.*host and port in the address to move to/],
    ['postgres://u:p@no-such-host.invalid/x', 78, /is not known.*Check the address to move to/],
    ['mysql://u:p@127.0.0.1/x', 2, /Say where to move to/],
  ];
  for (const [to, code, sentence] of cases) {
    const result = await cli(['migrate', '--to', to, '--data-dir', dataDir]);
    assert.equal(result.code, code, result.err);
    assertSentence(result.err, sentence, sentence, to);
    assert.doesNotMatch(result.err, /DATABASE_URL|DB_|wrong-secret/, to);
  }
});

test('a URL of Postgres that is none is refused before anything is opened or made', async (t) => {
  const dataDir = join(temporaryDir(t), 'not-yet');
  for (const DATABASE_URL of ['postgres://u:p-secret@127.0.0.1:99999/x', 'mysql://u:p-secret@127.0.0.1/x']) {
    for (const command of ['serve', 'backup', 'verify', 'reset-admin']) {
      const { code, err } = await cli([command, '--data-dir', dataDir], { DATABASE_URL });
      assert.equal(code, 78, err);
      assert.match(
        err,
        /DATABASE_URL must be a postgres:\/\/ URL such as postgres:\/\/user:password@host:5432\/database/,
      );
      assert.doesNotMatch(err, /p-secret/);
    }
  }
  assert.throws(() => statSync(dataDir), /ENOENT/);
});

test('a backup can be named, written and read where it may be, and else the sentence says where not', async (t) => {
  const { dataDir, gateway } = await build(t, { engine: 'sqlite' });
  await gateway.stop();
  const plain = join(dataDir, 'a-file');
  writeFileSync(plain, 'in the way');
  const written = await cli(['backup', join(plain, 'x.solaris-backup'), '--data-dir', dataDir]);
  assert.equal(written.code, 1);
  assertSentence(written.err, /a-file/, /Name a place that this account may write to/, 'backup');
  const folder = join(dataDir, 'a-folder.solaris-backup');
  mkdirSync(folder);
  for (const command of [
    ['restore', folder],
    ['verify', '--file', folder],
  ]) {
    const { code, err } = await cli([...command, '--data-dir', dataDir]);
    assert.equal(code, 1);
    assertSentence(err, /is a folder, not a backup/, /Name a file that "backup" made/, command.join(' '));
  }
});
