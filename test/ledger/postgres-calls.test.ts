/** Calls of the ledger that are under way together: broken wires, deadlocks and other gateways harm none of them. */
import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import pg from 'pg';
import type { Database } from '../../gateway/db/database.ts';
import { DatabaseUnavailableError } from '../../gateway/db/errors.ts';
import { openPostgres } from '../../gateway/db/postgres.ts';
import { isConnectionLost } from '../../gateway/db/postgres-errors.ts';
import { createPipe } from '../../gateway/db/postgres-pipe.ts';
import { createPool, runStatement } from '../../gateway/db/postgres-pool.ts';
import { WRITER_LOCK } from '../../gateway/db/postgres-transaction.ts';
import { callParameters, ledgerStatement } from '../../gateway/ledger/postgres-steps.ts';
import { holdRequest, settlement } from '../bench/traffic/ledger-steps.ts';
import { type LedgerKit, ledgerKit } from '../support/ledger-kit.ts';
import { assertLedgerSums } from '../support/ledger-oracle.ts';
import { createTestDatabase } from '../support/postgres-database.ts';
import { type Fate, startTcpProxy } from '../support/tcp-proxy.ts';

const migrationsFolder = fileURLToPath(new URL('../../resources/migrations/pg', import.meta.url));
/** More than the ledger waits with while a call is under way. */
const CROWD = 24;
const PATIENCE_MS = 30_000;
const ROUNDS = 25;

/** A ledger behind a wire, and a session beside that can stop everything. */
async function wired(t: TestContext) {
  const database = await createTestDatabase();
  const wire = await startTcpProxy(database.url);
  const db = await openPostgres({ url: wire.url, migrationsFolder, gatewayId: 'gtw_test' });
  const beside = new pg.Client({ connectionString: database.url });
  await beside.connect();
  let calls = 0;
  let fateOf: (call: number) => Fate = () => 'pass';
  wire.decide((sent) => (sent.includes('solaris_ledger_') ? fateOf(++calls) : 'pass'));
  t.after(async () => {
    await beside.end();
    await db.close();
    await wire.close();
    await database.drop();
  });
  const kit = await ledgerKit(db);

  /** Asks for `first`, and for `second` while that is under way; the wire meets `fate` with one of the two. */
  const together = async <F, S>(
    asked: { first: () => F; second: () => S },
    { breaks, fate }: { breaks: 1 | 2; fate: Fate } = { breaks: 1, fate: 'pass' },
  ): Promise<{ first: F; second: S }> => {
    const before = calls;
    let stopped = 0;
    // The server has both before it answers the first: nobody gets the writer's lock.
    await beside.query('BEGIN');
    await beside.query(`SELECT pg_advisory_xact_lock(${WRITER_LOCK})`);
    fateOf = (call) => {
      if (call - before !== breaks || stopped > 0) return 'pass';
      stopped++;
      return fate;
    };
    const first = asked.first();
    await until(() => calls > before);
    const second = asked.second();
    await until(() => calls > before + 1);
    await beside.query('COMMIT');
    return { first, second };
  };
  return { kit, db, wire, beside, together, url: database.url };
}

async function until(isSo: () => boolean): Promise<void> {
  const deadline = performance.now() + PATIENCE_MS;
  while (!isSo()) {
    assert.ok(performance.now() < deadline, 'it never came');
    await pause(1);
  }
}

/** Until a session of the ledger waits for a lock. */
async function ledgerWaits(beside: pg.Client): Promise<void> {
  const waits = `SELECT count(*)::int AS n, pg_stat_clear_snapshot() FROM pg_stat_activity
    WHERE datname = current_database() AND application_name = 'ia-solaris ledger' AND wait_event_type = 'Lock'`;
  const deadline = performance.now() + PATIENCE_MS;
  while ((await beside.query(waits)).rows[0].n === 0)
    assert.ok(performance.now() < deadline, 'the ledger never waited');
}

const times = <T>(count: number, make: (index: number) => T): T[] =>
  Array.from({ length: count }, (_, index) => make(index));

