/** The ledger's journal on SQLite: what was committed is there, whoever looks, whoever writes beside, whatever fails. */
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import BetterSqlite3, { type Database } from 'better-sqlite3';
import { openSqliteSource } from '../../gateway/db/transfer-sqlite.ts';
import type { HoldRequest, Settlement } from '../../gateway/ledger/port.ts';
import { createLedgerJournal, type LedgerJournal } from '../../gateway/ledger/sqlite-journal.ts';
import type { LedgerOperation } from '../../gateway/ledger/sqlite-operations.ts';
import { holdRequest, NOW as NOON, PERIOD as NOVEMBER, settlement } from '../bench/traffic/ledger-steps.ts';
import { temporaryDir } from '../support/build.ts';
import { placeTemplate } from '../support/sqlite-template.ts';

const LIMIT = 10_000;

interface Program {
  readonly db: Database;
  readonly journal: LedgerJournal;
  /** Makes its next commits fail. */
  breakCommits(isBroken: boolean): void;
}

/** A database with one user whose month is open, and a way for programs to open it. */
async function place(t: TestContext): Promise<{ file: string; open(): Program }> {
  const file = join(temporaryDir(t), 'solaris.db');
  await placeTemplate(file);
  const open = (): Program => {
    const db = new BetterSqlite3(file);
    t.after(() => db.close());
    db.pragma('foreign_keys = ON');
    let isBroken = false;
    const journal = createLedgerJournal(db, () => {
      if (isBroken) throw new Error('The disk is gone.');
      db.exec('COMMIT');
    });
    return {
      db,
      journal,
      breakCommits(broken) {
        isBroken = broken;
      },
    };
  };
  const { db } = open();
  db.exec(`
    INSERT INTO plans (id, name, limit_mode, monthly_limit, thresholds, created_at, updated_at)
      VALUES ('p', 'P', 'tokens', ${LIMIT}, '[]', 1, 1);
    INSERT INTO departments (id, name, created_at, updated_at) VALUES ('team', 'Team', 1, 1);
    INSERT INTO users (id, email, plan_id, credits, created_at, updated_at)
      VALUES ('usr_1', 'ana@example.com', 'p', 500, 1, 1);
    INSERT INTO user_periods (user_id, period) VALUES ('usr_1', '${NOVEMBER}')`);
  return { file, open };
}

/** Reserves 200. */
function hold(usageId: string, changes: Partial<HoldRequest> = {}): LedgerOperation {
  const usual = holdRequest('usr_1');
  const output = { explicit: 100, choices: 1, modelMaximum: null, cap: 100, minimum: 1 };
  const wish = { ...usual.wish, promptTokens: 100, output };
  return { kind: 'hold', request: { ...usual, usageId, upstreamId: 'ups_1', wish, ...changes }, gatewayId: 'gtw_1' };
}

function settle(usageId: string, tokens: number, changes: Partial<Settlement> = {}): LedgerOperation {
  const usual = settlement(usageId);
  const answered = { at: NOON + 1_000, upstreamId: 'ups_2', chargedTokens: tokens };
  return { kind: 'settle', settlement: { ...usual, ...answered, ...changes } };
}

const move = (entryId: string, tokens: number): LedgerOperation => ({
  kind: 'move',
  move: {
    entryId,
    userId: 'usr_1',
    kind: 'grant',
    tokens,
    at: NOON,
    period: NOVEMBER,
    reason: 'a test',
    operatorId: null,
  },
});

/** What the tables say. */
function tables(db: Database) {
  const one = (sql: string) => db.prepare(sql).raw().get();
  return {
    records: db.prepare('SELECT id, outcome, charged_tokens, upstream_id FROM usage_records ORDER BY id').raw().all(),
    month: one('SELECT used_monthly, used_credits, held_monthly FROM user_periods'),
    user: one('SELECT credits, held_credits, open_holds, last_seen_at FROM users'),
    holds: db.prepare('SELECT id FROM holds ORDER BY id').pluck().all(),
    debits: db.prepare(`SELECT usage_id FROM ledger_entries WHERE kind = 'debit' ORDER BY id`).pluck().all(),
    requests: one('SELECT coalesce(sum(requests), 0), coalesce(sum(charged_tokens), 0) FROM daily_totals'),
    journalled: db.prepare('SELECT count(*) FROM ledger_journal').pluck().get(),
  };
}

/** After a hold of 200 for `req_1` and its settlement with 150, and an open hold of 200 for `req_2`. */
const AFTER = {
  records: [
    ['req_1', 'ok', 150, 'ups_2'],
    ['req_2', 'pending', 0, 'ups_1'],
  ],
  month: [150, 0, 200],
  user: [500, 0, 1, NOON + 1_000],
  holds: ['req_2'],
  debits: ['req_1'],
  requests: [1, 150],
  journalled: 0,
};

