/** Moving between SQLite and a real Postgres: nothing is lost on the way there and back, whatever interrupts it. */
import assert from 'node:assert/strict';
import { existsSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import BetterSqlite3 from 'better-sqlite3';
import pg from 'pg';
import { auditHash } from '../../gateway/audit/audit-writer.ts';
import type { RowSource } from '../../gateway/db/transfer.ts';
import { openPostgresSource } from '../../gateway/db/transfer-postgres.ts';
import { createTableProver } from '../../gateway/db/transfer-rows.ts';
import { openSqliteSource } from '../../gateway/db/transfer-sqlite.ts';
import { createGateway } from '../../gateway/gateway.ts';
import { addOperator, browser, signIn, turnTotpOn } from '../operators/people.ts';
import { withBooks } from '../support/books.ts';
import { build } from '../support/build.ts';
import { cli, spawnCli } from '../support/cli.ts';
import { createTestDatabase } from '../support/postgres-database.ts';

async function database(t: TestContext): Promise<string> {
  const made = await createTestDatabase(false);
  t.after(() => made.drop());
  return made.url;
}

/** Number and digest of the rows of every table. */
async function proofs(source: RowSource): Promise<Record<string, unknown>> {
  const found: Record<string, unknown> = {};
  for (const table of source.tables) {
    const prover = createTableProver(table);
    for await (const page of source.pages(table)) for (const row of page) prover.add(row);
    found[table.name] = prover.proof();
  }
  await source.close();
  return found;
}

async function stoppedWithBooks(t: TestContext) {
  const built = await build(t, { engine: 'sqlite' });
  const file = await withBooks(built);
  await built.api('/api/admin/users', { body: { email: 'zoë@example.com', name: 'Zoë "Ω" 💡' } });
  await addOperator(built.context, 'ana@example.com');
  const page = browser(built);
  await signIn(page, 'ana@example.com');
  await turnTotpOn(page, built.context.clock.now());
  await built.gateway.stop();
  return { ...built, file };
}

test('data moves to Postgres and back, the same to the last row, and the gateway goes on with it each time', async (t) => {
  const url = await database(t);
  const { dataDir, file, ownerToken } = await stoppedWithBooks(t);
  const before = await proofs(openSqliteSource(file));
  assert.equal((before.operator_recovery_codes as { rows: number }).rows, 10, 'recovery codes move as well');

  const there = await cli(['migrate', '--to', url, '--data-dir', dataDir]);
  assert.equal(there.code, 0, there.err);
  assert.match(there.out, /rows have moved.*The data from before is kept as \S+before-migrate/s);
  assert.deepEqual(await proofs(await openPostgresSource(url)), before);
  assert.equal(statSync(join(dataDir, '.env')).mode & 0o077, 0);

  const gateway = await createGateway({ dataDir, flags: { port: 0 } });
  t.after(() => gateway.stop());
  assert.equal(gateway.context.db.engine, 'postgres');
  const { url: address } = await gateway.start();
  const users = await fetch(`${address}/api/admin/users?search=ana`, {
    headers: { authorization: `Bearer ${ownerToken}` },
  });
  assert.equal(((await users.json()) as { items: { credits: number }[] }).items[0]?.credits, 1_000);
  await gateway.stop();
  const later = await proofs(await openPostgresSource(url));

  const saved = join(dataDir, 'of-postgres.solaris-backup');
  const backup = await cli(['backup', saved, '--data-dir', dataDir]);
  assert.equal(backup.code, 0, backup.err);

  const client = new pg.Client({ connectionString: url });
  await client.connect();
  await client.query(`INSERT INTO gateways (id, version, started_at, heartbeat_at) VALUES ('gtw_other', 'x', $1, $1)`, [
    // Its clock is an hour behind.
    Date.now() - 3_600_000,
  ]);
  const beats = setInterval(
    () => void client.query(`UPDATE gateways SET heartbeat_at = heartbeat_at + 1 WHERE id = 'gtw_other'`),
    100,
  );
  const early = await cli(['migrate', '--to', `sqlite:${file}`, '--data-dir', dataDir]).finally(() =>
    clearInterval(beats),
  );
  assert.equal(early.code, 69);
  assert.match(early.err, /A gateway uses .*Stop all of them first/);
  await client.query(`DELETE FROM gateways WHERE id = 'gtw_other'`);
  await client.end();

  const back = await cli(['migrate', '--to', `sqlite:${file}`, '--data-dir', dataDir]);
  assert.equal(back.code, 0, back.err);
  assert.deepEqual(await proofs(openSqliteSource(file)), later);
  assert.doesNotMatch(readFileSync(join(dataDir, '.env'), 'utf8'), /DATABASE_URL/);
  assert.equal((await cli(['verify', '--data-dir', dataDir])).code, 0);

  const restored = await cli(['restore', saved, '--data-dir', dataDir]);
  assert.equal(restored.code, 0, restored.err);
  assert.deepEqual(await proofs(openSqliteSource(file)), later, 'a backup of Postgres restores into SQLite');
});

test('what SQLite took and Postgres cannot keep moves too, and the audit log stays whole there and back', async (t) => {
  const url = await database(t);
  const { dataDir, file, plan } = await withHalfPair(t);
  const before = await proofs(openSqliteSource(file));
  const there = await cli(['migrate', '--to', url, '--data-dir', dataDir]);
  assert.equal(there.code, 0, there.err);
  assert.deepEqual(await proofs(await openPostgresSource(url)), before);
  assert.equal((await cli(['verify', '--data-dir', dataDir])).code, 0);

  const client = new pg.Client({ connectionString: url });
  await client.connect();
  const models = await client.query('SELECT allowed_models FROM plans WHERE id = $1', [plan]);
  assert.deepEqual(models.rows, [{ allowed_models: ['a\ufffdb\ufffdc'] }]);
  const isIt = `WHERE details->>'name' = 'a\ufffdb\ufffdc'`;
  const told = await client.query(`SELECT seq, details FROM audit_log ${isIt}`);
  assert.deepEqual(told.rows[0]?.details, {
    name: 'a\ufffdb\ufffdc',
    _asWritten: '{"name":"a\\ud800b\\u0000c"}',
  });
  const { seq } = told.rows[0];
  const set = (details: object) => client.query('UPDATE audit_log SET details = $1 WHERE seq = $2', [details, seq]);
  for (const forged of [
    { ...told.rows[0].details, name: 'other' },
    { ...told.rows[0].details, _asWritten: '{"name":"a\\ud800b\\ud800c"}' },
    { name: 'a\ufffdb\ufffdc' },
  ]) {
    await set(forged);
    const verified = await cli(['verify', '--data-dir', dataDir]);
    assert.match(verified.out + verified.err, new RegExp(`entry ${seq} is not what was written`));
  }
  await set(told.rows[0].details);
  await client.end();

  const back = await cli(['migrate', '--to', `sqlite:${file}`, '--data-dir', dataDir]);
  assert.equal(back.code, 0, back.err);
  assert.equal((await cli(['verify', '--data-dir', dataDir])).code, 0);
});

/** A stopped gateway's data with such texts in JSON, as earlier versions took them. */
async function withHalfPair(t: TestContext) {
  const built = await build(t, { engine: 'sqlite' });
  const file = await withBooks(built);
  const plan = 'gold';
  assert.equal((await built.api('/api/admin/plans', { body: { id: plan, allowedModels: ['x'] } })).status, 201);
  await built.gateway.stop();
  const db = new BetterSqlite3(file);
  const details = { name: 'a\ud800b\0c' };
  db.prepare('UPDATE plans SET allowed_models = ? WHERE id = ?').run(JSON.stringify([details.name]), plan);
  const last = db.prepare<[], { seq: number; hash: string }>('SELECT * FROM audit_log ORDER BY seq DESC LIMIT 1').get();
  assert.ok(last);
  const entry = { seq: last.seq + 1, id: 'aud_old', at: 1, actorKind: 'system', action: 'test.written', details };
  const hashed = { ...entry, actorId: null, targetKind: null, targetId: null };
  db.prepare(
    `INSERT INTO audit_log (seq, id, at, actor_kind, action, details, prev_hash, hash) VALUES (?, ?, ?, ?, ?, ?, ?, ?)`,
  ).run(
    entry.seq,
    entry.id,
    entry.at,
    entry.actorKind,
    entry.action,
    JSON.stringify(details),
    last.hash,
    auditHash(last.hash, hashed),
  );
  db.close();
  return { ...built, file, plan };
}

test('a move that was killed leaves SQLite in use, and goes on when it is asked for again', async (t) => {
  const url = await database(t);
  const { dataDir, file } = await stoppedWithBooks(t);
  const before = await proofs(openSqliteSource(file));
  for (const point of ['move_page:4', 'move_copied', 'move_proven']) {
    const killed = spawnCli(t, ['migrate', '--to', url, '--data-dir', dataDir], { SOLARIS_FAULT_POINT: point });
    assert.equal(await killed.exited, null, `${point} was reached: ${killed.output()}`);
    assert.ok(!existsSync(join(dataDir, '.env')), point);
    assert.deepEqual(await proofs(openSqliteSource(file)), before, point);
    await assert.rejects(createGateway({ dataDir, flags: { port: 0, databaseUrl: url } }), /a move that has not ended/);
  }
  const { code, out, err } = await cli(['migrate', '--to', url, '--data-dir', dataDir, '--json']);
  assert.equal(code, 0, err);
  assert.equal(JSON.parse(out).resumed, true);
  assert.deepEqual(await proofs(await openPostgresSource(url)), before);
});

test('what went on in SQLite after a killed move arrives too', async (t) => {
  const url = await database(t);
  const built = await stoppedWithBooks(t);
  const { dataDir, file } = built;
  const killed = spawnCli(t, ['migrate', '--to', url, '--data-dir', dataDir], { SOLARIS_FAULT_POINT: 'move_copied' });
  assert.equal(await killed.exited, null, killed.output());
  const again = await build(t, { engine: 'sqlite', dataDir });
  await withBooks(again).catch(() => undefined);
  await again.gateway.stop();
  const before = await proofs(openSqliteSource(file));
  const { code, err } = await cli(['migrate', '--to', url, '--data-dir', dataDir]);
  assert.equal(code, 0, err);
  assert.deepEqual(await proofs(await openPostgresSource(url)), before);
});

test('a database that cannot be moved to is refused with the reason, and the data stays where it is', async (t) => {
  const url = await database(t);
  const { dataDir, file } = await stoppedWithBooks(t);
  const before = await proofs(openSqliteSource(file));
  const withPassword = new URL(url);
  withPassword.password = 'wrong';
  const foreign = await database(t);
  const client = new pg.Client({ connectionString: foreign });
  await client.connect();
  await client.query('CREATE TABLE somebody_elses (id int)');
  await client.end();
  const taken = join(dataDir, 'taken.db');
  writeFileSync(taken, 'precious');
  const cases: [to: string, reason: RegExp][] = [
    ['mysql://nowhere/x', /Say where to move to/],
    ['sqlite:relative.db', /Say where to move to/],
    [`sqlite:${join(dataDir, 'other.db')}`, /from SQLite to Postgres or back/],
    ['postgres://nobody:x@127.0.0.1:9/none', /127\.0\.0\.1:9/],
    [withPassword.href, /password|sign in|refuses/i],
    [foreign, /belongs to another program/],
  ];
  for (const [to, reason] of cases) {
    const { code, err } = await cli(['migrate', '--to', to, '--data-dir', dataDir]);
    assert.notEqual(code, 0, to);
    assert.match(err, reason, to);
    assert.doesNotMatch(err, /wrong@|\n\s+at /, to);
  }
  assert.equal(readFileSync(taken, 'utf8'), 'precious');
  assert.deepEqual(await proofs(openSqliteSource(file)), before);
  assert.ok(!existsSync(join(dataDir, '.env')));

  const used = await build(t, { engine: 'postgres' });
  const inUse = await cli([
    'migrate',
    '--to',
    used.context.settings.current().databaseUrl ?? '',
    '--data-dir',
    dataDir,
  ]);
  assert.equal(inUse.code, 1);
  assert.match(inUse.err, /holds data of IA Solaris already/);
});

test('a gateway that runs keeps its data from moving', async (t) => {
  const { dataDir } = await build(t, { engine: 'sqlite' });
  const { code, err } = await cli(['migrate', '--to', 'postgres://a:b@127.0.0.1:9/c', '--data-dir', dataDir]);
  assert.equal(code, 69);
  assert.match(err, /is using/);
});

test('a move begun through the API refuses requests meanwhile, and ends in the other database', async (t) => {
  const url = await database(t);
  const restarted = Promise.withResolvers<void>();
  const built = await build(t, { engine: 'sqlite', onRestart: () => restarted.resolve() });
  await withBooks(built);
  const { api, context, dataDir, ownerToken } = built;
  const bad = await api('/api/admin/migrate', { body: { to: 'mysql://x' } });
  assert.deepEqual([bad.status, bad.body.error.code], [400, 'target_unusable']);
  const begun = await api('/api/admin/migrate', { body: { to: url } });
  assert.equal(begun.status, 202, JSON.stringify(begun.body));
  await context.jobs.idle();
  await restarted.promise;
  const asked = await fetch(`${built.url}/v1/chat/completions`, {
    method: 'POST',
    headers: { authorization: `Bearer ${built.serviceKey}`, 'content-type': 'application/json' },
    body: '{}',
  });
  assert.equal(asked.status, 503);
  assert.match(await asked.text(), /moving to another database/);
  await built.gateway.stop();

  const gateway = await createGateway({ dataDir, flags: { port: 0 } });
  t.after(() => gateway.stop());
  assert.equal(gateway.context.db.engine, 'postgres');
  const { url: address } = await gateway.start();
  const job = await fetch(`${address}/api/admin/jobs/${begun.body.id}`, {
    headers: { authorization: `Bearer ${ownerToken}` },
  });
  const { status, result } = (await job.json()) as { status: string; result: { aside: string } };
  assert.equal(status, 'done');
  assert.ok(existsSync(result.aside), 'what was left is put aside');
  await gateway.stop();
});
