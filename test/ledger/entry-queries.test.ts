import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import type { Database } from '../../gateway/db/database.ts';
import { newId } from '../../gateway/db/ids.ts';
import type { LedgerKind } from '../../gateway/db/json-columns.ts';
import { openSqlite } from '../../gateway/db/sqlite.ts';
import { debitEntryId, debitedUsageId } from '../../gateway/ledger/debit-id.ts';
import {
  type EntryFilter,
  entryCounts,
  entryPage,
  type LedgerEntryRow,
  positionOf,
} from '../../gateway/ledger/entry-queries.ts';
import { type LedgerKit, ledgerKit, NOON } from '../support/ledger-kit.ts';

const EVERYTHING: EntryFilter = { userId: null, kinds: [], from: null, before: null };
const migrationsFolder = fileURLToPath(new URL('../../resources/migrations/sqlite', import.meta.url));

let folder = '';
let db: Database;
before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'solaris-entries-'));
  db = await openSqlite({ file: join(folder, 'solaris.db'), migrationsFolder, gatewayId: 'gtw_test' });
});
after(async () => {
  await db.close();
  await rm(folder, { recursive: true });
});

/** Two people with debits and moves, many at the same instant, and requests that were free. */
async function busyLedger(): Promise<{ kit: LedgerKit; ana: string; bob: string }> {
  const kit = await ledgerKit(db);
  const ana = await kit.user();
  const bob = await kit.user();
  for (let step = 0; step < 12; step++) {
    const at = NOON + Math.floor(step / 3) * 1_000;
    for (const user of [ana, bob]) {
      const held = await kit.held(user, { usageId: newId('req', at), at });
      await kit.settle(held.usageId, step % 4 === 0 ? 0 : 10, { at: at + 5_000 });
      await kit.move(user, 5, { at, kind: step % 2 === 0 ? 'bonus' : 'grant' });
    }
  }
  return { kit, ana, bob };
}

/** All entries of a filter, page by page. */
async function walk(filter: EntryFilter, descending: boolean, limit: number): Promise<LedgerEntryRow[]> {
  const all: LedgerEntryRow[] = [];
  for (;;) {
    const last = all.at(-1);
    const page = await entryPage(db, filter, { after: last ? positionOf(last) : null, descending, limit });
    if (page.length === 0) return all;
    assert.ok(page.length <= limit);
    all.push(...page);
  }
}

async function counted(filter: EntryFilter): Promise<number> {
  const counts = await Promise.all(entryCounts(db, filter).map(({ table, matches }) => db.$count(table, matches)));
  return counts.reduce((sum, count) => sum + count, 0);
}

test('pages of any length in both directions show every entry once, in the order of time', async () => {
  const { ana, bob } = await busyLedger();
  const rows = await db.select().from(db.tables.ledgerEntries);
  const kindsOf: LedgerKind[][] = [[], ['debit'], ['bonus'], ['bonus', 'debit'], ['purchase']];
  for (const userId of [null, ana, bob, 'usr_nobody']) {
    for (const kinds of kindsOf) {
      const filter = { ...EVERYTHING, userId, kinds };
      const expected = rows
        .filter((row) => userId === null || row.userId === userId)
        .filter((row) => kinds.length === 0 || kinds.includes(row.kind))
        .map(({ id }) => id);
      for (const limit of [1, 2, 5, 100]) {
        const forwards = await walk(filter, false, limit);
        const backwards = await walk(filter, true, limit);
        assert.deepEqual(new Set(forwards.map(({ id }) => id)), new Set(expected));
        assert.equal(forwards.length, expected.length);
        assert.deepEqual(
          backwards.map(({ id }) => id).reverse(),
          forwards.map(({ id }) => id),
        );
        const times = forwards.map((row) => positionOf(row).at);
        assert.deepEqual(
          times,
          times.toSorted((a, b) => a - b),
        );
      }
      assert.equal(await counted(filter), expected.length);
    }
  }
});

test('a range of time takes a debit by the start of its request', async () => {
  const { ana } = await busyLedger();
  const filter = { ...EVERYTHING, userId: ana, from: NOON + 1_000, before: NOON + 2_000 };
  const rows = await walk(filter, false, 10);
  assert.deepEqual(new Set(rows.map((row) => positionOf(row).at)), new Set([NOON + 1_000]));
  assert.equal(rows.filter(({ kind }) => kind === 'debit').length, 2);
  assert.equal(rows.length, 5);
  assert.equal(await counted(filter), 5);
});

test('a debit and its usage record name each other', () => {
  const usageId = newId('req', NOON);
  assert.equal(debitedUsageId(debitEntryId(usageId)), usageId);
  assert.ok(debitEntryId(usageId).startsWith('led_'));
});
