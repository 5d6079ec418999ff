/** The database that a command works on is the one that the gateway there uses, or the command is refused. */
import assert from 'node:assert/strict';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { build, temporaryDir } from '../support/build.ts';
import { cli } from '../support/cli.ts';
import { createTestDatabase } from '../support/postgres-database.ts';

test('beside a gateway on Postgres, a command that would take the SQLite file is refused, with what to give it', async (t) => {
  const dataDir = temporaryDir(t);
  const before = await build(t, { engine: 'sqlite', dataDir });
  await before.gateway.stop();
  const built = await build(t, { engine: 'postgres', dataDir });
  const url = built.context.settings.current().databaseUrl ?? '';
  const { operators } = built.context.db.tables;
  const name = new URL(url).pathname.slice(1);
  const packet = join(dataDir, 'packet.json');
  for (const args of [['verify'], ['reset-admin'], ['backup'], ['export', 'users'], ['packets', 'export', packet]]) {
    const { code, err, out } = await cli([...args, '--data-dir', dataDir]);
    assert.equal(code, 78, `${args}: ${out}${err}`);
    assert.match(
      err,
      new RegExp(`uses the Postgres database ${name}, and this command would use the SQLite database there`),
    );
    assert.match(err, /the same --config and variables \(DATABASE_URL, DB_\*\) as the gateway\.$/m);
    assert.equal(out, '');
  }
  assert.equal(existsSync(packet), false);

  const config = join(temporaryDir(t), 'config.json');
  writeFileSync(config, JSON.stringify({ databaseUrl: url }));
  for (const args of [['verify'], ['export', 'users'], ['packets', 'keys'], ['reset-admin']]) {
    const { code, err } = await cli([...args, '--data-dir', dataDir, '--config', config]);
    assert.equal(code, 0, `${args}: ${err}`);
  }
  const rows = await built.context.db.select().from(operators);
  assert.equal(rows.filter(({ passwordHash }) => passwordHash !== null).length, 1, 'the owner there has the password');
  const server = readFileSync(join(dataDir, 'server.json'), 'utf8');
  assert.ok(!server.includes(new URL(url).password || 'no password'), 'and the password of the database is nowhere');
});

test('a database of the same name on another server is not mistaken for the one of the gateway', async (t) => {
  const { url, drop } = await createTestDatabase();
  t.after(drop);
  const built = await build(t, { engine: 'postgres' });
  const file = join(built.dataDir, 'server.json');
  const server = JSON.parse(readFileSync(file, 'utf8'));
  writeFileSync(file, JSON.stringify({ ...server, database: new URL(url).pathname.slice(1) }));
  for (const args of [['reset-admin'], ['packets', 'keys']]) {
    const { code, err } = await cli([...args, '--data-dir', built.dataDir], { DATABASE_URL: url });
    assert.equal(code, 78, err);
    assert.match(err, /uses another database than this command would/);
  }
});