test('what requests do is committed to the journal, and in the tables once it is posted', async (t) => {
  const { db, journal } = (await place(t)).open();
  journal.commit([hold('req_1')]);
  journal.commit([settle('req_1', 150), hold('req_2')]);
  const before = tables(db);
  assert.equal(before.journalled, 2, 'a row for each commit');
  assert.deepEqual([before.records, before.holds, before.debits, before.month], [[], [], [], [0, 0, 0]]);
  assert.equal(journal.unposted(), 3);

  journal.post();
  assert.deepEqual(tables(db), AFTER);
  assert.equal(journal.unposted(), 0);
  journal.commit([settle('req_2', 0)]);
  journal.post();
  assert.deepEqual(tables(db).records, [
    ['req_1', 'ok', 150, 'ups_2'],
    ['req_2', 'ok', 0, 'ups_2'],
  ]);
});

test('each step sees those before it, posted or not', async (t) => {
  const { journal } = (await place(t)).open();
  const room = () => journal.commit([{ kind: 'balance', userId: 'usr_1', period: NOVEMBER }])[0];
  journal.commit([hold('req_1')]);
  assert.deepEqual(room(), {
    limit: LIMIT,
    usedMonthly: 0,
    usedCredits: 0,
    credits: 500,
    held: 200,
    available: 10_300,
  });
  journal.commit([settle('req_1', 150)]);
  assert.deepEqual(room(), {
    limit: LIMIT,
    usedMonthly: 150,
    usedCredits: 0,
    credits: 500,
    held: 0,
    available: 10_350,
  });
  assert.deepEqual(journal.commit([settle('req_1', 150)]), [{ kind: 'already' }]);
  assert.throws(() => journal.commit([hold('req_1')]), /already/);
  assert.deepEqual(journal.commit([settle('req_1', 150)]), [{ kind: 'already' }], 'also after what failed');
});

test('a program that dies leaves its journal to the next one, which posts it once', async (t) => {
  const { open } = await place(t);
  const dead = open();
  dead.journal.commit([hold('req_1')]);
  dead.journal.commit([settle('req_1', 150)]);
  dead.journal.commit([hold('req_2')]);
  dead.db.close();

  const next = open();
  next.journal.post();
  assert.deepEqual(tables(next.db), AFTER);
  next.journal.post();
  assert.deepEqual(tables(next.db), AFTER);
});

test('two programs that write the same file do not post the same twice', async (t) => {
  const { open } = await place(t);
  const [gateway, command] = [open(), open()];
  gateway.journal.commit([hold('req_1')]);
  // The other one posts what the first has committed, and goes on.
  command.journal.begin();
  assert.deepEqual(tables(command.db).holds, ['req_1']);
  assert.equal((command.journal.step(move('led_grant', 100)) as { kind: string }).kind, 'moved');
  command.db.exec('COMMIT');

  gateway.journal.commit([settle('req_1', 150), hold('req_2')]);
  assert.equal(gateway.journal.unposted(), 2);
  command.journal.commit([{ kind: 'balance', userId: 'usr_1', period: NOVEMBER }]);
  gateway.journal.post();
  const [credits, ...rest] = AFTER.user;
  assert.deepEqual(tables(gateway.db), { ...AFTER, user: [(credits ?? 0) + 100, ...rest] });
});

test('a commit that fails has not happened, and takes nothing along of what was committed before', async (t) => {
  const { open } = await place(t);
  const program = open();
  const { db, journal, breakCommits } = program;
  journal.commit([hold('req_1')]);
  breakCommits(true);
  assert.throws(() => journal.commit([settle('req_1', 150), hold('req_3')]), /The disk is gone/);
  breakCommits(false);
  assert.equal(db.inTransaction, false);
  assert.deepEqual(
    journal
      .commit([settle('req_3', 10), settle('req_1', 150)])
      .map((result) => result && 'kind' in result && result.kind),
    ['unknown', 'settled'],
  );
  journal.commit([hold('req_2')]);
  journal.post();
  assert.deepEqual(tables(db), AFTER);
});

test('a posting that fails loses nothing, and is done again', async (t) => {
  const { db, journal } = (await place(t)).open();
  journal.commit([hold('req_1')]);
  journal.commit([settle('req_1', 150), hold('req_2')]);
  db.exec(`CREATE TRIGGER full BEFORE UPDATE ON user_periods BEGIN SELECT RAISE(ABORT, 'disk full'); END`);
  assert.throws(() => journal.post(), /disk full/);
  assert.throws(() => journal.begin(), /disk full/);
  assert.equal(db.inTransaction, false, 'nobody else is locked out');
  assert.deepEqual(tables(db).records, [], 'nothing of it was posted');
  assert.deepEqual(journal.commit([settle('req_1', 150)]), [{ kind: 'already' }], 'what was committed still counts');

  db.exec('DROP TRIGGER full');
  journal.post();
  assert.deepEqual(tables(db), AFTER);
});

