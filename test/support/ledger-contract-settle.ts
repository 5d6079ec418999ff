/** Contract of `settle` and `recover`: each request is debited exactly once, and nothing stays reserved. */
import assert from 'node:assert/strict';
import { NOON } from './ledger-kit.ts';
import { assertLedgerSums } from './ledger-oracle.ts';
import { expectKind, type LedgerTest } from './ledger-test.ts';

export function ledgerSettleTests(ledgerTest: LedgerTest): void {
  ledgerTest('a settlement debits what was used and gives back the rest', async (kit) => {
    const user = await kit.user({ limit: 1_000 });
    const held = await kit.held(user, { prompt: 100, output: 500 });
    const settled = expectKind(
      await kit.settle(held.usageId, 250, { prompt: 90, costMicroUsd: 12, statusCode: 200, at: NOON + 5 }),
      'settled',
    );
    assert.equal(settled.userId, user);
    assert.deepEqual([settled.chargedTokens, settled.absorbedTokens], [250, 0]);
    assert.deepEqual(settled.balance, {
      limit: 1_000,
      usedMonthly: 250,
      usedCredits: 0,
      credits: 0,
      held: 0,
      available: 750,
    });
    assert.deepEqual(await kit.balance(user), settled.balance);
    const record = await kit.record(held.usageId);
    assert.equal(record.outcome, 'ok');
    assert.equal(record.usageSource, 'reported');
    assert.deepEqual(
      [record.promptTokens, record.completionTokens, record.totalTokens, record.chargedTokens, record.absorbedTokens],
      [90, 160, 250, 250, 0],
    );
    assert.deepEqual(
      [record.costMicroUsd, record.settledAt, record.durationMs, record.firstByteMs],
      [12, NOON + 5, 5, 2],
    );
    const entries = await kit.entries(user);
    assert.deepEqual(
      entries.map((entry) => [entry.kind, entry.monthlyDelta, entry.creditsDelta]),
      [['debit', 250, 0]],
    );
    await assertLedgerSums(kit.db);
  });

  ledgerTest('tokens of other kinds, and a cost that is a guess, are kept with the record', async (kit) => {
    const user = await kit.user({ limit: 1_000 });
    const held = await kit.held(user, { prompt: 100, output: 500 });
    const usage = {
      promptTokens: 90,
      completionTokens: 60,
      cachedTokens: 10,
      reasoningTokens: 20,
      totalTokens: 150,
      parts: {
        cacheWrite: 5,
        cacheWriteHour: 7,
        promptAudio: 11,
        completionAudio: 13,
        promptImage: 17,
        completionImage: 19,
      },
    };
    await kit.settle(held.usageId, 150, { usage, priceKnown: false });
    const record = await kit.record(held.usageId);
    assert.deepEqual(
      [record.cachedTokens, record.reasoningTokens, record.cacheWriteTokens, record.audioTokens, record.imageTokens],
      [10, 20, 12, 24, 36],
    );
    assert.deepEqual([record.chargedTokens, record.priceKnown], [150, false]);
    const plain = await kit.held(user, { prompt: 1, output: 1 });
    await kit.settle(plain.usageId, 2);
    const other = await kit.record(plain.usageId);
    assert.deepEqual([other.cacheWriteTokens, other.audioTokens, other.imageTokens, other.priceKnown], [0, 0, 0, true]);
  });

  ledgerTest('a second settlement changes nothing, whatever it says', async (kit) => {
    const user = await kit.user({ limit: 1_000 });
    const held = await kit.held(user);
    await kit.settle(held.usageId, 50);
    expectKind(await kit.settle(held.usageId, 150, { outcome: 'client_aborted' }), 'already');
    expectKind(await kit.settle('req_never', 150), 'unknown');
    assert.equal((await kit.balance(user))?.usedMonthly, 50);
    assert.equal((await kit.record(held.usageId)).outcome, 'ok');
    await assertLedgerSums(kit.db);
  });

  ledgerTest('a charge of zero gives everything back and leaves a record without an entry', async (kit) => {
    const user = await kit.user({ limit: 1_000 });
    const held = await kit.held(user);
    const settled = expectKind(
      await kit.settle(held.usageId, 0, {
        outcome: 'upstream_error',
        usageSource: 'none',
        statusCode: 502,
        errorMessage: 'down',
      }),
      'settled',
    );
    assert.equal(settled.balance.available, 1_000);
    assert.deepEqual(await kit.entries(user), []);
    const record = await kit.record(held.usageId);
    assert.deepEqual([record.outcome, record.errorMessage, record.statusCode], ['upstream_error', 'down', 502]);
    await assertLedgerSums(kit.db);
  });

  ledgerTest('the month is used first, then the credits', async (kit) => {
    const user = await kit.user({ limit: 1_000, credits: 500 });
    const held = await kit.held(user, { prompt: 100, output: 1_200 });
    assert.deepEqual([held.balance.held, held.balance.available], [1_300, 200]);
    const settled = expectKind(await kit.settle(held.usageId, 1_100), 'settled');
    assert.deepEqual(settled.balance, {
      limit: 1_000,
      usedMonthly: 1_000,
      usedCredits: 100,
      credits: 400,
      held: 0,
      available: 400,
    });
    const next = await kit.held(user, { prompt: 100, output: 300 });
    expectKind(await kit.settle(next.usageId, 400), 'settled');
    expectKind(await kit.hold(user, { prompt: 1, output: 1 }), 'quota');
    assert.deepEqual((await kit.entries(user)).map((entry) => [entry.monthlyDelta, entry.creditsDelta]).sort(), [
      [0, -400],
      [1_000, -100],
    ]);
  });

  ledgerTest('more than was reserved is debited from what is free; only the rest is absorbed', async (kit) => {
    const user = await kit.user({ limit: 1_000, credits: 100 });
    const other = await kit.held(user, { prompt: 100, output: 300 });
    const held = await kit.held(user, { prompt: 100, output: 100 });
    const settled = expectKind(await kit.settle(held.usageId, 5_000), 'settled');
    assert.deepEqual([settled.chargedTokens, settled.absorbedTokens], [700, 4_300]);
    assert.equal(settled.balance.available, 0);
    assert.equal(settled.balance.held, 400);
    const record = await kit.record(held.usageId);
    assert.deepEqual([record.totalTokens, record.chargedTokens, record.absorbedTokens], [5_000, 700, 4_300]);
    const last = expectKind(await kit.settle(other.usageId, 400), 'settled');
    assert.deepEqual([last.chargedTokens, last.absorbedTokens], [400, 0]);
    assert.deepEqual([last.balance.usedMonthly, last.balance.usedCredits, last.balance.credits], [1_000, 100, 0]);
    await assertLedgerSums(kit.db);
  });

  ledgerTest('a hold on credits is free for the month again when the month has room', async (kit) => {
    const user = await kit.user({ limit: 500, credits: 500 });
    const first = await kit.held(user, { prompt: 100, output: 400 });
    const second = await kit.held(user, { prompt: 100, output: 400 });
    await kit.settle(first.usageId, 0);
    const settled = expectKind(await kit.settle(second.usageId, 300), 'settled');
    assert.deepEqual(
      [settled.balance.usedMonthly, settled.balance.usedCredits, settled.balance.credits],
      [300, 0, 500],
    );
    await assertLedgerSums(kit.db);
  });

  ledgerTest('recovery gives back the holds of the gateways it names and marks their records', async (kit) => {
    const user = await kit.user({ limit: 1_000, credits: 1_000 });
    const price = { input: 1_000_000, cachedInput: 0, output: 2_000_000 };
    const held = await kit.held(user, { prompt: 100, output: 1_100, price });
    assert.deepEqual(await kit.db.ledger.recover(['gtw_other'], NOON), []);
    const [interrupted, ...more] = await kit.db.ledger.recover('all', NOON);
    assert.deepEqual(more, []);
    assert.deepEqual(interrupted, { usageId: held.usageId, userId: user, reservedTokens: 1_200, costMicroUsd: 2_300 });
    const record = await kit.record(held.usageId);
    assert.deepEqual([record.outcome, record.usageSource, record.chargedTokens], ['interrupted', 'none', 0]);
    assert.deepEqual((await kit.balance(user))?.available, 2_000);
    assert.deepEqual(await kit.db.ledger.recover('all', NOON), []);
    await assertLedgerSums(kit.db);
  });

  ledgerTest('a settlement that comes after the recovery turns the record into a debit, once', async (kit) => {
    const user = await kit.user({ limit: 1_000 });
    const held = await kit.held(user);
    await kit.db.ledger.recover('all', NOON);
    const late = expectKind(await kit.settle(held.usageId, 150), 'settled');
    assert.deepEqual([late.chargedTokens, late.balance.usedMonthly, late.balance.held], [150, 150, 0]);
    assert.equal((await kit.record(held.usageId)).outcome, 'ok');
    expectKind(await kit.settle(held.usageId, 150), 'already');
    await assertLedgerSums(kit.db);
  });

  ledgerTest(
    'what was settled as interrupted is settled: only recovery leaves it to a later settlement',
    async (kit) => {
      const user = await kit.user({ limit: 1_000 });
      const held = await kit.held(user);
      expectKind(await kit.settle(held.usageId, 50, { outcome: 'interrupted' }), 'settled');
      for (const outcome of ['interrupted', 'ok'] as const) {
        expectKind(await kit.settle(held.usageId, 80, { outcome }), 'already');
      }
      const late = await kit.held(user);
      await kit.db.ledger.recover('all', NOON);
      expectKind(await kit.settle(late.usageId, 50, { outcome: 'interrupted' }), 'settled');
      expectKind(await kit.settle(late.usageId, 80), 'already');
      assert.equal((await kit.balance(user))?.usedMonthly, 100);
      assert.equal((await kit.entries(user)).length, 2);
      await assertLedgerSums(kit.db);
    },
  );

  ledgerTest('a late settlement takes nothing that others have reserved since', async (kit) => {
    const user = await kit.user({ limit: 1_000 });
    const lost = await kit.held(user, { prompt: 100, output: 700 });
    await kit.db.ledger.recover('all', NOON);
    const open = await kit.held(user, { prompt: 100, output: 700 });
    const late = expectKind(await kit.settle(lost.usageId, 800), 'settled');
    assert.deepEqual([late.chargedTokens, late.absorbedTokens], [200, 600]);
    expectKind(await kit.settle(open.usageId, 800), 'settled');
    assert.equal((await kit.balance(user))?.usedMonthly, 1_000);
    await assertLedgerSums(kit.db);
  });

  ledgerTest('what a provider keeps is remembered for its first owner, with the newest figures', async (kit) => {
    const [user, other] = [await kit.user({ limit: 1_000 }), await kit.user({ limit: 1_000 })];
    const answer = { idHash: 'ab'.repeat(32), userId: user, tokens: 150, upstreamId: 'ups_1', updatedAt: NOON };
    const second = { ...answer, idHash: 'cd'.repeat(32) };
    await Promise.all([kit.held(user), kit.db.ledger.keep([answer, second])]);
    await kit.db.ledger.keep([{ ...answer, userId: other, tokens: 1 }]);
    const newest = { ...answer, tokens: 400, upstreamId: 'ups_2', updatedAt: NOON + 1 };
    await kit.db.ledger.keep([newest]);
    await assert.rejects(kit.db.ledger.keep([{ ...answer, idHash: 'ef'.repeat(32), userId: 'usr_nobody' }]));
    const { keptAnswers } = kit.db.tables;
    assert.deepEqual(await kit.db.select().from(keptAnswers).orderBy(keptAnswers.idHash), [newest, second]);
    assert.equal(await kit.openHolds(), 1, 'what was committed beside it stays');
  });
}
