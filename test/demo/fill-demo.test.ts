import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { sql } from 'drizzle-orm';
import { verifyChain } from '../../gateway/audit/verify-chain.ts';
import type { GatewayContext } from '../../gateway/context.ts';
import { fillDemo } from '../../gateway/demo/fill-demo.ts';
import { emailOf, PEOPLE } from '../../gateway/demo/people.ts';
import { openDataDir } from '../../gateway/ops/data-dir.ts';
import { verifyDatabase } from '../../gateway/ops/verify.ts';
import { type BuildOptions, build } from '../support/build.ts';
import { testClock } from '../support/clock.ts';

async function fill(t: TestContext, options: { at?: string; days?: number; seed?: number } & BuildOptions = {}) {
  const { at = '2026-11-20T15:30:00Z', days, seed, ...rest } = options;
  const { context, dataDir } = await build(t, { clock: testClock(at), ...rest });
  const filled = await fillDemo(context, { days, seed });
  assert.ok(filled);
  return { context, dataDir, filled };
}

/** Every sum that must be equal to another, and is not. */
async function wrongSums({ db }: GatewayContext): Promise<string[]> {
  const { users, userPeriods, ledgerEntries, usageRecords, departmentPeriods, dailyRollups, dailyTotals, holds } =
    db.tables;
  const wrong: string[] = [];
  const equal = (what: string, a: number, b: number) => {
    if (a !== b) wrong.push(`${what}: ${a} and ${b}`);
  };
  const key = (...parts: unknown[]) => parts.join(' ');
  const sums = <Row>(rows: readonly Row[], keyOf: (row: Row) => string, amountOf: (row: Row) => number) => {
    const map = new Map<string, number>();
    for (const row of rows) map.set(keyOf(row), (map.get(keyOf(row)) ?? 0) + amountOf(row));
    return map;
  };
  const entries = await db.select().from(ledgerEntries);
  const records = await db.select().from(usageRecords);
  const monthly = sums(
    entries,
    (row) => key(row.userId, row.period),
    (row) => row.monthlyDelta,
  );
  const debits = entries.filter((row) => row.kind === 'debit');
  const creditsUsed = sums(
    debits,
    (row) => key(row.userId, row.period),
    (row) => -row.creditsDelta,
  );
  for (const row of await db.select().from(userPeriods)) {
    const id = key(row.userId, row.period);
    equal(`used ${id}`, row.usedMonthly, monthly.get(id) ?? 0);
    equal(`credits used ${id}`, row.usedCredits, creditsUsed.get(id) ?? 0);
    equal(`held ${id}`, row.heldMonthly, 0);
  }
  const credits = sums(
    entries,
    (row) => row.userId,
    (row) => row.creditsDelta,
  );
  for (const row of await db.select().from(users)) {
    equal(`credits ${row.id}`, row.credits, credits.get(row.id) ?? 0);
    equal(`open holds ${row.id}`, row.openHolds + row.heldCredits, 0);
  }
  const charged = sums(
    debits,
    (row) => row.usageId ?? '',
    (row) => row.monthlyDelta - row.creditsDelta,
  );
  for (const row of records) equal(`charged ${row.id}`, row.chargedTokens, charged.get(row.id) ?? 0);
  const departments = sums(
    records,
    (row) => key(row.departmentId, row.period),
    (row) => row.chargedTokens,
  );
  const team = sums(
    records,
    (row) => key('team', row.period),
    (row) => row.chargedTokens,
  );
  const costs = sums(
    records,
    (row) => key('team', row.period),
    (row) => row.costMicroUsd,
  );
  for (const row of await db.select().from(departmentPeriods)) {
    const id = key(row.departmentId, row.period);
    equal(`department ${id}`, row.usedTokens, departments.get(id) ?? team.get(id) ?? 0);
    if (row.departmentId === 'team') equal(`cost ${id}`, row.usedMicroUsd, costs.get(id) ?? 0);
    equal(`department held ${id}`, row.heldTokens + row.heldMicroUsd, 0);
  }
  const total = records.reduce((sum, row) => sum + row.chargedTokens, 0);
  for (const table of [dailyRollups, dailyTotals]) {
    const [row] = await db
      .select({
        charged: sql<number>`sum(${table.chargedTokens})`.mapWith(Number),
        requests: sql<number>`sum(${table.requests})`.mapWith(Number),
      })
      .from(table);
    equal('rolled up', row?.charged ?? 0, total);
    equal('requests rolled up', row?.requests ?? 0, records.length);
  }
  equal('holds', await db.$count(holds), 0);
  equal(
    'absorbed',
    records.reduce((sum, row) => sum + row.absorbedTokens, 0),
    0,
  );
  return wrong;
}

