/** Contract by random histories: whatever happens in whatever order, the ledger agrees with the model. */
import assert from 'node:assert/strict';
import { type LedgerKit, NOON } from './ledger-kit.ts';
import { createLedgerModel, type LedgerModel, type ModelWish } from './ledger-model.ts';
import { assertLedgerSums } from './ledger-oracle.ts';
import type { LedgerTest } from './ledger-test.ts';

const STEPS = 3_000;
const PERIODS = ['2026-10', '2026-11', '2026-12'];
/** The most that is asked for in one turn, so that several steps share a commit. */
const LONGEST_BURST = 12;

export function ledgerHistoryTests(ledgerTest: LedgerTest): void {
  ledgerTest(`${STEPS} random steps leave the ledger where the model is`, async (kit) => {
    const seed = Number(process.env.LEDGER_SEED ?? Math.floor(Math.random() * 2 ** 32));
    try {
      await runHistory(kit, randomFrom(seed));
    } catch (error) {
      throw new Error(`With LEDGER_SEED=${seed}: ${error instanceof Error ? error.message : error}`, { cause: error });
    }
  });
}

/** A step as it is asked of both: what the ledger answers, and what the model says it must answer. */
interface Step {
  text: string;
  answer: Promise<object>;
  expected: object;
}

async function runHistory(kit: LedgerKit, random: Random): Promise<void> {
  const model = createLedgerModel();
  const ids = await makePeople(kit, model, random);
  let usage = 0;
  let done = 0;
  while (done < STEPS) {
    const burst: Step[] = [];
    const length = 1 + random.below(LONGEST_BURST);
    for (let index = 0; index < length; index += 1) {
      const user = random.pick(ids);
      // Months go by in the course of the history, with stragglers from the one before.
      const at =
        PERIODS[Math.max(0, Math.floor((done / STEPS) * PERIODS.length) - (random.below(8) === 0 ? 1 : 0))] ?? '';
      burst.push(nextStep(kit, model, random, { user, at, usageId: `req_h${String(usage++).padStart(6, '0')}` }));
    }
    for (const { text, answer, expected } of burst) {
      const actual = await answer;
      const told = Object.fromEntries(Object.keys(expected).map((key) => [key, Reflect.get(actual, key)]));
      assert.deepEqual(told, expected, text);
    }
    done += length;
    if (done % 10 === 0) for (const id of ids) await compareBalances(kit, model, id);
  }
  for (const id of ids) await compareBalances(kit, model, id);
  await assertLedgerSums(kit.db, { openHolds: model.openHolds().length });
}

async function makePeople(kit: LedgerKit, model: LedgerModel, random: Random): Promise<string[]> {
  await kit.team({ tokens: 60_000 });
  await kit.department('dep_x', { tokens: 25_000 });
  model.caps.set('team', 60_000).set('dep_x', 25_000);
  const ids: string[] = [];
  for (const [limit, credits, department] of [
    [5_000, 1_000, 'dep_x'],
    [20_000, 0, 'dep_x'],
    [300, 3_000, 'team'],
    [0, 500, 'team'],
    [null, 0, 'team'],
  ] as const) {
    const setup = { credits: credits + random.below(50), ...(department === 'team' ? {} : { department }) };
    const id = await kit.user(limit === null ? { limitMode: 'unlimited', ...setup } : { limit, ...setup });
    model.users.set(id, {
      limit,
      credits: setup.credits,
      department: department === 'team' ? 'none' : department,
      periods: new Map(),
    });
    ids.push(id);
  }
  return ids;
}

function nextStep(
  kit: LedgerKit,
  model: LedgerModel,
  random: Random,
  { user, at, usageId }: { user: string; at: string; usageId: string },
): Step {
  const dice = random.below(100);
  const open = model.openHolds();
  if (dice < 45 || (dice < 88 && open.length === 0)) {
    const wish: ModelWish = {
      prompt: 1 + random.below(200),
      output: random.below(3) === 0 ? null : random.below(1_200),
      modelMaximum: random.below(2) === 0 ? null : 100 + random.below(900),
      cap: 800,
      minimum: 256,
    };
    const expected = model.hold(usageId, user, at, wish);
    return {
      text: `hold ${usageId} ${user} ${at} ${JSON.stringify(wish)}`,
      answer: kit.hold(user, { ...wish, period: at, usageId }),
      expected,
    };
  }
  if (dice < 88) {
    const id = random.pick(open);
    const tokens = random.below(5) === 0 ? random.below(3_000) : random.below(250);
    return { text: `settle ${id} ${tokens}`, answer: kit.settle(id, tokens), expected: model.settle(id, tokens) };
  }
  if (dice < 91) {
    const id = random.pick([...model.lostHolds(), 'req_h000000']);
    const tokens = random.below(400);
    const expected = model.settle(id, tokens);
    // The very first id may never have been held at all.
    return {
      text: `late ${id} ${tokens}`,
      answer: kit.settle(id, tokens),
      expected: expected.kind === 'already' ? {} : expected,
    };
  }
  if (dice < 97) {
    const tokens = random.below(1_500) - 500;
    return {
      text: `move ${user} ${tokens}`,
      answer: kit.move(user, tokens, { period: at }),
      expected: model.move(user, tokens),
    };
  }
  if (dice < 99)
    return { text: `reset ${user} ${at}`, answer: kit.reset(user, { period: at }), expected: model.reset(user, at) };
  const answer = kit.db.ledger.recover('all', NOON).then((holds) => ({ ids: holds.map((hold) => hold.usageId) }));
  return { text: 'recover', answer, expected: { ids: model.recover() } };
}

async function compareBalances(kit: LedgerKit, model: LedgerModel, id: string): Promise<void> {
  for (const [at, row] of model.users.get(id)?.periods ?? []) {
    const balance = await kit.balance(id, at);
    const available = model.available(id, at);
    assert.deepEqual(
      [balance?.usedMonthly, balance?.usedCredits, balance?.available],
      [row.used, row.usedCredits, available === Infinity ? null : available],
      `balance of ${id} in ${at}`,
    );
  }
}

interface Random {
  /** A whole number in [0, limit). */
  below(limit: number): number;
  pick<T>(values: readonly [T, ...T[]] | readonly T[]): T;
}

/** Mulberry32: small, and the same everywhere for the same seed. */
function randomFrom(seed: number): Random {
  let state = seed >>> 0;
  const below = (limit: number) => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return Math.floor((((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32) * limit);
  };
  return {
    below,
    pick(values) {
      const value = values[below(values.length)];
      if (value === undefined) throw new Error('Nothing to pick from.');
      return value;
    },
  };
}
