/** Contract of `hold`: sizes, refusals, who may hold at all. */
import assert from 'node:assert/strict';
import { eq } from 'drizzle-orm';
import { NOON } from './ledger-kit.ts';
import { assertLedgerSums } from './ledger-oracle.ts';
import { expectKind, type LedgerTest } from './ledger-test.ts';

export function ledgerHoldTests(ledgerTest: LedgerTest): void {
  ledgerTest('an explicit limit is reserved as it is, with a pending record beside it', async (kit) => {
    const user = await kit.user({ limit: 1_000 });
    const held = await kit.held(user, { prompt: 100, output: 300, choices: 2 });
    assert.equal(held.chargedTokens, 700);
    assert.equal(held.outputTokens, 300);
    assert.equal(held.lowered, false);
    assert.deepEqual(held.balance, {
      limit: 1_000,
      usedMonthly: 0,
      usedCredits: 0,
      credits: 0,
      held: 700,
      available: 300,
    });
    assert.deepEqual(await kit.balance(user), held.balance);
    const record = await kit.record(held.usageId);
    assert.equal(record.outcome, 'pending');
    assert.equal(record.reservedTokens, 700);
    assert.equal(record.chargedTokens, 0);
    assert.equal(record.usageSource, null);
    assert.deepEqual(await kit.entries(user), []);
    await assertLedgerSums(kit.db, { openHolds: 1 });
  });

  ledgerTest(
    'without a limit the model maximum is reserved while four such holds fit, and nothing is lowered',
    async (kit) => {
      const user = await kit.user({ limit: 4_400 });
      const held = await kit.held(user, { prompt: 100, output: null, modelMaximum: 1_000 });
      assert.equal(held.outputTokens, 1_000);
      assert.equal(held.lowered, false);
      const second = await kit.held(user, { prompt: 100, output: null, modelMaximum: 1_000, cap: 500 });
      assert.equal(second.outputTokens, 500);
      assert.equal(second.lowered, true);
    },
  );

  ledgerTest(
    'an answer is lowered to three quarters of what is left, so that a second one fits beside it',
    async (kit) => {
      const user = await kit.user({ limit: 2_000 });
      const first = await kit.held(user, { prompt: 100, output: null });
      assert.equal(first.lowered, true);
      assert.equal(first.chargedTokens, 1_500);
      const title = await kit.held(user, { prompt: 100, output: 16, minimum: 256 });
      assert.equal(title.outputTokens, 16);
      assert.equal(title.lowered, false);
    },
  );

  ledgerTest('a client limit that does not fit is lowered rather than refused', async (kit) => {
    const user = await kit.user({ limit: 1_000 });
    const held = await kit.held(user, { prompt: 100, output: 5_000 });
    assert.equal(held.lowered, true);
    assert.equal(held.outputTokens, 650);
    assert.equal(held.chargedTokens, 750);
  });

  ledgerTest('what may not be lowered is answered short and reserves nothing', async (kit) => {
    const user = await kit.user({ limit: 1_000 });
    const result = expectKind(await kit.hold(user, { prompt: 100, output: 5_000, mayLower: false }), 'short');
    assert.equal(result.balance.held, 0);
    assert.equal(await kit.openHolds(), 0);
  });

  ledgerTest('the quota refuses only when the prompt and the shortest answer do not fit', async (kit) => {
    const user = await kit.user({ limit: 356 });
    expectKind(await kit.hold(user, { prompt: 101, output: null, minimum: 256 }), 'quota');
    const held = await kit.held(user, { prompt: 100, output: null, minimum: 256 });
    assert.equal(held.chargedTokens, 356);
    assert.equal(held.outputTokens, 256);
  });

  ledgerTest('a client limit under the shortest answer is enough', async (kit) => {
    const user = await kit.user({ limit: 110 });
    const held = await kit.held(user, { prompt: 100, output: 10, minimum: 256 });
    assert.equal(held.chargedTokens, 110);
    expectKind(await kit.hold(await kit.user({ limit: 109 }), { prompt: 100, output: 10, minimum: 256 }), 'quota');
  });

  ledgerTest('what would fit without the own open holds is reserved, not over quota', async (kit) => {
    const user = await kit.user({ limit: 1_000 });
    const first = await kit.held(user, { prompt: 100, output: 800 });
    const refused = expectKind(await kit.hold(user, { prompt: 100, output: 300 }), 'reserved');
    assert.equal(refused.balance.held, 900);
    await kit.settle(first.usageId, 100);
    await kit.held(user, { prompt: 100, output: 300 });
  });

  ledgerTest('a limit of zero with no credits is over quota at once', async (kit) => {
    const user = await kit.user({ limit: 0 });
    const refused = expectKind(await kit.hold(user, { prompt: 1, output: 1 }), 'quota');
    assert.deepEqual(refused.balance, { limit: 0, usedMonthly: 0, usedCredits: 0, credits: 0, held: 0, available: 0 });
  });

  ledgerTest(
    'the limit comes from the user, else the plan, else the default, scaled by the block threshold',
    async (kit) => {
      await kit.plan('plan-tokens', { limitMode: 'tokens', limit: 5_000 });
      await kit.plan('plan-unlimited', { limitMode: 'unlimited' });
      const own = await kit.user({ planId: 'plan-tokens', limit: 7_000 });
      const fromPlan = await kit.user({ planId: 'plan-tokens' });
      const unlimited = await kit.user({ planId: 'plan-unlimited' });
      const cappedBesidePlan = await kit.user({ planId: 'plan-unlimited', limit: 10 });
      const fallback = await kit.user();
      const limits = async () =>
        Promise.all(
          [own, fromPlan, unlimited, cappedBesidePlan, fallback].map(async (id) => (await kit.balance(id))?.limit),
        );
      assert.deepEqual(await limits(), [7_000, 5_000, null, 10, 1_000_000]);
      kit.policy({ defaultMonthlyLimit: null, blockThreshold: 900_000 });
      assert.deepEqual(await limits(), [6_300, 4_500, null, 9, null]);
    },
  );

  ledgerTest('an unlimited user holds all that the model can give', async (kit) => {
    const user = await kit.user({ limitMode: 'unlimited' });
    const held = await kit.held(user, { prompt: 100, output: null, modelMaximum: 60_000 });
    assert.equal(held.outputTokens, 60_000);
    assert.equal(held.lowered, false);
    assert.equal(held.balance.limit, null);
    assert.equal(held.balance.available, null);
    const settled = expectKind(await kit.settle(held.usageId, 200_000), 'settled');
    assert.equal(settled.chargedTokens, 200_000);
    assert.equal(settled.absorbedTokens, 0);
  });

  ledgerTest('holds are in charged tokens, with one rounding upwards', async (kit) => {
    const user = await kit.user({ limit: 1_000 });
    const rate = { multiplier: 1_500_000, factor: 333_333 };
    const held = await kit.held(user, { prompt: 101, output: 100, rate });
    assert.equal(held.chargedTokens, Math.ceil(201 * 1.5 * 0.333333));
    const lowered = await kit.held(user, {
      prompt: 100,
      output: null,
      minimum: 16,
      rate: { multiplier: 2_000_000, factor: 1_000_000 },
    });
    assert.ok(lowered.chargedTokens <= Math.floor((1_000 - held.chargedTokens) * 0.75));
    assert.ok(lowered.chargedTokens > Math.floor((1_000 - held.chargedTokens) * 0.75) - 3);
    assert.equal(lowered.chargedTokens, 2 * (100 + lowered.outputTokens));
  });

  ledgerTest('a model that costs no tokens fits when nothing is left', async (kit) => {
    const user = await kit.user({ limit: 0 });
    const held = await kit.held(user, { prompt: 500, output: 500, rate: { multiplier: 0, factor: 1_000_000 } });
    assert.equal(held.chargedTokens, 0);
    expectKind(await kit.settle(held.usageId, 700, { charged: 0 }), 'settled');
    await assertLedgerSums(kit.db);
  });

  ledgerTest('as many requests at once as the plan allows, over all periods', async (kit) => {
    await kit.plan('two', { concurrent: 2 });
    const user = await kit.user({ planId: 'two' });
    const first = await kit.held(user);
    await kit.held(user, { period: '2026-12' });
    assert.equal(expectKind(await kit.hold(user), 'concurrency').limit, 2);
    await kit.settle(first.usageId, 10);
    await kit.held(user);
  });

  ledgerTest('only active users hold, and the reason is told', async (kit) => {
    for (const status of ['pending', 'suspended', 'blocked', 'deleted'] as const) {
      const user = await kit.user({ status });
      const refused = expectKind(await kit.hold(user), 'status');
      assert.deepEqual([refused.status, refused.reason, refused.until], [status, 'because', null]);
    }
    expectKind(await kit.hold('usr_nobody'), 'unknown_user');
    assert.equal(await kit.openHolds(), 0);
  });

  ledgerTest('a suspension ends at its instant, not before', async (kit) => {
    const { users } = kit.db.tables;
    const user = await kit.user({ status: 'suspended', suspendedUntil: NOON });
    assert.equal(expectKind(await kit.hold(user, { at: NOON - 1 }), 'status').until, NOON);
    await kit.held(user, { at: NOON });
    const [row] = await kit.db.select().from(users).where(eq(users.id, user));
    assert.deepEqual([row?.status, row?.statusReason, row?.suspendedUntil], ['active', null, null]);
  });

  ledgerTest('the same usage id is held once', async (kit) => {
    const user = await kit.user({ limit: 1_000 });
    await kit.held(user, { usageId: 'req_same' });
    await assert.rejects(kit.hold(user, { usageId: 'req_same' }));
    assert.equal((await kit.balance(user))?.held, 200);
    await assertLedgerSums(kit.db, { openHolds: 1 });
  });

  ledgerTest('a lower limit does not touch open holds', async (kit) => {
    const { users } = kit.db.tables;
    const user = await kit.user({ limit: 1_000 });
    const held = await kit.held(user, { prompt: 100, output: 700 });
    await kit.db.update(users).set({ monthlyLimit: 100 }).where(eq(users.id, user));
    expectKind(await kit.hold(user, { prompt: 1, output: 1 }), 'reserved');
    const settled = expectKind(await kit.settle(held.usageId, 800), 'settled');
    assert.deepEqual([settled.chargedTokens, settled.absorbedTokens], [800, 0]);
    expectKind(await kit.hold(user, { prompt: 1, output: 1 }), 'quota');
    await assertLedgerSums(kit.db);
  });

  ledgerTest('the soft policy lets whoever has anything left send one more, and absorbs the rest', async (kit) => {
    kit.policy({ overdraft: 'soft' });
    const user = await kit.user({ limit: 300 });
    const held = await kit.held(user, { prompt: 100, output: 5_000 });
    assert.equal(held.lowered, false);
    assert.equal(held.outputTokens, 5_000);
    assert.equal(held.balance.available, 0);
    expectKind(await kit.hold(user, { prompt: 1, output: 1 }), 'reserved');
    const settled = expectKind(await kit.settle(held.usageId, 1_000), 'settled');
    assert.deepEqual([settled.chargedTokens, settled.absorbedTokens], [300, 700]);
    expectKind(await kit.hold(user, { prompt: 1, output: 1 }), 'quota');
    await assertLedgerSums(kit.db);
  });
}