test('everything that was charged adds up, and the audit log is whole', async (t) => {
  const { context, dataDir, filled } = await fill(t);
  assert.equal(filled.users, PEOPLE.length);
  assert.ok(filled.requests > 4_000 && filled.requests < 10_000, `${filled.requests} requests`);
  assert.deepEqual(await wrongSums(context), []);
  const report = await verifyDatabase(openDataDir(dataDir).database);
  assert.deepEqual(
    report.checks.filter((check) => !check.ok),
    [],
  );
  const { auditLog, usageRecords } = context.db.tables;
  assert.equal((await verifyChain(context.db)).problem, null);
  const times = (await context.db.select().from(auditLog).orderBy(auditLog.seq)).map((row) => row.at);
  assert.deepEqual(
    times,
    times.toSorted((a, b) => a - b),
  );
  const now = context.clock.now();
  const records = await context.db.select().from(usageRecords);
  assert.ok(records.every((row) => row.createdAt < now && (row.settledAt ?? 0) <= now && row.outcome !== 'pending'));
  assert.ok(records.some((row) => row.costMicroUsd > 0));
});

test('the team has people in every situation, all invented', async (t) => {
  const { context } = await fill(t, { days: 30 });
  const { users, alerts, refusals, plans, upstreams } = context.db.tables;
  const people = await context.db.select().from(users);
  assert.ok(people.every((row) => row.email === null || /^[a-z.-]+@example\.com$/.test(row.email)));
  assert.equal(new Set(people.map((row) => row.email ?? row.id)).size, people.length);
  const statuses = new Set(people.map((row) => row.status));
  assert.deepEqual([...statuses].sort(), ['active', 'blocked', 'pending', 'suspended']);
  const period = context.calendar().period(context.clock.now()).id;
  const balances = await Promise.all(people.map((row) => context.db.ledger.balance(row.id, period)));
  assert.ok(
    balances.some((one) => one?.available === 0),
    'somebody is at the limit',
  );
  assert.ok(
    balances.some((one) => (one?.usedCredits ?? 0) > 0 && (one?.available ?? 0) > 0),
    'somebody uses credits',
  );
  assert.ok(
    balances.some((one) => one?.limit === null),
    'somebody has no limit',
  );
  assert.ok(people.some((row) => row.lastSeenAt === null) && people.some((row) => row.kind === 'service'));
  const listed = await context.db.select().from(alerts);
  const open = listed.filter(({ resolvedAt }) => resolvedAt === null);
  assert.ok(open.length >= 3 && open.length <= 6, `${open.length} open alerts, to be read at a glance`);
  const raised = new Set(listed.map((row) => row.kind));
  for (const kind of ['warning', 'critical', 'blocked', 'anomaly', 'system'] as const)
    assert.ok(raised.has(kind), kind);
  const codes = new Set((await context.db.select().from(refusals)).map((row) => row.code));
  assert.ok(codes.has('insufficient_quota') && codes.has('invalid_api_key') && codes.has('user_blocked'));
  assert.ok((await context.db.select().from(plans)).some((row) => row.id === 'interns'));
  const rows = await context.db.select().from(upstreams);
  assert.ok(
    rows.length >= 3 && rows.every((row) => row.kind === 'demo' && row.apiKey === null),
    'nothing can leave the machine',
  );
});

test('on the first of a month nobody has used all of it in a morning, and yet everybody stands differently', async (t) => {
  const { context } = await fill(t, { at: '2026-12-01T10:30:00Z' });
  const { users, dailyTotals, tickets } = context.db.tables;
  const { db } = context;
  const days = await db
    .select({ day: dailyTotals.day, charged: sql<number>`sum(${dailyTotals.chargedTokens})`.mapWith(Number) })
    .from(dailyTotals)
    .groupBy(dailyTotals.day)
    .orderBy(dailyTotals.day);
  const today = days.pop();
  assert.equal(today?.day, '2026-12-01');
  const busiest = Math.max(...days.map(({ charged }) => charged));
  assert.ok(today.charged < 2 * busiest, `${today.charged} today, ${busiest} on the busiest day before`);

  const shares = new Map<string, number>();
  for (const { id } of await db.select().from(users)) {
    const balance = await db.ledger.balance(id, '2026-12');
    if (balance?.limit) shares.set(id, balance.usedMonthly / balance.limit);
  }
  const between = (least: number, most: number) =>
    [...shares.values()].some((share) => share >= least && share <= most);
  assert.ok(between(1, 1) && between(0.8, 0.99) && between(0.3, 0.7) && between(0.01, 0.2));
  const asking = (await db.select().from(tickets)).map(({ userId }) => shares.get(userId) ?? 0);
  assert.ok(asking.length >= 4 && Math.max(...asking) === 1, 'those who are nearest to their limits ask for more');
});