async function users(kit: LedgerKit, count: number): Promise<string[]> {
  return Promise.all(times(count, () => kit.user({ limit: 10_000, credits: 50 })));
}

for (const breaks of [1, 2] as const) {
  for (const fate of ['lose', 'lose answer'] as const) {
    const which = breaks === 1 ? 'first' : 'second';
    test(`of two calls under way the ${which} meets "${fate}": every step of both is done once, and answered`, async (t) => {
      const { kit, db, together } = await wired(t);
      const ids = await users(kit, 4);
      const open = await Promise.all(times(CROWD, (n) => kit.held(ids[n % 4] ?? '', { prompt: 10, output: 20 })));
      const { first, second } = await together(
        {
          first: () => Promise.all(times(CROWD, (n) => kit.hold(ids[n % 4] ?? '', { prompt: 10, output: 20 }))),
          second: () => Promise.all(open.map(({ usageId }) => kit.settle(usageId, 25))),
        },
        { breaks, fate },
      );
      assert.deepEqual(new Set((await first).map(({ kind }) => kind)), new Set(['held']));
      assert.deepEqual(new Set((await second).map(({ kind }) => kind)), new Set(['settled']));
      assert.equal(await kit.openHolds(), CROWD);
      for (const id of ids) {
        const balance = await kit.balance(id);
        assert.deepEqual([balance?.usedMonthly, balance?.held], [(CROWD / 4) * 25, (CROWD / 4) * 30], 'each once');
      }
      await assertLedgerSums(db, { openHolds: CROWD });
    });
  }
}

test('of two calls under way when the database goes, all callers hear it, and nothing is done twice later', async (t) => {
  const { kit, db, wire, together } = await wired(t);
  const [user = ''] = await users(kit, 1);
  const open = await Promise.all(times(CROWD, () => kit.held(user, { prompt: 10, output: 20 })));
  const { first, second } = await together(
    {
      first: () => Promise.allSettled(times(CROWD, () => kit.hold(user, { prompt: 10, output: 20 }))),
      second: () => Promise.allSettled(open.map(({ usageId }) => kit.settle(usageId, 25))),
    },
    { breaks: 2, fate: 'lose answer' },
  ).finally(() => wire.cut());
  const answers = [...(await first), ...(await second)];
  for (const answer of answers) {
    if (answer.status === 'rejected') assert.ok(answer.reason instanceof DatabaseUnavailableError);
  }
  const held = (await first).filter(({ status }) => status === 'fulfilled').length;
  await wire.mend();
  // Whoever was refused asks again; what was written of it before is taken back or told.
  const settled = await Promise.all(open.map(({ usageId }) => kit.settle(usageId, 25)));
  assert.ok(settled.every(({ kind }) => kind === 'settled' || kind === 'already'));
  const balance = await kit.balance(user);
  assert.deepEqual(
    [balance?.usedMonthly, balance?.held],
    [CROWD * 25, held * 30],
    'each settlement once, no hold of a refused request',
  );
  await assertLedgerSums(db, { openHolds: held });
});

test('a hold whose answer was lost is taken back also where the server then refuses connections', async (t) => {
  const { kit, db, wire } = await wired(t);
  const [user = '', other = ''] = await users(kit, 2);
  await kit.held(other, { prompt: 10, output: 20 });
  // The server has it, and is gone before it answers.
  wire.decide((sent) => (sent.includes('solaris_ledger_') ? 'lose answer' : 'pass'));
  const refused = kit.hold(user, { prompt: 10, output: 20 });
  await until(() => wire.lost() > 0);
  wire.refuse();
  await assert.rejects(refused, DatabaseUnavailableError);
  wire.decide(() => 'pass');
  await wire.mend();
  await kit.held(other, { prompt: 10, output: 20 });
  assert.equal((await kit.balance(user))?.held, 0);
  await assertLedgerSums(db, { openHolds: 2 });
});

