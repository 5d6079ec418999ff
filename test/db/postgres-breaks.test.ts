/** A connection that breaks while something is written: it is done once or not at all, and callers hear which. */
import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { DatabaseUnavailableError } from '../../gateway/db/errors.ts';
import { openPostgres } from '../../gateway/db/postgres.ts';
import { ledgerKit } from '../support/ledger-kit.ts';
import { assertLedgerSums } from '../support/ledger-oracle.ts';
import { createTestDatabase } from '../support/postgres-database.ts';
import { type Fate, startTcpProxy } from '../support/tcp-proxy.ts';

const migrationsFolder = fileURLToPath(new URL('../../resources/migrations/pg', import.meta.url));

async function broken(t: TestContext) {
  const database = await createTestDatabase();
  const wire = await startTcpProxy(database.url);
  const db = await openPostgres({ url: wire.url, migrationsFolder, gatewayId: 'gtw_test' });
  t.after(async () => {
    await db.close();
    await wire.close();
    await database.drop();
  });
  /** The next message that has `text` in it meets `fate`; the others pass. @returns whether it came */
  const next = (text: string, fate: Fate) => {
    let met = false;
    wire.decide((sent) => {
      if (met || !sent.includes(text)) return 'pass';
      met = true;
      return fate;
    });
    return () => met;
  };
  return { db, wire, next, kit: await ledgerKit(db) };
}

test('steps of the ledger whose request or answer is lost are taken once, and answered', async (t) => {
  const { db, kit, next } = await broken(t);
  const user = await kit.user({ limit: 10_000, credits: 100 });
  for (const fate of ['lose', 'lose answer'] as const) {
    const broke = next('solaris_ledger_', fate);
    const held = await kit.held(user, { prompt: 100, output: 200 });
    assert.ok(broke(), `the hold's wire broke: ${fate}`);
    assert.equal(await kit.openHolds(), 1);
    const brokeAgain = next('solaris_ledger_', fate);
    const [settled, moved] = await Promise.all([kit.settle(held.usageId, 150), kit.move(user, 50)]);
    assert.ok(brokeAgain());
    assert.deepEqual([settled.kind, moved.kind], ['settled', 'moved']);
    assert.equal(await kit.openHolds(), 0);
  }
  const balance = await kit.balance(user);
  assert.deepEqual([balance?.usedMonthly, balance?.held], [300, 0], 'each debit once');
  assert.equal((await kit.entries(user)).filter(({ kind }) => kind === 'grant').length, 2, 'each grant once');
  await assertLedgerSums(db);
});

test('a transaction whose COMMIT or its answer is lost has happened or not, and says so', async (t) => {
  const { db, next } = await broken(t);
  const { departments } = db.tables;
  const make = (id: string) =>
    db.tx(async (tx) => {
      await tx.insert(departments).values({ id, name: id, createdAt: 1, updatedAt: 1 });
      return id;
    });
  const made = async (id: string) => (await db.select().from(departments)).some((row) => row.id === id);

  const brokeAfter = next('COMMIT\0', 'lose answer');
  assert.equal(await make('kept'), 'kept', 'it was committed, and only the answer is lost');
  assert.ok(brokeAfter());
  assert.ok(await made('kept'));

  const brokeBefore = next('COMMIT\0', 'lose');
  await assert.rejects(make('lost'), DatabaseUnavailableError);
  assert.ok(brokeBefore());
  assert.ok(!(await made('lost')));
  assert.equal(await make('lost'), 'lost', 'and may be tried again');
});

test('while the server cannot be reached nothing is held, and afterwards everything goes on', async (t) => {
  const { db, kit, wire } = await broken(t);
  const user = await kit.user({ limit: 10_000 });
  const held = await kit.held(user, { prompt: 100, output: 200 });
  wire.cut();
  await assert.rejects(kit.hold(user), DatabaseUnavailableError);
  await assert.rejects(kit.settle(held.usageId, 150), DatabaseUnavailableError);
  await wire.mend();
  assert.equal((await kit.settle(held.usageId, 150)).kind, 'settled');
  assert.equal((await kit.balance(user))?.usedMonthly, 150);
  assert.equal(await kit.openHolds(), 0);
  await assertLedgerSums(db);
});
