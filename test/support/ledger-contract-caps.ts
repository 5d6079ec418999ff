/** Contract of shared caps: a department's and the team's, in tokens and in money. */
import assert from 'node:assert/strict';
import { assertLedgerSums } from './ledger-oracle.ts';
import { expectKind, type LedgerTest } from './ledger-test.ts';

export function ledgerCapTests(ledgerTest: LedgerTest): void {
  ledgerTest('a department shares one cap, held and used, whoever of it asks', async (kit) => {
    await kit.department('dep_a', { tokens: 1_000 });
    const [ana, bob] = [await kit.user({ department: 'dep_a' }), await kit.user({ department: 'dep_a' })];
    const outsider = await kit.user();
    const held = await kit.held(ana, { prompt: 100, output: 700 });
    assert.deepEqual(await kit.departmentUse('dep_a'), {
      departmentId: 'dep_a',
      period: '2026-11',
      usedTokens: 0,
      usedMicroUsd: 0,
      heldTokens: 800,
      heldMicroUsd: 0,
    });
    const refused = expectKind(await kit.hold(bob, { prompt: 100, output: 101 }), 'cap');
    assert.deepEqual([refused.departmentId, refused.name], ['dep_a', 'Department dep_a']);
    assert.equal(refused.balance.held, 0);
    await kit.held(outsider, { prompt: 100, output: 700 });
    await kit.settle(held.usageId, 300);
    const lowered = await kit.held(bob, { prompt: 100, output: 5_000 });
    assert.equal(lowered.chargedTokens, 525);
    assert.equal((await kit.departmentUse('team')).usedTokens, 300);
    assert.equal((await kit.departmentUse('team')).heldTokens, 1_325);
    await assertLedgerSums(kit.db, { openHolds: 2 });
  });

  ledgerTest('the team caps everybody, and the user quota is told before a shared cap', async (kit) => {
    await kit.team({ tokens: 500 });
    await kit.department('dep_b', { tokens: 10_000 });
    const ana = await kit.user({ department: 'dep_b' });
    const poor = await kit.user({ limit: 10 });
    await kit.held(ana, { prompt: 100, output: 300 });
    assert.equal(
      expectKind(await kit.hold(await kit.user(), { prompt: 100, output: 300 }), 'cap').departmentId,
      'team',
    );
    expectKind(await kit.hold(poor, { prompt: 100, output: 300 }), 'quota');
    assert.equal(await kit.openHolds(), 1);
  });

  ledgerTest('a cap in money refuses, lowers and counts what was really spent', async (kit) => {
    await kit.team({ microUsd: 1_000 });
    const price = { input: 1_000_000, cachedInput: 500_000, output: 2_000_000 };
    const user = await kit.user();
    const held = await kit.held(user, { prompt: 100, output: null, price });
    assert.equal(held.lowered, true);
    assert.equal(held.outputTokens, 325);
    assert.equal((await kit.departmentUse('team')).heldMicroUsd, 750);
    assert.equal(expectKind(await kit.hold(user, { prompt: 300, output: 1, price }), 'cap').departmentId, 'team');
    await kit.settle(held.usageId, 200, { costMicroUsd: 300 });
    assert.deepEqual(
      await kit
        .departmentUse('team')
        .then((use) => [use.usedMicroUsd, use.heldMicroUsd, use.usedTokens, use.heldTokens]),
      [300, 0, 200, 0],
    );
    await kit.held(user, { prompt: 300, output: 200, price });
  });

  ledgerTest('a hold tells whether a cap in money stands over it, the department’s or the team’s', async (kit) => {
    await kit.department('dep_d', { microUsd: 1_000_000 });
    await kit.department('dep_e', { tokens: 1_000_000 });
    const inMoney = await kit.user({ department: 'dep_d' });
    const inTokens = await kit.user({ department: 'dep_e' });
    const alone = await kit.user();
    const told = () => Promise.all([inMoney, inTokens, alone].map(async (user) => (await kit.held(user)).cappedInUsd));
    assert.deepEqual(await told(), [true, false, false]);
    await kit.team({ tokens: 1_000_000 });
    assert.deepEqual(await told(), [true, false, false]);
    await kit.team({ microUsd: 1_000_000, stops: false });
    assert.deepEqual(await told(), [true, false, false], 'a cap that only shows is none');
    await kit.team({ microUsd: 1_000_000 });
    assert.deepEqual(await told(), [true, true, true]);
  });

  ledgerTest('a cap that only shows refuses nobody but keeps counting', async (kit) => {
    await kit.team({ tokens: 10, stops: false });
    const held = await kit.held(await kit.user(), { prompt: 100, output: 300 });
    await kit.settle(held.usageId, 400);
    assert.equal((await kit.departmentUse('team')).usedTokens, 400);
  });

  ledgerTest('recovery gives shared caps back too, and a new month starts them anew', async (kit) => {
    await kit.department('dep_c', { tokens: 500 });
    const user = await kit.user({ department: 'dep_c' });
    await kit.held(user, { prompt: 100, output: 300 });
    expectKind(await kit.hold(user, { prompt: 100, output: 300 }), 'cap');
    await kit.held(user, { prompt: 100, output: 300, period: '2026-12' });
    await kit.db.ledger.recover('all', 0);
    assert.equal((await kit.departmentUse('dep_c')).heldTokens, 0);
    assert.equal((await kit.departmentUse('team')).heldTokens, 0);
    await kit.held(user, { prompt: 100, output: 300 });
  });
}