test('alerts about use say how much is used, and the gateway does not raise them once more', async (t) => {
  const { context, gateway } = await build(t, { clock: testClock('2026-11-20T15:30:00Z') });
  assert.ok(await fillDemo(context, { days: 30 }));
  const { alerts } = context.db.tables;
  const aboutUse = async () =>
    (await context.db.select().from(alerts)).filter(
      ({ kind, userId }) => userId !== null && ['warning', 'critical', 'blocked'].includes(kind),
    );
  const made = await aboutUse();
  assert.ok(made.length > 0);
  for (const { kind, details } of made) {
    const { threshold, share } = details as { threshold: number; share: number };
    assert.equal(threshold, { warning: 80, critical: 95, blocked: 100 }[kind as string], kind);
    assert.ok(share >= threshold && share <= 100, `${kind} at ${share}`);
  }
  // It looks again at whoever has open alerts.
  await gateway.background.alerts.start();
  await gateway.background.alerts.flush();
  assert.deepEqual((await aboutUse()).map(({ id }) => id).sort(), made.map(({ id }) => id).sort());
});

test('the same seed and clock make the same history, another seed makes another', async (t) => {
  const snapshot = async (seed: number) => {
    const { context } = await fill(t, { seed, days: 5 });
    const { users, usageRecords, ledgerEntries, dailyRollups, refusals } = context.db.tables;
    const { db } = context;
    return {
      users: (await db.select().from(users).orderBy(users.id)).map(({ provisionedBy, ...row }) => row),
      records: (await db.select().from(usageRecords).orderBy(usageRecords.id)).map(({ keyId, ...row }) => row),
      entries: (await db.select().from(ledgerEntries).orderBy(ledgerEntries.id)).map(({ operatorId, ...row }) => row),
      rollups: await db.select().from(dailyRollups).orderBy(dailyRollups.day, dailyRollups.userId, dailyRollups.model),
      refused: (await db.select().from(refusals)).map((row) => `${row.minute} ${row.code} ${row.message}`).sort(),
    };
  };
  const [first, again, other] = [await snapshot(1), await snapshot(1), await snapshot(2)];
  assert.deepEqual(again, first);
  assert.notDeepEqual(other.records, first.records);
});

test('it adds up on the first minutes of a month, in another zone, and with odd settings', async (t) => {
  const brazil = { env: { TZ_PERIOD: 'America/Sao_Paulo', LOCALE: 'pt-BR' } };
  const first = await fill(t, { at: '2026-12-01T03:05:00Z', days: 9, ...brazil });
  assert.deepEqual(await wrongSums(first.context), []);
  const { departments } = first.context.db.tables;
  assert.ok((await first.context.db.select().from(departments)).some((row) => row.name === 'Jurídico'));
  const factor = await fill(t, {
    days: 9,
    env: { CONVERSION_FACTOR: '1.37', DEFAULT_MONTHLY_LIMIT: '90000', BLOCK_THRESHOLD: '0.9' },
  });
  assert.deepEqual(await wrongSums(factor.context), []);
  const unlimited = await fill(t, { days: 9, env: { DEFAULT_MONTHLY_LIMIT: 'unlimited' } });
  assert.deepEqual(await wrongSums(unlimited.context), []);
});

test('it fills once, and never a database that people use', async (t) => {
  const { context, filled } = await fill(t, { days: 3 });
  const { usageRecords } = context.db.tables;
  const before = await context.db.$count(usageRecords);
  assert.equal(await fillDemo(context), null);
  assert.equal(await context.db.$count(usageRecords), before);
  assert.equal(before, filled.requests);

  const used = await build(t);
  const { db } = used.context;
  await db.insert(db.tables.users).values({ id: 'usr_1', planId: 'basic', createdAt: 1, updatedAt: 1 });
  await db.insert(db.tables.usageRecords).values({
    id: 'req_1',
    userId: 'usr_1',
    keyId: 'key_1',
    period: '2026-11',
    model: 'gpt-4o',
    upstreamId: 'openai',
    endpoint: '/v1/chat/completions',
    method: 'POST',
    streamed: false,
    outcome: 'ok',
    createdAt: 1,
  });
  await assert.rejects(fillDemo(used.context), /nobody has used/);
  assert.equal(await db.$count(db.tables.users), 1);
  assert.equal(await db.$count(db.tables.departments), 1);
});

test('upstreams that the environment brings along are switched off', async (t) => {
  const { context } = await fill(t, { days: 2, env: { OPENAI_API_KEY: 'sk-never-used' } });
  const rows = await context.db.select().from(context.db.tables.upstreams);
  assert.ok(rows.some((row) => row.kind === 'openai' && !row.enabled));
  assert.ok(rows.filter((row) => row.enabled).every((row) => row.kind === 'demo'));
});

test('e-mail addresses are plain letters of the first and last name', () => {
  const emails = PEOPLE.map(emailOf);
  assert.ok(emails.includes('claudia.monteverde@example.com'));
  assert.ok(emails.includes('mei-ling.zhou@example.com'));
  assert.equal(emails.filter((email) => email === null).length, PEOPLE.filter((one) => one.service).length);
});
