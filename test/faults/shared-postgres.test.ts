/** Several gateways, each in a process of its own, on one Postgres: what is promised of one holds of all together. */
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import { eq } from 'drizzle-orm';
import type { Database } from '../../gateway/db/database.ts';
import { openPostgres } from '../../gateway/db/postgres.ts';
import { verifyPostgres } from '../../gateway/ops/verify.ts';
import { temporaryDir } from '../support/build.ts';
import { type GatewayProcess, startGatewayProcess } from '../support/gateway-process.ts';
import { assertLedgerSums } from '../support/ledger-oracle.ts';
import { createGate, type MockUpstream, startMockUpstream, words } from '../support/mock-upstream/index.ts';
import { createTestDatabase } from '../support/postgres-database.ts';

const SERVICE_KEY = 'sk-sol-shared-test-0000000000000000';
const SECRET_KEY = Buffer.alloc(32, 7).toString('base64');
const CROWD = 400;
const EMAIL = 'ana@example.com';
/** Where a test waits for its end: long enough to look at what holds before, on any machine. */
const SHORT_LEASE_MS = 8_000;
/** For what must come; far above what it takes. */
const PATIENCE_MS = 240_000;

interface Team {
  readonly gateways: GatewayProcess[];
  readonly upstream: MockUpstream;
  readonly url: string;
  /** The same database, seen from beside. */
  readonly db: Database;
  start(options?: { startAt?: number }): Promise<GatewayProcess>;
}

/** Starts so many gateways on one database of their own. */
async function team(
  t: TestContext,
  count: number,
  options: { limit?: number; startAt?: number; leaseMs?: number } = {},
): Promise<Team> {
  const upstream = await startMockUpstream(t, { text: words(20), chunks: 4 });
  const database = await createTestDatabase();
  const config = {
    databaseUrl: database.url,
    upstreams: [{ id: 'mock', kind: 'openai', baseUrl: upstream.baseUrl, apiKey: 'sk-upstream-000', models: ['*'] }],
    serviceKeys: [{ name: 'librechat', key: SERVICE_KEY }],
    plans: [
      { id: 'basic', monthlyLimit: options.limit ?? 1_000_000, rateLimit: { perMinute: null, concurrent: null } },
    ],
  };
  const gateways: GatewayProcess[] = [];
  const start = async ({ startAt }: { startAt?: number } = {}) => {
    const gateway = await startGatewayProcess({
      dataDir: temporaryDir(t),
      config,
      ...(options.leaseMs === undefined ? {} : { leaseMs: options.leaseMs }),
      env: { SECRET_KEY },
      ...(startAt === undefined ? {} : { startAt }),
    });
    gateways.push(gateway);
    return gateway;
  };
  t.after(async () => {
    for (const { child } of gateways) child.kill('SIGKILL');
    await Promise.all(gateways.map(({ ended }) => ended));
    await db.close();
    await database.drop();
  });
  const migrationsFolder = join(import.meta.dirname, '../../resources/migrations/pg');
  const db = await openPostgres({ url: database.url, migrationsFolder, gatewayId: 'gtw_beside' });
  await Promise.all(Array.from({ length: count }, () => start(options)));
  return { gateways, upstream, url: database.url, db, start };
}

function ask({ url }: GatewayProcess, { email = EMAIL, stream = false, content = 'hello there' } = {}) {
  return fetch(`${url}/v1/chat/completions`, {
    method: 'POST',
    headers: { authorization: `Bearer ${SERVICE_KEY}`, 'content-type': 'application/json', 'x-user-email': email },
    body: JSON.stringify({ model: 'gpt-4o', stream, messages: [{ role: 'user', content }] }),
  });
}

/** Sends a crowd's requests at once, spread over the gateways. @returns how often each status came */
async function crowd({ gateways }: Team, size: number): Promise<Map<number, number>> {
  const statuses = new Map<number, number>();
  const answers = Array.from({ length: size }, async (_, index) => {
    const gateway = gateways[index % gateways.length];
    assert.ok(gateway);
    const response = await ask(gateway, { stream: index % 2 === 0 });
    await response.text();
    statuses.set(response.status, (statuses.get(response.status) ?? 0) + 1);
  });
  await Promise.all(answers);
  return statuses;
}

/** Asks again until it is so. */
async function eventually(what: string, isSo: () => Promise<boolean>): Promise<void> {
  const deadline = performance.now() + PATIENCE_MS;
  while (!(await isSo())) {
    assert.ok(performance.now() < deadline, `${what}, in ${PATIENCE_MS / 60_000} minutes`);
    await pause(50);
  }
}

