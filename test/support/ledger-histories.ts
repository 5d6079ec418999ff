/**
 * Random histories: whatever happens in whatever order, through restarts, crashes and restores, the ledger agrees with a
 * small model of it.
 */
import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import type { Database } from '../../gateway/db/database.ts';
import { crashInABurst } from './ledger-crash.ts';
import { type LedgerKit, ledgerKit, NOON } from './ledger-kit.ts';
import { createLedgerModel, type LedgerModel, type ModelWish } from './ledger-model.ts';
import { assertLedgerSums } from './ledger-oracle.ts';
import { type Chance, chance } from './random.ts';

const STEPS = 100_000;
/** Steps between two months; each month every limit starts anew. */
const MONTH = 1_000;
/** Steps between two of what happens to the whole. */
const PART = 5_000;
/** The most that is asked for in one turn, so that several steps share a commit. */
const LONGEST_BURST = 64;
/** Sides of the dice that decides on a step; those of requests come first, and SQLite commits them in a way of their own. */
const ALL_KINDS = 100;
const OF_REQUESTS = 91;

/** Where one database lives, and what can happen to it. All but `open` and `crash` are called while it is closed. */
export interface LedgerHome {
  open(): Promise<Database>;
  /** Takes the open database away in the midst of what it does; it need not be closed any more. */
  crash(): Promise<void>;
  /** Makes a copy of everything. */
  keep(): Promise<void>;
  /** Puts that copy in the place of everything. */
  bringBack(): Promise<void>;
}

/** Registers the test. @param home makes an empty, migrated database that is removed with the test */
export function ledgerHistories(name: string, home: (t: TestContext) => Promise<LedgerHome>): void {
  const title = `${name}: ${STEPS} random steps, restarts, crashes and restores leave the ledger where the model is`;
  test(title, async (t) => {
    const seed = Number(process.env.LEDGER_SEED ?? Math.floor(Math.random() * 2 ** 32));
    t.diagnostic(`LEDGER_SEED=${seed}`);
    try {
      await runHistory(await home(t), chance(seed));
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

async function runHistory(home: LedgerHome, random: Chance): Promise<void> {
  let current = await home.open();
  // The kit keeps its handle, whatever stands behind it.
  const db = new Proxy({} as Database, { get: (_, key) => Reflect.get(current, key) });
  const kit = await ledgerKit(db);
  let model = createLedgerModel();
  let kept: LedgerModel | null = null;
  const ids = await makePeople(kit, model, random);

  /** A gateway that starts takes back what the one before it held. */
  const start = async () => {
    current = await home.open();
    kit.policy({});
  };
  const recover = async () => {
    const found = await db.ledger.recover('all', NOON);
    assert.deepEqual(found.map(({ usageId }) => usageId).sort(), model.recover());
  };
  const happen = async (part: number) => {
    if (part % 4 === 1)
      await crashInABurst(kit, model, random, { ids, at: monthOf(part * PART), crash: home.crash, start });
    else {
      await db.close();
      if (part % 4 === 2) {
        await home.keep();
        kept = model.copy();
      } else if (part % 4 === 3 && kept) {
        await home.bringBack();
        model = kept.copy();
      }
      await start();
    }
    await recover();
    for (const id of ids) await compareBalances(kit, model, id);
  };

  let done = 0;
  while (done < STEPS) {
    const length = 1 + random.below(LONGEST_BURST);
    const kinds = random.below(2) === 0 ? ALL_KINDS : OF_REQUESTS;
    const burst: Step[] = [];
    for (let index = 0; index < length; index++) {
      // Months go by in the course of the history, with stragglers from the one before.
      const at = monthOf(Math.max(0, done - (random.below(8) === 0 ? MONTH : 0)));
      const usageId = `req_h${String(done + index).padStart(7, '0')}`;
      burst.push(nextStep(kit, model, random, { user: random.pick(ids), at, usageId, kinds }));
    }
    for (const { text, answer, expected } of burst) {
      const actual = await answer;
      const told = Object.fromEntries(Object.keys(expected).map((key) => [key, Reflect.get(actual, key)]));
      assert.deepEqual(told, expected, text);
    }
    const part = Math.floor((done + length) / PART);
    if (part > Math.floor(done / PART)) await happen(part);
    done += length;
  }
  await assertLedgerSums(db, { openHolds: model.openHolds().length });
  await db.close();
}

/** The month of a step; a hundred of them pass. */
function monthOf(step: number): string {
  const month = Math.floor(step / MONTH);
  return `${2020 + Math.floor(month / 12)}-${String(1 + (month % 12)).padStart(2, '0')}`;
}

async function makePeople(kit: LedgerKit, model: LedgerModel, random: Chance): Promise<string[]> {
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
  random: Chance,
  { user, at, usageId, kinds }: { user: string; at: string; usageId: string; kinds: number },
): Step {
  const dice = random.below(kinds);
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
    const id = random.pick([...model.lostHolds(), 'req_h0000000']);
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
    const tokens = random.below(2_000) - 1_000;
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
  const periods = [...(model.users.get(id)?.periods ?? [])];
  const balances = await Promise.all(periods.map(([at]) => kit.balance(id, at)));
  for (const [index, [at, row]] of periods.entries()) {
    const balance = balances[index];
    const available = model.available(id, at);
    assert.deepEqual(
      [balance?.usedMonthly, balance?.usedCredits, balance?.available],
      [row.used, row.usedCredits, available === Infinity ? null : available],
      `balance of ${id} in ${at}`,
    );
  }
}