test('a hold that was refused while its session waited for a lock is taken back, however late it is written', async (t) => {
  const { kit, db, wire, beside } = await wired(t);
  const [user = '', other = ''] = await users(kit, 2);
  await beside.query('BEGIN');
  await beside.query('SELECT 1 FROM users WHERE id = $1 FOR NO KEY UPDATE', [user]);
  const refused = kit.hold(user, { prompt: 10, output: 20 });
  await ledgerWaits(beside);
  wire.cut();
  await assert.rejects(refused, DatabaseUnavailableError);
  await wire.mend();
  await kit.held(other, { prompt: 1, output: 1 });
  await beside.query('COMMIT');
  const openHolds = async () => Number((await beside.query('SELECT count(*)::int AS n FROM holds')).rows[0].n);
  const deadline = performance.now() + PATIENCE_MS;
  while ((await openHolds()) < 2) assert.ok(performance.now() < deadline, 'it was never written');
  while ((await openHolds()) > 1) {
    assert.ok(performance.now() < deadline, 'it was never taken back');
    // Whatever is called for next takes it along.
    await kit.balance(other);
  }
  assert.equal((await kit.balance(user))?.held, 0);
  await assertLedgerSums(db, { openHolds: 1 });
});

test('a connection that says nothing any more is given up, and what was asked on it is done on another', async (t) => {
  const database = await createTestDatabase();
  const wire = await startTcpProxy(database.url);
  const pool = await createPool(wire.url, 1, 'test', true);
  t.after(async () => {
    await pool.end();
    await wire.close();
    await database.drop();
  });
  const pipe = createPipe(pool, 50);
  const asked = { sql: 'SELECT $1::int', name: 'asked' };
  assert.deepEqual(await pipe.run(asked, [1]), [[1]]);
  wire.decide(() => 'silence');
  const unanswered = [pipe.run(asked, [2]), pipe.run(asked, [3])];
  for (const { status, reason } of (await Promise.allSettled(unanswered)) as PromiseRejectedResult[]) {
    assert.equal(status, 'rejected');
    assert.ok(isConnectionLost(reason), String(reason));
  }
  wire.decide(() => 'pass');
  assert.deepEqual(await pipe.run(asked, [4]), [[4]]);
});

test('an impossible step of a call under way spoils neither its neighbours nor the call behind it', async (t) => {
  const { kit, db, together } = await wired(t);
  const [user = '', other = ''] = await users(kit, 2);
  const open = await kit.held(user, { prompt: 10, output: 20 });
  const { first, second } = await together({
    first: () =>
      Promise.allSettled([
        kit.hold(user, { usageId: open.usageId }),
        kit.hold('usr_nobody'),
        ...times(CROWD, () => kit.hold(user, { prompt: 10, output: 20 })),
      ]),
    second: () => Promise.allSettled(times(CROWD, () => kit.hold(other, { prompt: 10, output: 20 }))),
  });
  const [twice, nobody, ...rest] = await first;
  assert.equal(twice?.status, 'rejected');
  assert.ok(!(twice.reason instanceof DatabaseUnavailableError), 'the database is not at fault');
  assert.equal(nobody?.status === 'fulfilled' && nobody.value.kind, 'unknown_user');
  for (const answer of [...rest, ...(await second)])
    assert.equal(answer.status === 'fulfilled' && answer.value.kind, 'held');
  await assertLedgerSums(db, { openHolds: 1 + 2 * CROWD });
});

test('a call that loses a deadlock is asked again, and nothing of it is done twice', async (t) => {
  const { kit, db, beside } = await wired(t);
  const [user = '', other = ''] = (await users(kit, 2)).sort();
  // The ledger is the one that notices, and loses.
  await beside.query(`SET deadlock_timeout = '1min'`);
  await beside.query('BEGIN');
  await beside.query('SELECT 1 FROM users WHERE id = $1 FOR UPDATE', [other]);
  const steps = Promise.all([user, other].map((id) => kit.hold(id, { prompt: 10, output: 20 })));
  await ledgerWaits(beside);
  await beside.query('SELECT 1 FROM users WHERE id = $1 FOR UPDATE', [user]);
  await beside.query('COMMIT');
  assert.deepEqual(
    (await steps).map(({ kind }) => kind),
    ['held', 'held'],
  );
  await assertLedgerSums(db, { openHolds: 2 });
});