for (const count of [1, 2, 4]) {
  test(`${CROWD} requests at once of one new user over ${count} gateways: one user, nothing over the limit`, async (t) => {
    const limit = 3_000;
    const shared = await team(t, count, { limit });
    const { db, upstream, url } = shared;
    const statuses = await crowd(shared, CROWD);

    const { users, usageRecords, auditLog } = db.tables;
    const people = await db.select().from(users);
    assert.deepEqual(
      people.map(({ email }) => email),
      [EMAIL],
    );
    const provisioned = await db.select().from(auditLog).where(eq(auditLog.action, 'user.provisioned'));
    assert.equal(provisioned.length, 1);
    const records = await db.select().from(usageRecords);
    const charged = records.reduce((sum, record) => sum + record.chargedTokens, 0);
    assert.ok(charged <= limit, `${charged} of ${limit}`);
    assert.ok(statuses.get(200) && statuses.get(429), 'some fitted, and some did not');
    assert.equal(charged, upstream.servedTokens, 'charged is what was served');
    assert.equal(
      records.reduce((sum, record) => sum + record.absorbedTokens, 0),
      0,
    );
    assert.deepEqual([...statuses.keys()].sort(), [200, 429], 'nothing but answers and refusals');
    assert.equal(statuses.get(200), records.length);
    await assertLedgerSums(db);
    const report = await verifyPostgres(url);
    assert.deepEqual(
      report.checks.filter(({ ok }) => !ok),
      [],
    );
  });
}

test('at the edge of the month a crowd over four gateways renews once', async (t) => {
  const before = Date.UTC(2026, 10, 30, 23, 59);
  const shared = await team(t, 1, { startAt: before });
  const [first] = shared.gateways;
  assert.ok(first);
  assert.equal((await ask(first)).status, 200);
  first.child.kill('SIGTERM');
  await first.ended;
  shared.gateways.length = 0;
  await Promise.all([1, 2, 3, 4].map(() => shared.start({ startAt: Date.UTC(2026, 11, 1) })));
  const statuses = await crowd(shared, 80);
  assert.deepEqual([...statuses], [[200, 80]]);

  const { ledgerEntries, userPeriods } = shared.db.tables;
  const resets = await shared.db.select().from(ledgerEntries).where(eq(ledgerEntries.kind, 'reset'));
  assert.deepEqual(
    resets.map(({ period, monthlyDelta }) => [period, monthlyDelta]),
    [['2026-11', 0]],
  );
  const periods = await shared.db.select().from(userPeriods).orderBy(userPeriods.period);
  assert.deepEqual(
    periods.map(({ period, closedAt }) => [period, closedAt !== null]),
    [
      ['2026-11', true],
      ['2026-12', false],
    ],
  );
  await assertLedgerSums(shared.db);
});

test('what a gateway held that was killed in a stream is given back by the other, once, and debited never', async (t) => {
  const shared = await team(t, 2, { leaseMs: SHORT_LEASE_MS });
  const { db, gateways, upstream } = shared;
  const [victim, survivor] = gateways;
  assert.ok(victim && survivor);
  const settled = await ask(victim);
  await settled.text();
  const paid = upstream.servedTokens;
  const gate = createGate();
  upstream.next({ wait: { 'chunk:1': gate } });
  const cut = ask(victim, { stream: true }).then((response) => response.text());
  cut.catch(() => undefined);
  await gate.reached;
  const { holds, usageRecords, auditLog, users, userPeriods, gateways: rows } = db.tables;
  assert.equal(await db.$count(holds), 1);
  victim.child.kill('SIGKILL');
  assert.equal(await victim.ended, 'SIGKILL');
  gate.open();
  await assert.rejects(cut);
  // While its lease runs, nobody touches what it holds.
  assert.equal(await db.$count(holds), 1);
  await eventually('the hold is given back', async () => (await db.$count(holds)) === 0);
  await eventually('the recovery is in the audit log', async () => {
    return (await db.$count(auditLog, eq(auditLog.action, 'holds.recovered'))) > 0;
  });

  assert.equal(await db.$count(auditLog, eq(auditLog.action, 'holds.recovered')), 1);
  const records = await db.select().from(usageRecords).orderBy(usageRecords.id);
  assert.deepEqual(
    records.map(({ outcome, chargedTokens }) => [outcome, chargedTokens]),
    [
      ['ok', paid],
      ['interrupted', 0],
    ],
  );
  const [user] = await db.select().from(users);
  const [period] = await db.select().from(userPeriods);
  assert.deepEqual([user?.openHolds, user?.heldCredits, period?.heldMonthly], [0, 0, 0]);
  assert.equal(period?.usedMonthly, paid);
  const dead = await db.select().from(rows);
  assert.equal(dead.filter(({ stoppedAt }) => stoppedAt !== null).length, 1, 'the survivor is not taken for dead');
  assert.equal((await ask(survivor)).status, 200);
  await assertLedgerSums(db);
});

test('a gateway that was only silent keeps working after the others gave its holds back, and debits what it delivered', async (t) => {
  const shared = await team(t, 2, { leaseMs: SHORT_LEASE_MS });
  const { db, gateways, upstream } = shared;
  const [silent] = gateways;
  assert.ok(silent);
  const gate = createGate();
  upstream.next({ wait: { 'chunk:1': gate } });
  const answer = ask(silent, { stream: true }).then((response) => response.text());
  await gate.reached;
  silent.child.kill('SIGSTOP');
  await eventually('the hold is given back', async () => (await db.$count(db.tables.holds)) === 0);
  silent.child.kill('SIGCONT');
  gate.open();
  assert.match(await answer, /\[DONE\]/);
  const [record] = await db.select().from(db.tables.usageRecords);
  assert.equal(record?.outcome, 'ok');
  assert.equal(record?.chargedTokens, upstream.servedTokens, 'a late settlement is a debit, once');
  assert.equal((await ask(silent)).status, 200);
  await assertLedgerSums(db);
});
