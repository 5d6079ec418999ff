/** Pure: however a request and what is left are drawn, a hold fits, is never too small for its answer, and leaves room. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { charge, MILLION, type Rate, tokensWithin, UNIT_RATE } from '../../gateway/ledger/charge.ts';
import {
  availableTokens,
  type HoldWish,
  type Room,
  type Standing,
  shareUsed,
  sizeHold,
  splitDebit,
  splitHold,
} from '../../gateway/ledger/sizing.ts';
import { type Chance, chance } from '../support/random.ts';

const ROUNDS = 5_000;
const UNLIMITED: Room = { tokens: Number.POSITIVE_INFINITY, microUsd: Number.POSITIVE_INFINITY };
const FREE = { input: 0, cachedInput: 0, output: 0 };

function randomRate(random: Chance): Rate {
  if (random.happens(60)) return UNIT_RATE;
  const parts = [1_000, 250_000, MILLION, 1_500_000, 3_333_333, 20 * MILLION];
  return { multiplier: random.pick(parts), factor: random.pick(parts) };
}

function randomWish(random: Chance): HoldWish {
  const explicit = random.happens(50) ? 1 + random.below(random.pick([10, 300, 5_000, 200_000])) : null;
  return {
    promptTokens: random.below(random.pick([50, 2_000, 100_000])),
    output: {
      explicit,
      choices: random.happens(70) ? 1 : 1 + random.below(8),
      modelMaximum: random.happens(60) ? random.pick([1_024, 4_096, 16_384, 128_000]) : null,
      cap: random.pick([256, 4_096, 16_384]),
      minimum: 256,
    },
    rate: randomRate(random),
    price: random.happens(50) ? FREE : { input: 2_500_000, cachedInput: 1_250_000, output: 10_000_000 },
  };
}

function randomRoom(random: Chance): Room {
  const amount = (most: number) => (random.happens(30) ? Number.POSITIVE_INFINITY : random.below(most));
  return { tokens: amount(random.pick([300, 5_000, 1_000_000])), microUsd: amount(random.pick([1_000, 5_000_000])) };
}

/** Whether so much of an answer fits under every cap. */
function fits({ promptTokens, output, rate, price }: HoldWish, outputTokens: number, rooms: readonly Room[]): boolean {
  const answer = outputTokens * output.choices;
  const pico = promptTokens * price.input + answer * price.output;
  return rooms.every(
    ({ tokens, microUsd }) => charge(promptTokens + answer, rate) <= tokens && Math.ceil(pico / MILLION) <= microUsd,
  );
}

function least({ output }: HoldWish): number {
  const { explicit, modelMaximum, cap, minimum } = output;
  return Math.min(explicit ?? Math.min(cap, modelMaximum ?? cap), minimum);
}

test('a hold fits under every cap, and is refused only when the shortest answer does not', () => {
  for (let seed = 0; seed < ROUNDS; seed++) {
    const random = chance(seed);
    const wish = randomWish(random);
    const rooms = Array.from({ length: 1 + random.below(3) }, () => randomRoom(random));
    const size = sizeHold(wish, rooms, true);
    assert.equal(size === null, !fits(wish, least(wish), rooms), `seed ${seed}`);
    if (!size) continue;
    assert.ok(fits(wish, size.outputTokens, rooms), `seed ${seed}`);
    assert.equal(size.chargedTokens, charge(wish.promptTokens + size.outputTokens * wish.output.choices, wish.rate));
    assert.ok(size.outputTokens >= least(wish), `seed ${seed}`);
  }
});

test('what is not lowered is all that the answer can be; what is less is lowered', () => {
  for (let seed = 0; seed < ROUNDS; seed++) {
    const random = chance(seed);
    const wish = randomWish(random);
    const rooms = [randomRoom(random), random.happens(20) ? UNLIMITED : randomRoom(random)];
    for (const mayLower of [false, true]) {
      const size = sizeHold(wish, rooms, mayLower);
      if (!size) continue;
      const { explicit, modelMaximum, cap } = wish.output;
      const unbounded = rooms.every(
        ({ tokens, microUsd }) => tokens + microUsd === Number.POSITIVE_INFINITY && tokens === microUsd,
      );
      if (size.lowered) assert.ok(size.outputTokens <= (explicit ?? modelMaximum ?? cap), `seed ${seed}`);
      else if (explicit !== null) assert.equal(size.outputTokens, explicit, `seed ${seed}`);
      else if (modelMaximum !== null) assert.equal(size.outputTokens, modelMaximum, `seed ${seed}`);
      else assert.ok(unbounded, `seed ${seed}: an answer without any end needs a limit`);
    }
  }
});

test('a client’s own limit is taken as it is wherever it fits', () => {
  for (let seed = 0; seed < ROUNDS; seed++) {
    const random = chance(seed);
    const wish = randomWish(random);
    const { explicit } = wish.output;
    const rooms = [randomRoom(random)];
    if (explicit === null || !fits(wish, explicit, rooms)) continue;
    for (const mayLower of [false, true]) {
      const size = sizeHold(wish, rooms, mayLower);
      assert.deepEqual([size?.outputTokens, size?.lowered], [explicit, false], `seed ${seed}`);
    }
  }
});