test('a hold that is taken back beside a step of another department locks both in the order of everybody', async (t) => {
  const { kit, db, beside, url } = await wired(t);
  await kit.department('dep_a', {});
  await kit.department('dep_z', {});
  const [near, far] = [await kit.user({ department: 'dep_a' }), await kit.user({ department: 'dep_z' })];
  await kit.held(near, { prompt: 1, output: 1 });
  const lost = await kit.held(far, { prompt: 10, output: 20 });
  const pool = await createPool(url, 1, 'ia-solaris ledger', true);
  t.after(() => pool.end());
  const found = await beside.query(`SELECT proname AS name FROM pg_proc WHERE proname LIKE 'solaris_ledger_%'`);
  const { sql } = ledgerStatement(found.rows[0].name.replace('solaris_ledger_', ''));

  // What is shared is locked here as a call would: a department, then the team. Who meets a deadlock here loses.
  await beside.query(`SET deadlock_timeout = '10ms'`);
  const lock = (id: string) =>
    beside.query('SELECT 1 FROM department_periods WHERE department_id = $1 FOR NO KEY UPDATE', [id]);
  await beside.query('BEGIN');
  await lock('dep_a');
  const call = runStatement(
    pool,
    sql,
    callParameters({
      steps: [{ kind: 'hold', request: holdRequest(near) }],
      voided: [lost.usageId],
      policy: { defaultMonthlyLimit: 1_000_000, blockThreshold: 1_000_000, overdraft: 'strict' },
      gatewayId: 'gtw_test',
      retried: false,
    }),
  );
  await ledgerWaits(beside);
  await lock('team');
  await beside.query('COMMIT');
  assert.equal((await call)[0]?.[0], 'held');
  assert.equal((await kit.departmentUse('dep_z')).heldTokens, 0);
  await assertLedgerSums(db, { openHolds: 2 });
});

test('gateways whose calls name the same users, departments and models in opposite orders never deadlock', async (t) => {
  const { kit, db, url, beside } = await wired(t);
  const twin = await openPostgres({ url, migrationsFolder, gatewayId: 'gtw_twin' });
  t.after(() => twin.close());
  twin.ledger.configure({ defaultMonthlyLimit: 1_000_000, blockThreshold: 1_000_000, overdraft: 'strict' });
  await kit.department('dep_a', {});
  await kit.department('dep_b', {});
  const ids = await Promise.all(
    times(12, (n) => kit.user({ limit: 1_000_000, department: ['dep_a', 'dep_b'][n % 2] ?? 'dep_a' })),
  );
  const work = async ({ ledger }: Database, order: readonly string[]) => {
    for (let round = 0; round < ROUNDS; round++) {
      const requests = order.flatMap((id) => [holdRequest(id), holdRequest(id)]);
      const held = await Promise.all(requests.map((request) => ledger.hold(request)));
      assert.ok(held.every(({ kind }) => kind === 'held'));
      const settled = await Promise.all(requests.map(({ usageId }) => ledger.settle(settlement(usageId))));
      assert.ok(settled.every(({ kind }) => kind === 'settled'));
    }
  };
  for (const caps of [{}, { tokens: 1_000_000_000 }]) {
    await kit.team(caps);
    await Promise.all([work(db, ids), work(twin, ids.toReversed())]);
  }
  const { rows } = await beside.query('SELECT deadlocks::int FROM pg_stat_database WHERE datname = current_database()');
  assert.equal(rows[0]?.deadlocks, 0);
  const each = 2 * 2 * ROUNDS * 2 * settlement('').chargedTokens;
  for (const id of ids) assert.equal((await kit.balance(id))?.usedMonthly, each);
  await assertLedgerSums(db);
});
