/** Commands beside gateways, through a pooler: whose session they had been given is as it was before. */
import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import pg from 'pg';
import { openPostgres } from '../../gateway/db/postgres.ts';
import { openPostgresReadOnly } from '../../gateway/db/postgres-read-only.ts';
import { openPostgresMove } from '../../gateway/db/transfer-postgres-target.ts';
import { LAST_TABLE } from '../../gateway/db/transfer-tables.ts';
import { StartError } from '../../gateway/ops/start-error.ts';
import { ledgerKit } from '../support/ledger-kit.ts';
import { startPooler } from '../support/pooler.ts';
import { createTestDatabase } from '../support/postgres-database.ts';

const migrationsFolder = fileURLToPath(new URL('../../resources/migrations/pg', import.meta.url));
/** More than the pooler has sessions, so that each has its turn. */
const ROUNDS = 8;

async function pooled(t: TestContext, template: boolean): Promise<string> {
  const database = await createTestDatabase(template);
  const pooler = await startPooler(database.url);
  t.after(async () => {
    await pooler.close();
    await database.drop();
  });
  return pooler.url;
}

test('gateways go on writing through a pooler after somebody has read there', async (t) => {
  const url = await pooled(t, true);
  const db = await openPostgres({ url, migrationsFolder, gatewayId: 'gtw_test' });
  t.after(() => db.close());
  const kit = await ledgerKit(db);
  const user = await kit.user({ limit: 10_000_000 });
  for (let round = 0; round < ROUNDS; round++) {
    const reader = await openPostgresReadOnly(url);
    assert.equal(await reader.$count(reader.tables.users), 1);
    assert.equal(await reader.snapshot(() => reader.$count(reader.tables.users)), 1);
    await reader.close();
    await kit.hold(user);
  }
});

test('a reader writes nothing, in a snapshot or outside of one, also when it is asked for several things at once', async (t) => {
  const url = await pooled(t, true);
  const reader = await openPostgresReadOnly(url);
  t.after(() => reader.close());
  const { users } = reader.tables;
  const erase = async () => void (await reader.delete(users));
  const refused = (error: { cause?: { code?: string } }) => error.cause?.code === '25006';
  await assert.rejects(erase(), refused);
  await assert.rejects(reader.snapshot(erase), refused);
  const answers = await Promise.allSettled([
    reader.$count(users),
    erase(),
    reader.snapshot(() => reader.$count(users)),
    erase(),
    reader.integrityProblems(),
  ]);
  assert.deepEqual(
    answers.map(({ status }) => status),
    ['fulfilled', 'rejected', 'fulfilled', 'rejected', 'fulfilled'],
  );
  for (const answer of answers) if (answer.status === 'rejected') assert.ok(refused(answer.reason));
});

test('a move into Postgres through a pooler keeps others out until its end, and no longer', async (t) => {
  const url = await pooled(t, false);
  for (let round = 0; round < ROUNDS; round++) {
    const move = await openPostgresMove(url, migrationsFolder);
    assert.equal((await move.state()).kind, 'empty');
    await assert.rejects(openPostgresMove(url, migrationsFolder), /Another move into this database goes on/);
    await move.close();
  }
});

test('a move whose lock was lost writes nothing more', async (t) => {
  const database = await createTestDatabase(false);
  t.after(() => database.drop());
  const move = await openPostgresMove(database.url, migrationsFolder);
  t.after(() => move.close());
  await move.mark('here');
  const admin = new pg.Client({ connectionString: database.url });
  await admin.connect();
  // Of this database alone: other tests have theirs on the same server.
  await admin.query(`
    SELECT pg_terminate_backend(l.pid, 10000) FROM pg_locks l JOIN pg_database d ON d.oid = l.database
    WHERE l.locktype = 'advisory' AND d.datname = current_database()`);
  await admin.end();
  const source = await move.source();
  const last = source.tables.find(({ name }) => name === LAST_TABLE);
  await source.close();
  assert.ok(last);
  await assert.rejects(move.complete(last, []), StartError);
  await assert.rejects(move.clear(), StartError);
  assert.deepEqual(await move.state(), { kind: 'moving', moveId: 'here' });
});
