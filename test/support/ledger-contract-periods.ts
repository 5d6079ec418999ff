/** Contract of renewal: once per user and period, lazily, and requests that span midnight stay in theirs. */
import assert from 'node:assert/strict';
import { DECEMBER, NOVEMBER } from './ledger-kit.ts';
import { assertLedgerSums } from './ledger-oracle.ts';
import { expectKind, type LedgerTest } from './ledger-test.ts';

export function ledgerPeriodTests(ledgerTest: LedgerTest): void {
  ledgerTest('a new month starts at zero, keeps the credits, and closes the old one with its figures', async (kit) => {
    const user = await kit.user({ limit: 1_000, credits: 500 });
    const used = await kit.held(user, { prompt: 100, output: 1_100 });
    await kit.settle(used.usageId, 1_200);
    expectKind(await kit.hold(user, { prompt: 200, output: 200 }), 'quota');
    const held = await kit.held(user, { prompt: 200, output: 200, period: DECEMBER });
    assert.deepEqual(held.balance, {
      limit: 1_000,
      usedMonthly: 0,
      usedCredits: 0,
      credits: 300,
      held: 400,
      available: 900,
    });
    assert.deepEqual(await kit.balance(user, NOVEMBER), {
      limit: 1_000,
      usedMonthly: 1_000,
      usedCredits: 200,
      credits: 300,
      held: 0,
      available: 300,
    });
    const closing = (await kit.entries(user)).filter((entry) => entry.kind === 'reset');
    assert.equal(closing.length, 1);
    assert.equal(closing[0]?.period, NOVEMBER);
    assert.deepEqual(closing[0]?.details, {
      closing: true,
      limit: 1_000,
      usedMonthly: 1_000,
      usedCredits: 200,
      held: 0,
    });
    await assertLedgerSums(kit.db, { openHolds: 1 });
  });

  ledgerTest('many first requests of a month renew once', async (kit) => {
    const user = await kit.user({ limit: 10_000 });
    await kit.settle((await kit.held(user)).usageId, 100);
    await Promise.all(Array.from({ length: 20 }, () => kit.held(user, { period: DECEMBER })));
    assert.equal((await kit.entries(user)).filter((entry) => entry.kind === 'reset').length, 1);
    assert.equal((await kit.balance(user, DECEMBER))?.held, 4_000);
  });

  ledgerTest('a month without any use is closed by nobody, and the one before it only once', async (kit) => {
    const user = await kit.user({ limit: 1_000 });
    await kit.settle((await kit.held(user, { period: '2026-09' })).usageId, 100);
    await kit.held(user, { period: DECEMBER });
    await kit.held(user, { period: '2027-01' });
    const closing = (await kit.entries(user)).filter((entry) => entry.kind === 'reset').map((entry) => entry.period);
    assert.deepEqual(closing.sort(), ['2026-09', DECEMBER]);
  });

  ledgerTest('a request that spans midnight is debited to the month of its hold', async (kit) => {
    const user = await kit.user({ limit: 1_000, credits: 1_000 });
    const before = await kit.held(user, { prompt: 100, output: 1_100 });
    const after = await kit.held(user, { prompt: 100, output: 800, period: DECEMBER });
    assert.deepEqual([after.balance.held, after.balance.available], [1_100, 900]);
    const settled = expectKind(await kit.settle(before.usageId, 1_200), 'settled');
    assert.deepEqual(
      [settled.balance.usedMonthly, settled.balance.usedCredits, settled.balance.credits],
      [1_000, 200, 800],
    );
    await kit.settle(after.usageId, 900);
    assert.deepEqual(await kit.balance(user, DECEMBER), {
      limit: 1_000,
      usedMonthly: 900,
      usedCredits: 0,
      credits: 800,
      held: 0,
      available: 900,
    });
    await assertLedgerSums(kit.db);
  });

  ledgerTest('a clock that jumps back finds the month as it was left', async (kit) => {
    const user = await kit.user({ limit: 1_000 });
    await kit.settle((await kit.held(user, { prompt: 100, output: 900 })).usageId, 1_000);
    await kit.settle((await kit.held(user, { period: DECEMBER })).usageId, 100);
    expectKind(await kit.hold(user), 'quota');
    await kit.held(user, { period: DECEMBER });
    assert.equal((await kit.entries(user)).filter((entry) => entry.kind === 'reset').length, 1);
    await assertLedgerSums(kit.db, { openHolds: 1 });
  });

  ledgerTest('a clock that jumps back to a month never used closes no later one', async (kit) => {
    const user = await kit.user({ limit: 1_000 });
    await kit.settle((await kit.held(user, { period: DECEMBER })).usageId, 100);
    await kit.held(user);
    assert.deepEqual(
      (await kit.entries(user)).filter((entry) => entry.kind === 'reset'),
      [],
    );
    await kit.held(user, { period: '2027-01' });
    assert.equal((await kit.entries(user)).filter((entry) => entry.kind === 'reset').length, 2);
  });

  ledgerTest('asking for a balance opens no month', async (kit) => {
    const user = await kit.user({ limit: 1_000 });
    assert.equal((await kit.balance(user, DECEMBER))?.available, 1_000);
    assert.equal(await kit.balance('usr_nobody'), null);
    assert.equal(await kit.db.$count(kit.db.tables.userPeriods), 0);
  });
}
