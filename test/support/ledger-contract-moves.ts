/** Contract of `move` and `resetUsage`: what operators do to a user's tokens. */
import assert from 'node:assert/strict';
import { assertLedgerSums } from './ledger-oracle.ts';
import { expectKind, type LedgerTest } from './ledger-test.ts';

export function ledgerMoveTests(ledgerTest: LedgerTest): void {
  ledgerTest('credits are added and taken, each with its entry', async (kit) => {
    const user = await kit.user({ limit: 0 });
    const granted = expectKind(await kit.move(user, 500, { kind: 'bonus', details: { ticket: 7 } }), 'moved');
    assert.equal(granted.balance.credits, 500);
    const taken = expectKind(await kit.move(user, -200, { kind: 'adjustment' }), 'moved');
    assert.deepEqual(taken.balance, {
      limit: 0,
      usedMonthly: 0,
      usedCredits: 0,
      credits: 300,
      held: 0,
      available: 300,
    });
    const entries = await kit.entries(user);
    assert.deepEqual(
      entries.map((entry) => [entry.kind, entry.monthlyDelta, entry.creditsDelta, entry.details]),
      [
        ['bonus', 0, 500, { ticket: 7 }],
        ['adjustment', 0, -200, null],
      ],
    );
    await assertLedgerSums(kit.db);
  });

  ledgerTest('what is not there or reserved cannot be taken, and what could be is told', async (kit) => {
    const user = await kit.user({ limit: 0, credits: 500 });
    await kit.held(user, { prompt: 100, output: 200 });
    assert.equal(expectKind(await kit.move(user, -201), 'insufficient').free, 200);
    expectKind(await kit.move(user, -200), 'moved');
    assert.equal(expectKind(await kit.move(user, -1), 'insufficient').free, 0);
    expectKind(await kit.move('usr_nobody', 5), 'unknown_user');
    expectKind(await kit.move(await kit.user({ status: 'deleted' }), 5), 'unknown_user');
    assert.equal((await kit.entries(user)).length, 1);
    await assertLedgerSums(kit.db, { openHolds: 1 });
  });

  ledgerTest('a move is made once per entry id, also when it is asked for at the same time', async (kit) => {
    const user = await kit.user({ limit: 0 });
    const again = { entryId: 'led_once' };
    const results = await Promise.all([1, 2, 3].map(() => kit.move(user, 100, again)));
    for (const result of results) assert.equal(expectKind(result, 'moved').balance.credits, 100);
    expectKind(await kit.move(user, 101, again), 'other_entry');
    expectKind(await kit.move(await kit.user(), 100, again), 'other_entry');
    expectKind(await kit.reset(user, again), 'other_entry');
    assert.equal((await kit.balance(user))?.credits, 100);
    assert.equal((await kit.entries(user)).length, 1);
  });

  ledgerTest('a move inside a transaction stays or goes with the rest of it', async (kit) => {
    const user = await kit.user({ limit: 1_000 });
    const order = kit.moveOrder(user, 100, { entryId: 'led_inside' });
    const thrown = kit.db.tx(async (tx) => {
      assert.equal(expectKind(await tx.ledger.move(order), 'moved').balance.credits, 100);
      assert.equal((await tx.ledger.balance(user, order.period))?.credits, 100, 'the transaction sees it');
      throw new Error('the rest failed');
    });
    await assert.rejects(thrown, /the rest failed/);
    assert.equal((await kit.balance(user))?.credits, 0);
    assert.deepEqual(await kit.entries(user), []);
    const [made, hold] = await Promise.all([
      kit.db.tx((tx) => tx.ledger.move(order)),
      kit.hold(user, { prompt: 10, output: 0 }),
    ]);
    expectKind(made, 'moved');
    expectKind(hold, 'held');
    expectKind(await kit.db.tx((tx) => tx.ledger.move(order)), 'moved');
    assert.equal((await kit.balance(user))?.credits, 100, 'once per entry id');
    await assertLedgerSums(kit.db, { openHolds: 1 });
  });

  ledgerTest('a reset sets the period back to zero, leaves credits and open holds, and is made once', async (kit) => {
    const user = await kit.user({ limit: 1_000, credits: 50 });
    const used = await kit.held(user, { prompt: 100, output: 900 });
    await kit.settle(used.usageId, 900);
    const open = await kit.held(user, { prompt: 50, output: 50 });
    const reset = expectKind(await kit.reset(user, { entryId: 'led_reset' }), 'moved');
    assert.deepEqual(reset.balance, {
      limit: 1_000,
      usedMonthly: 0,
      usedCredits: 0,
      credits: 50,
      held: 100,
      available: 950,
    });
    await kit.settle(open.usageId, 60);
    expectKind(await kit.reset(user, { entryId: 'led_reset' }), 'moved');
    assert.equal((await kit.balance(user))?.usedMonthly, 60);
    assert.deepEqual(
      (await kit.entries(user)).filter((entry) => entry.kind === 'reset').map((entry) => entry.monthlyDelta),
      [-900],
    );
  });
}
