/** Contract under concurrency: two hundred at once on room for few, and failures that stay alone. */
import assert from 'node:assert/strict';
import { eq } from 'drizzle-orm';
import { assertLedgerSums } from './ledger-oracle.ts';
import { expectKind, type LedgerTest } from './ledger-test.ts';

const AT_ONCE = 200;

export function ledgerConcurrencyTests(ledgerTest: LedgerTest): void {
  ledgerTest('of two hundred holds at once exactly those that fit are held', async (kit) => {
    const user = await kit.user({ limit: 1_000, credits: 450 });
    const results = await Promise.all(
      Array.from({ length: AT_ONCE }, () => kit.hold(user, { prompt: 100, output: 100 })),
    );
    const held = results.filter((result) => result.kind === 'held');
    assert.ok(results.every((result) => result.kind === 'held' || result.kind === 'reserved'));
    assert.ok(held.reduce((sum, hold) => sum + hold.chargedTokens, 0) <= 1_450);
    assert.ok(held.length >= 7, 'all that fit were held');
    const settled = await Promise.all(held.map((hold) => kit.settle(hold.usageId, hold.chargedTokens)));
    assert.ok(settled.every((result) => result.kind === 'settled' && result.absorbedTokens === 0));
    const balance = await kit.balance(user);
    assert.ok(balance && balance.usedMonthly <= 1_000 && balance.usedCredits <= 450);
    assert.equal(balance.held, 0);
    await assertLedgerSums(kit.db);
  });

  ledgerTest('two hundred without a limit of their own never reserve more than there is', async (kit) => {
    const user = await kit.user({ limit: 20_000 });
    const results = await Promise.all(
      Array.from({ length: AT_ONCE }, () => kit.hold(user, { prompt: 50, output: null })),
    );
    const held = results.filter((result) => result.kind === 'held');
    assert.ok(held.length > 1, 'the first did not take everything');
    assert.ok(held.reduce((sum, hold) => sum + hold.chargedTokens, 0) <= 20_000);
    const reported = held.map((hold, index) => hold.chargedTokens + (index % 2 ? 5_000 : 0));
    const settled = await Promise.all(held.map((hold, index) => kit.settle(hold.usageId, reported[index] ?? 0)));
    const [charged, absorbed] = settled.reduce<[number, number]>(
      ([a, b], result) => (result.kind === 'settled' ? [a + result.chargedTokens, b + result.absorbedTokens] : [a, b]),
      [0, 0],
    );
    assert.equal(
      charged + absorbed,
      reported.reduce((sum, tokens) => sum + tokens, 0),
    );
    assert.ok(charged <= 20_000);
    assert.equal((await kit.balance(user))?.usedMonthly, charged);
    await assertLedgerSums(kit.db);
  });

  ledgerTest('one impossible step spoils none of those beside it', async (kit) => {
    const user = await kit.user({ limit: 10_000 });
    const first = await kit.held(user);
    const [settled, twice, moved, fresh] = await Promise.allSettled([
      kit.settle(first.usageId, 150),
      kit.hold(user, { usageId: first.usageId }),
      kit.move(user, 10),
      kit.hold(user),
    ]);
    assert.equal(settled.status === 'fulfilled' && settled.value.kind, 'settled');
    assert.equal(twice.status, 'rejected');
    assert.equal(moved.status === 'fulfilled' && moved.value.kind, 'moved');
    assert.equal(fresh.status === 'fulfilled' && fresh.value.kind, 'held');
    assert.deepEqual(await kit.balance(user), {
      limit: 10_000,
      usedMonthly: 150,
      usedCredits: 0,
      credits: 10,
      held: 200,
      available: 9_660,
    });
    await assertLedgerSums(kit.db, { openHolds: 1 });
  });

  ledgerTest('settlements sent at once for the same request debit once', async (kit) => {
    const user = await kit.user({ limit: 1_000 });
    const held = await kit.held(user);
    const results = await Promise.all([1, 2, 3, 4].map(() => kit.settle(held.usageId, 120)));
    assert.deepEqual(results.map((result) => result.kind).sort(), ['already', 'already', 'already', 'settled']);
    assert.equal((await kit.balance(user))?.usedMonthly, 120);
    await assertLedgerSums(kit.db);
  });

  ledgerTest('other transactions and the ledger do not lose each other’s writes', async (kit) => {
    const { users } = kit.db.tables;
    const user = await kit.user({ limit: 1_000_000 });
    // Each adds to what it reads: one that was lost would be missing in the end.
    const renames = Array.from({ length: 20 }, () =>
      kit.db.tx(async (tx) => {
        const [row] = await tx.select().from(users).where(eq(users.id, user));
        await tx
          .update(users)
          .set({ name: `${row?.name}x` })
          .where(eq(users.id, user));
      }),
    );
    const used = Array.from({ length: 20 }, async () => kit.settle((await kit.held(user)).usageId, 10));
    await Promise.all([...renames, ...used]);
    const [row] = await kit.db.select().from(users).where(eq(users.id, user));
    assert.equal(row?.name, 'x'.repeat(20));
    assert.equal((await kit.balance(user))?.usedMonthly, 200);
    await assertLedgerSums(kit.db);
  });

  ledgerTest('a transaction gets its turn while the ledger never rests', async (kit) => {
    const { users } = kit.db.tables;
    const user = await kit.user({ limit: 1_000_000 });
    let resting = false;
    const restless = Array.from({ length: 8 }, async () => {
      while (!resting) await kit.settle((await kit.held(user)).usageId, 10);
    });
    for (const name of ['first', 'second', 'third']) {
      await kit.db.tx((tx) => tx.update(users).set({ name }).where(eq(users.id, user)));
    }
    resting = true;
    await Promise.all(restless);
    const [row] = await kit.db.select().from(users).where(eq(users.id, user));
    assert.equal(row?.name, 'third');
    await assertLedgerSums(kit.db);
  });

  ledgerTest('a policy counts for what is asked after it, not for what was asked before', async (kit) => {
    const user = await kit.user();
    kit.policy({ defaultMonthlyLimit: 1_000 });
    const before = kit.hold(user, { prompt: 100, output: 300 });
    kit.policy({ defaultMonthlyLimit: 100 });
    const after = kit.hold(user, { prompt: 100, output: 300 });
    assert.equal(expectKind(await before, 'held').balance.limit, 1_000);
    assert.equal(expectKind(await after, 'quota').balance.limit, 100);
  });
}
