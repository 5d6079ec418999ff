/** What a crash in the midst of a burst leaves: of each step all or nothing, and all of what was answered. */
import assert from 'node:assert/strict';
import { inArray } from 'drizzle-orm';
import type { LedgerKit } from './ledger-kit.ts';
import type { LedgerModel, ModelWish } from './ledger-model.ts';
import type { Chance } from './random.ts';

const BURST = 40;
/** The burst takes some milliseconds; the crash falls anywhere into it. */
const LATEST_CRASH_MS = 8;
const OF_REQUESTS = ['hold', 'settle'] as const;
const ALL_KINDS = [...OF_REQUESTS, 'move'] as const;

export interface Crash {
  ids: readonly string[];
  /** The month. */
  at: string;
  crash(): Promise<void>;
  /** Opens the database again, and recovers nothing yet. */
  start(): Promise<void>;
}

interface Order {
  text: string;
  /** Of the usage record, or of the entry. */
  id: string;
  kind: 'hold' | 'settle' | 'move';
  ask(): Promise<{ kind: string }>;
  /** Does the same to the model. @returns what it must have answered */
  expect(): { kind: string };
}

/** Crashes in the midst of a burst of steps, then does to the model what is found to have been done. */
export async function crashInABurst(kit: LedgerKit, model: LedgerModel, random: Chance, crash: Crash): Promise<void> {
  const orders = ordersFor(kit, model, random, crash);
  const answers = Promise.allSettled(orders.map((order) => order.ask()));
  await new Promise((resolve) => setTimeout(resolve, random.below(LATEST_CRASH_MS)));
  await crash.crash();
  const settled = await answers;
  await crash.start();

  const done = await whatWasDone(kit, orders);
  for (const [index, order] of orders.entries()) {
    const answer = settled[index];
    const told = answer?.status === 'fulfilled' ? answer.value.kind : null;
    if (done.has(order)) {
      const { kind } = order.expect();
      assert.ok(kind === 'held' || kind === 'settled' || kind === 'moved', `${order.text} was done, though ${kind}`);
      if (told !== null) assert.equal(told, kind, order.text);
    } else assert.ok(told === null || !/^(held|settled|moved)$/.test(told), `${order.text} was answered, and is lost`);
  }
}

/** Settlements of what is open, grants, and holds behind them. */
function ordersFor(kit: LedgerKit, model: LedgerModel, random: Chance, { ids, at }: Crash): Order[] {
  const open = model.openHolds();
  const kinds = random.below(2) === 0 ? ALL_KINDS : OF_REQUESTS;
  return Array.from({ length: BURST }, (_, index): Order => {
    const user = random.pick(ids);
    const dice = kinds[random.below(kinds.length)];
    const openId = open.pop();
    if (dice === 'settle' && openId !== undefined) {
      const tokens = random.below(300);
      return {
        text: `settle ${openId} ${tokens}`,
        id: openId,
        kind: 'settle',
        ask: () => kit.settle(openId, tokens),
        expect: () => model.settle(openId, tokens),
      };
    }
    if (dice === 'move') {
      const tokens = 1 + random.below(500);
      const order = kit.moveOrder(user, tokens, { period: at });
      return {
        text: `grant ${user} ${tokens}`,
        id: order.entryId,
        kind: 'move',
        ask: () => kit.db.ledger.move(order),
        expect: () => model.move(user, tokens),
      };
    }
    const usageId = `req_c${at.replace('-', '')}${String(index).padStart(2, '0')}`;
    const wish: ModelWish = { prompt: 1 + random.below(200), output: null, modelMaximum: 500, cap: 800, minimum: 256 };
    return {
      text: `hold ${usageId} ${user} ${at} ${JSON.stringify(wish)}`,
      id: usageId,
      kind: 'hold',
      ask: () => kit.hold(user, { ...wish, period: at, usageId }),
      expect: () => model.hold(usageId, user, at, wish),
    };
  });
}

async function whatWasDone({ db }: LedgerKit, orders: readonly Order[]): Promise<Set<Order>> {
  const { usageRecords, ledgerEntries } = db.tables;
  const ids = orders.map(({ id }) => id);
  const records = await db.select().from(usageRecords).where(inArray(usageRecords.id, ids));
  const entries = await db.select().from(ledgerEntries).where(inArray(ledgerEntries.id, ids));
  const outcomes = new Map(records.map(({ id, outcome }) => [id, outcome]));
  const moved = new Set(entries.map(({ id }) => id));
  return new Set(
    orders.filter(({ kind, id }) => {
      if (kind === 'move') return moved.has(id);
      const outcome = outcomes.get(id);
      return kind === 'hold' ? outcome !== undefined : outcome !== undefined && outcome !== 'pending';
    }),
  );
}
