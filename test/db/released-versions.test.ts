/** What a released version wrote, this one takes over on either engine: every row, and books that agree. */
import assert from 'node:assert/strict';
import { cpSync, globSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import BetterSqlite3 from 'better-sqlite3';
import pg from 'pg';
import type { Manifest } from '../../gateway/backups/archive-format.ts';
import { loadAndVerify } from '../../gateway/backups/make-backup.ts';
import { archiveRows, readManifest } from '../../gateway/backups/read-archive.ts';
import { migratePostgres } from '../../gateway/db/migrate-postgres.ts';
import { migrateSqlite } from '../../gateway/db/migrate-sqlite.ts';
import { openDatabase } from '../../gateway/db/open.ts';
import { openPostgres } from '../../gateway/db/postgres.ts';
import { createPool } from '../../gateway/db/postgres-pool.ts';
import { migrationCount } from '../../gateway/db/sqlite-schema-state.ts';
import { verifyPostgres } from '../../gateway/ops/verify.ts';
import { temporaryDir } from '../support/build.ts';
import { createTestDatabase } from '../support/postgres-database.ts';

const fixtures = globSync('*.solaris-backup', { cwd: join(import.meta.dirname, '../fixtures') });
const migrations = fileURLToPath(new URL('../../resources/migrations', import.meta.url));
const TYPES = { string: 'text', number: 'bigint', boolean: 'boolean', json: 'text' } as const;

test('there is a database of every released version', () => {
  const changelog = readFileSync(new URL('../../CHANGELOG.md', import.meta.url), 'utf8');
  const released = [...changelog.matchAll(/^## \[(\d+\.\d+\.\d+)\]/gm)].map((match) => match[1]);
  for (const version of released) assert.ok(fixtures.includes(`${version}.solaris-backup`), `none of ${version}`);
  assert.ok(fixtures.length > 0);
});

for (const name of fixtures) {
  const file = join(import.meta.dirname, '../fixtures', name);
  const version = basename(name, '.solaris-backup');

  test(`SQLite data of ${version} is taken over`, async (t) => {
    const draft = join(temporaryDir(t), 'taken.db');
    const { manifest, report } = await loadAndVerify(file, draft, join(migrations, 'sqlite'), {});
    assert.deepEqual(
      report.checks.filter(({ ok }) => !ok),
      [],
    );
    const db = new BetterSqlite3(draft, { readonly: true });
    t.after(() => db.close());
    const counts = manifest.tables.map(({ name: table }) =>
      db.prepare(`SELECT count(*) FROM "${table}"`).pluck().get(),
    );
    assert.deepEqual(counts, rowsOf(manifest));
  });

  test(`Postgres data of ${version} is taken over`, async (t) => {
    const manifest = await readManifest(file);
    const database = await createTestDatabase(false);
    t.after(() => database.drop());
    await asReleased(database.url, manifest, file, temporaryDir(t));
    const db = await openPostgres({ url: database.url, migrationsFolder: join(migrations, 'pg'), gatewayId: 'gtw_x' });
    await db.close();
    const client = new pg.Client({ connectionString: database.url });
    await client.connect();
    const counts: number[] = [];
    for (const { name: table } of manifest.tables) {
      counts.push((await client.query(`SELECT count(*)::int AS rows FROM "${table}"`)).rows[0].rows);
    }
    await client.end();
    assert.deepEqual(counts, rowsOf(manifest));
    const report = await verifyPostgres(database.url);
    assert.deepEqual(
      report.checks.filter(({ ok }) => !ok),
      [],
    );
  });
}

test('who waits for an upgrade is told before it; of new databases and upgraded ones nothing is told', async (t) => {
  const postgres = await createTestDatabase(false);
  t.after(() => postgres.drop());
  const folder = temporaryDir(t);
  const sqlite = new BetterSqlite3(join(folder, 'old.db'));
  migrateSqlite(sqlite, join(migrations, 'sqlite'), { first: migrationCount(join(migrations, 'sqlite')) - 1 });
  sqlite.close();
  const earlier = migrationCount(join(migrations, 'pg')) - 1;
  await migrateEarlier(postgres.url, earlier, join(folder, 'pg'));

  let told = 0;
  const open = async (databaseUrl: string | null, name: string) => {
    const onUpgrade = () => void told++;
    const file = join(folder, name);
    await (await openDatabase({ databaseUrl, file, migrationsDir: migrations, gatewayId: 'gtw_x', onUpgrade })).close();
    return told;
  };
  assert.equal(await open(null, 'new.db'), 0);
  assert.equal(await open(null, 'old.db'), 1);
  assert.equal(await open(null, 'old.db'), 1);
  assert.equal(await open(postgres.url, ''), 2);
  assert.equal(await open(postgres.url, ''), 2);
});

const rowsOf = (manifest: Manifest) => manifest.tables.map(({ rows }) => rows);

/** Makes the tables as that version had them, and its rows in them. */
async function asReleased(url: string, manifest: Manifest, file: string, folder: string): Promise<void> {
  await migrateEarlier(url, manifest.migrations, folder);
  const pool = await createPool(url, 1, 'fixture');
  const tables = new Map(manifest.tables.map((table) => [table.name, table]));
  for await (const { table: name, rows } of archiveRows(file, manifest)) {
    const columns = tables.get(name)?.columns ?? [];
    const names = columns.map((column) => `"${column.name}"`).join(', ');
    const values = columns.map(({ name: column, kind }) => `"${column}"${kind === 'json' ? '::jsonb' : ''}`).join(', ');
    const arrays = columns.map(({ kind }, index) => `$${index + 1}::${TYPES[kind]}[]`).join(', ');
    await pool.query(
      `INSERT INTO "${name}" (${names}) SELECT ${values} FROM unnest(${arrays}) AS carried(${names})`,
      columns.map((_, index) => rows.map((row) => row[index] ?? null)),
    );
  }
  await pool.end();
}

/** Makes the tables as they were after so many migrations. @param folder for a copy of those */
async function migrateEarlier(url: string, count: number, folder: string): Promise<void> {
  cpSync(join(migrations, 'pg'), folder, { recursive: true });
  const journalFile = join(folder, 'meta/_journal.json');
  const journal = JSON.parse(readFileSync(journalFile, 'utf8'));
  assert.ok(count <= journal.entries.length);
  writeFileSync(journalFile, JSON.stringify({ ...journal, entries: journal.entries.slice(0, count) }));
  const pool = await createPool(url, 1, 'fixture');
  await migratePostgres(pool, folder);
  await pool.end();
}