test('what the tables would not take is refused before it is committed', async (t) => {
  const { db, journal } = (await place(t)).open();
  journal.commit([hold('req_1'), hold('req_2')]);
  for (const changes of [{ costMicroUsd: Number.NaN }, { durationMs: 1.5 }, { upstreamId: undefined as never }]) {
    assert.throws(() => journal.commit([settle('req_1', 150, changes)]), /cannot write/);
  }
  assert.throws(() => journal.commit([hold('req_3', { model: null as never })]), /cannot write/);
  journal.commit([settle('req_1', 150)]);
  journal.post();
  assert.deepEqual(tables(db), AFTER);
});

test('a late settlement that the tables do not take is refused alone, and stops nobody', async (t) => {
  const { db, journal } = (await place(t)).open();
  db.exec(`INSERT INTO departments (id, name, created_at, updated_at) VALUES ('gone', 'Gone', 1, 1);
    UPDATE users SET department_id = 'gone'`);
  journal.commit([hold('req_late')]);
  journal.commit([{ kind: 'recover', gatewayIds: 'all', at: NOON }]);
  db.exec(`UPDATE users SET department_id = NULL; DELETE FROM department_periods WHERE department_id = 'gone';
    DELETE FROM departments WHERE id = 'gone'`);
  assert.throws(() => journal.commit([hold('req_1'), settle('req_late', 150)]), /FOREIGN KEY/);
  journal.commit([hold('req_1')]);
  journal.commit([settle('req_1', 150), hold('req_2')]);
  journal.post();
  assert.deepEqual(
    tables(db).records,
    [...AFTER.records, ['req_late', 'interrupted', 0, 'ups_1']],
    'it can be settled where its department is back',
  );
});

test('a transaction whose beginning fails is not left open, and takes nobody’s writes along', async (t) => {
  const { open } = await place(t);
  const { db } = open();
  let isUnreadable = false;
  const failing = new Proxy(db, {
    get(target, name) {
      const value = Reflect.get(target, name, target);
      if (name !== 'prepare') return typeof value === 'function' ? value.bind(target) : value;
      return (sql: string) => {
        const statement = target.prepare(sql);
        if (!/^SELECT 1 FROM ledger_journal/.test(sql)) return statement;
        const get = () => {
          if (isUnreadable && target.inTransaction) throw new Error('disk I/O error');
          return statement.pluck().get();
        };
        return { pluck: () => ({ get }) };
      };
    },
  });
  const journal = createLedgerJournal(failing, () => db.exec('COMMIT'));
  journal.commit([hold('req_1')]);
  journal.post();
  isUnreadable = true;
  assert.throws(() => journal.begin(), /disk I\/O error/);
  assert.equal(db.inTransaction, false);
  isUnreadable = false;
  journal.commit([settle('req_1', 150), hold('req_2')]);
  journal.handOver();
  db.exec(`UPDATE users SET name = 'Ana'`);
  assert.equal(open().db.prepare('SELECT name FROM users').pluck().get(), 'Ana');
  assert.deepEqual(tables(db), AFTER);
});

test('what opens a month or moves credits is in the tables at once, with all that was committed before', async (t) => {
  const { db, journal } = (await place(t)).open();
  journal.commit([hold('req_1')]);
  journal.commit([settle('req_1', 150)]);
  journal.commit([move('led_grant', 100), hold('req_2')]);
  const [credits, ...rest] = AFTER.user;
  assert.deepEqual(tables(db), { ...AFTER, user: [(credits ?? 0) + 100, ...rest] });

  journal.commit([settle('req_2', 50), hold('req_4', { period: '2026-12' })]);
  assert.deepEqual(
    db.prepare('SELECT period, used_monthly, closed_at IS NOT NULL FROM user_periods ORDER BY period').raw().all(),
    [
      [NOVEMBER, 200, 1],
      ['2026-12', 0, 0],
    ],
  );
  const closing = db.prepare(`SELECT period, used_monthly_after FROM ledger_entries WHERE kind = 'reset'`).raw().all();
  assert.deepEqual(closing, [[NOVEMBER, 200]], 'with what was settled a step before');
});

test('a transaction that is rolled back leaves the ledger as it was', async (t) => {
  const { db, journal } = (await place(t)).open();
  journal.commit([hold('req_1')]);
  journal.begin();
  journal.step(move('led_grant', 100));
  db.exec('ROLLBACK');
  journal.commit([settle('req_1', 150), hold('req_2')]);
  journal.post();
  assert.deepEqual(tables(db), AFTER);
});

test('a copy of the tables has what a crash left in the journal', async (t) => {
  const { file, open } = await place(t);
  const dead = open();
  dead.journal.commit([hold('req_1'), settle('req_1', 150), hold('req_2')]);
  dead.db.close();
  const source = openSqliteSource(file);
  t.after(() => source.close());
  const counts = new Map<string, number>();
  for (const table of source.tables) counts.set(table.name, await source.count(table));
  assert.deepEqual(
    ['usage_records', 'ledger_entries', 'holds'].map((name) => counts.get(name)),
    [2, 1, 1],
  );
});