test('a lowered answer leaves a quarter of what is left, unless it is the shortest', () => {
  for (let seed = 0; seed < ROUNDS; seed++) {
    const random = chance(seed);
    const wish = randomWish(random);
    const rooms = [randomRoom(random)];
    const size = sizeHold(wish, rooms, true);
    if (!size?.lowered || size.outputTokens === least(wish)) continue;
    for (const { tokens, microUsd } of rooms) {
      assert.ok(size.chargedTokens <= tokens * 0.75, `seed ${seed}: ${size.chargedTokens} of ${tokens}`);
      assert.ok(size.costMicroUsd <= microUsd * 0.75 + 1, `seed ${seed}: ${size.costMicroUsd} of ${microUsd}`);
    }
  }
});

test('asked without lowering, it says the same as with it, or that it does not fit as asked', () => {
  for (let seed = 0; seed < ROUNDS; seed++) {
    const random = chance(seed);
    const wish = randomWish(random);
    const rooms = [randomRoom(random), randomRoom(random)];
    const asAsked = sizeHold(wish, rooms, false);
    if (asAsked) assert.deepEqual(sizeHold(wish, rooms, true), asAsked, `seed ${seed}`);
  }
});

test('more room never makes a shorter answer', () => {
  for (let seed = 0; seed < ROUNDS; seed++) {
    const random = chance(seed);
    const wish = randomWish(random);
    const room = randomRoom(random);
    const more: Room = {
      tokens: room.tokens + random.below(100_000),
      microUsd: room.microUsd + random.below(1_000_000),
    };
    const [small, large] = [sizeHold(wish, [room], true), sizeHold(wish, [more], true)];
    assert.ok((large?.outputTokens ?? -1) >= (small?.outputTokens ?? -1), `seed ${seed}`);
  }
});

test('charging rounds up once, and what fits is found exactly', () => {
  for (let seed = 0; seed < ROUNDS; seed++) {
    const random = chance(seed);
    const rate = randomRate(random);
    const charged = random.below(random.pick([5, 1_000, 100_000_000]));
    const tokens = tokensWithin(charged, rate);
    assert.ok(charge(tokens, rate) <= charged, `seed ${seed}`);
    assert.ok(charge(tokens + 1, rate) > charged, `seed ${seed}`);
  }
  assert.equal(charge(1, { multiplier: 1, factor: MILLION }), 1);
  assert.equal(charge(2, { multiplier: 1_500_000, factor: MILLION }), 3);
  assert.equal(charge(3, { multiplier: 0, factor: MILLION }), 0);
  assert.equal(tokensWithin(10, { multiplier: 0, factor: MILLION }), Number.POSITIVE_INFINITY);
});

test('holds and debits take the month first, then credits, and never more than there is', () => {
  for (let seed = 0; seed < ROUNDS; seed++) {
    const random = chance(seed);
    const limit = random.happens(15) ? null : random.below(10_000);
    const credits = random.below(5_000);
    const standing: Standing = {
      limit,
      usedMonthly: random.below(limit ?? 5_000) || 0,
      heldMonthly: random.below(2_000),
      credits,
      heldCredits: random.below(credits + 1),
    };
    const available = availableTokens(standing);
    const held = random.below(Math.min(available, 20_000) + 1);
    const split = splitHold(held, standing);
    assert.equal(split.monthly + split.credits, held, `seed ${seed}`);
    assert.ok(
      split.monthly >= 0 && split.credits >= 0 && split.credits <= credits - standing.heldCredits,
      `seed ${seed}`,
    );
    if (split.credits > 0 && limit !== null) {
      assert.equal(split.monthly, Math.max(0, limit - standing.usedMonthly - standing.heldMonthly), `seed ${seed}`);
    }

    const used = random.below(30_000);
    const debit = splitDebit(used, standing, split);
    assert.equal(debit.monthly + debit.credits + debit.absorbed, used, `seed ${seed}`);
    assert.ok(debit.monthly >= 0 && debit.credits >= 0 && debit.absorbed >= 0, `seed ${seed}`);
    assert.ok(debit.credits <= credits, `seed ${seed}: no debt`);
    if (used <= held) assert.equal(debit.absorbed, 0, `seed ${seed}: what was reserved is charged`);
    if (limit === null) assert.equal(debit.absorbed, 0, `seed ${seed}`);
    else {
      const free = Math.max(0, limit - standing.usedMonthly - standing.heldMonthly);
      assert.ok(debit.monthly <= Math.max(free, split.monthly), `seed ${seed}: never over the limit`);
    }
    const share = shareUsed(standing, 0);
    assert.ok(share >= 0 && share <= 1, `seed ${seed}`);
  }
  assert.equal(shareUsed({ limit: 0, usedMonthly: 0, heldMonthly: 0, credits: 0, heldCredits: 0 }, 0), 1);
});
