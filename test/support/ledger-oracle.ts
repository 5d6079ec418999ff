/** What must be true of the ledger's tables after any test: the sums agree, row by row. */
import assert from 'node:assert/strict';
import type { Database } from '../../gateway/db/database.ts';

/** Checks every sum that the ledger keeps twice. `openHolds` is how many holds may still be open. */
export async function assertLedgerSums(db: Database, { openHolds = 0 } = {}): Promise<void> {
  const { users, userPeriods, holds, usageRecords, ledgerEntries, departmentPeriods, dailyRollups, dailyTotals } =
    db.tables;
  const [people, periods, open, records, entries, departments, rollups, totals] = await Promise.all([
    db.select().from(users),
    db.select().from(userPeriods),
    db.select().from(holds),
    db.select().from(usageRecords),
    db.select().from(ledgerEntries),
    db.select().from(departmentPeriods),
    db.select().from(dailyRollups),
    db.select().from(dailyTotals),
  ]);

  assert.equal(open.length, openHolds, 'open holds');
  assert.equal(records.filter((record) => record.outcome === 'pending').length, openHolds, 'pending records');

  for (const period of periods) {
    const own = <T extends { userId: string; period: string }>(rows: readonly T[]) =>
      rows.filter((row) => row.userId === period.userId && row.period === period.period);
    const name = `${period.userId} in ${period.period}`;
    assert.equal(
      period.usedMonthly,
      sum(own(entries), (entry) => entry.monthlyDelta),
      `${name}: used = its entries`,
    );
    const debits = own(entries).filter((entry) => entry.kind === 'debit');
    assert.equal(
      period.usedCredits,
      sum(debits, (entry) => 0 - entry.creditsDelta),
      `${name}: used credits = its debits`,
    );
    assert.equal(
      period.heldMonthly,
      sum(own(open), (hold) => hold.monthlyTokens),
      `${name}: held = its open holds`,
    );
    assert.equal(
      sum(debits, (entry) => entry.monthlyDelta - entry.creditsDelta),
      sum(own(records), (record) => record.chargedTokens),
      `${name}: debits = charges of its usage records`,
    );
    assert.ok(
      period.usedMonthly >= 0 && period.usedCredits >= 0 && period.heldMonthly >= 0,
      `${name}: nothing negative`,
    );
  }
  for (const user of people) {
    const holdsOfUser = open.filter((hold) => hold.userId === user.id);
    assert.equal(user.openHolds, holdsOfUser.length, `${user.id}: open holds`);
    assert.equal(
      user.heldCredits,
      sum(holdsOfUser, (hold) => hold.creditTokens),
      `${user.id}: held credits`,
    );
    assert.ok(user.credits >= 0 && user.heldCredits <= user.credits, `${user.id}: credits cover what is held of them`);
  }
  for (const department of departments) {
    const within = <T extends { departmentId: string | null; period: string }>(rows: readonly T[]) =>
      rows.filter(
        (row) =>
          row.period === department.period &&
          (department.departmentId === 'team' || row.departmentId === department.departmentId),
      );
    const name = `${department.departmentId} in ${department.period}`;
    assert.equal(
      department.usedTokens,
      sum(within(records), (record) => record.chargedTokens),
      `${name}: used`,
    );
    assert.equal(
      department.usedMicroUsd,
      sum(within(records), (record) => record.costMicroUsd),
      `${name}: cost`,
    );
    assert.equal(
      department.heldTokens,
      sum(within(open), (hold) => hold.monthlyTokens + hold.creditTokens),
      `${name}: held`,
    );
    assert.equal(
      department.heldMicroUsd,
      sum(within(open), (hold) => hold.costMicroUsd),
      `${name}: held cost`,
    );
  }
  // What recovery gave back has no duration: it was never settled.
  const settled = records.filter((record) => record.outcome !== 'pending' && record.durationMs !== null);
  for (const rows of [rollups, totals]) {
    assert.equal(
      sum(rows, (row) => row.requests),
      settled.length,
      'roll-ups: requests',
    );
    assert.equal(
      sum(rows, (row) => row.chargedTokens),
      sum(settled, (record) => record.chargedTokens),
      'roll-ups: charged',
    );
    assert.equal(
      sum(rows, (row) => row.absorbedTokens),
      sum(settled, (record) => record.absorbedTokens),
      'roll-ups: absorbed',
    );
    assert.equal(
      sum(rows, (row) => row.totalTokens),
      sum(settled, (record) => record.totalTokens),
      'roll-ups: total',
    );
    assert.equal(
      sum(rows, (row) => row.costMicroUsd),
      sum(settled, (record) => record.costMicroUsd),
      'roll-ups: cost',
    );
  }
}

function sum<T>(rows: readonly T[], figure: (row: T) => number): number {
  return rows.reduce((total, row) => total + figure(row), 0);
}
