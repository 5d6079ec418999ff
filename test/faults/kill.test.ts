/**
 * kill -9 at every step of a request, over and over on the same data: nothing that was committed is lost, nothing is
 * counted twice, no hold stays; on SQLite, and on Postgres. `SOLARIS_KILL_ROUNDS=500` runs more rounds.
 */
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { openPostgres } from '../../gateway/db/postgres.ts';
import { openSqlite } from '../../gateway/db/sqlite.ts';
import { FAULT_POINTS, type FaultPoint, POSTING_FAULT_POINTS } from '../../gateway/ops/fault-point.ts';
import { temporaryDir } from '../support/build.ts';
import { type GatewayProcess, startGatewayProcess } from '../support/gateway-process.ts';
import { assertLedgerSums } from '../support/ledger-oracle.ts';
import { closedPort, startMockUpstream, words } from '../support/mock-upstream/index.ts';
import { createTestDatabase } from '../support/postgres-database.ts';

const ROUNDS = Number(process.env.SOLARIS_KILL_ROUNDS ?? 50);
/** Each fault point twice. */
const POSTGRES_ROUNDS = Number(process.env.SOLARIS_KILL_ROUNDS ?? 2 * FAULT_POINTS.length);
const MIGRATIONS = join(import.meta.dirname, '../../resources/migrations');
const SERVICE_KEY = 'sk-sol-kill-test-000000000000000000';
/** A few dozen are posted together. */
const MOST_REQUESTS = 200;

const CONFIG = {
  serviceKeys: [{ name: 'librechat', key: SERVICE_KEY }],
  plans: [{ id: 'basic', monthlyLimit: 1_000_000, rateLimit: { perMinute: null, concurrent: null } }],
};

interface Answered {
  id: string;
  tokens: number;
}

/** Sends a request and reads its answer. @returns what a client that got all of it knows; null when it did not get all */
async function ask(url: string, stream: boolean): Promise<Answered | null> {
  try {
    const response = await fetch(`${url}/v1/chat/completions`, {
      method: 'POST',
      headers: {
        authorization: `Bearer ${SERVICE_KEY}`,
        'content-type': 'application/json',
        'x-user-email': 'ana@example.com',
      },
      body: JSON.stringify({
        model: 'gpt-4o',
        stream,
        ...(stream ? { stream_options: { include_usage: true } } : {}),
        messages: [{ role: 'user', content: 'hello' }],
      }),
    });
    assert.equal(response.status, 200);
    const text = await response.text();
    if (stream && !text.includes('[DONE]')) return null;
    const tokens = Number(/"total_tokens":(\d+)/.exec(text)?.[1]);
    return { id: response.headers.get('x-request-id') ?? '', tokens };
  } catch (error) {
    if (error instanceof assert.AssertionError) throw error;
    return null;
  }
}

/** Sends requests until the process has died at its fault point. */
async function askUntilDead(gateway: GatewayProcess, round: number): Promise<Answered[]> {
  const answered: Answered[] = [];
  let dead = false;
  const ended = gateway.ended.then((how) => {
    dead = true;
    return how;
  });
  for (let request = 0; request < MOST_REQUESTS && !dead; request++) {
    // The last fault points lie behind the answer: only the next request shows whether the process is gone.
    const one = await ask(gateway.url, (round + request) % 2 === 0);
    if (one) answered.push(one);
  }
  gateway.child.kill('SIGTERM');
  assert.equal(await ended, 'SIGKILL', 'the fault point was reached');
  return answered;
}

test(
  `${ROUNDS} rounds of kill -9 over all fault points lose nothing and count nothing twice`,
  {
    timeout: 600_000,
  },
  (t) => killOverAndOver(t, ROUNDS, [...FAULT_POINTS, ...POSTING_FAULT_POINTS], {}),
);

test(`${POSTGRES_ROUNDS} rounds of kill -9 on Postgres do no harm either`, { timeout: 600_000 }, async (t) => {
  const database = await createTestDatabase();
  t.after(() => database.drop());
  await killOverAndOver(t, POSTGRES_ROUNDS, FAULT_POINTS, { databaseUrl: database.url });
});

async function killOverAndOver(
  t: TestContext,
  rounds: number,
  points: readonly FaultPoint[],
  place: { databaseUrl?: string },
): Promise<void> {
  const upstream = await startMockUpstream(t, { text: words(30), chunks: 4 });
  const dataDir = temporaryDir(t);
  const config = {
    ...CONFIG,
    ...place,
    upstreams: [{ id: 'mock', kind: 'openai', baseUrl: upstream.baseUrl, apiKey: 'sk-upstream-000', models: ['*'] }],
  };
  const answered: Answered[] = [];
  for (let round = 0; round < rounds; round++) {
    const point = points[round % points.length] ?? 'held';
    const turn = Math.floor(round / points.length);
    const nth = 1 + (turn % 3);
    const gateway = await startGatewayProcess({ dataDir, config, faultPoint: `${point}:${nth}` }).catch(
      (error: unknown) => {
        // What the one before left in the journal is posted at the start.
        if (!isPosting(point)) throw error;
        return null;
      },
    );
    if (gateway) answered.push(...(await askUntilDead(gateway, round)));
  }

  const { outcomes, debits } = await assertBooks({ dataDir, config }, answered);
  assert.ok(outcomes.has('interrupted'), 'some rounds died with an open hold');
  assert.ok(debits <= upstream.calls.length, 'no debit without an upstream call');
}

function isPosting(point: FaultPoint): boolean {
  return POSTING_FAULT_POINTS.some((one) => one === point);
}

test('kill -9 at every step of a failover loses nothing and counts nothing twice', { timeout: 300_000 }, async (t) => {
  const full = await startMockUpstream(t, { refuse: { status: 503, message: 'Overloaded.' } });
  const good = await startMockUpstream(t, { text: words(30), chunks: 4 });
  const dataDir = temporaryDir(t);
  const upstream = { kind: 'openai', apiKey: 'sk-upstream-000', models: ['*'] };
  const config = {
    ...CONFIG,
    upstreams: [
      { ...upstream, id: 'gone', baseUrl: await closedPort() },
      { ...upstream, id: 'full', baseUrl: full.baseUrl },
      { ...upstream, id: 'good', baseUrl: good.baseUrl },
    ],
  };
  const answered: Answered[] = [];
  const points = ['failed_over:1', 'answer_headers:1', 'failed_over:2', 'forwarded:3', 'before_settle:1'];
  for (const [round, faultPoint] of points.entries()) {
    const gateway = await startGatewayProcess({ dataDir, config, faultPoint });
    answered.push(...(await askUntilDead(gateway, round)));
  }
  const { records, debits } = await assertBooks({ dataDir, config }, answered);
  assert.ok(debits <= good.calls.length, 'only the upstream that answered is paid');
  for (const { outcome, upstreamId, chargedTokens } of records) {
    if (outcome === 'ok') assert.equal(upstreamId, 'good');
    else assert.equal(chargedTokens, 0, outcome);
  }
});

/** One more gateway works on what the dead ones left, and nothing of it is lost or there twice. */
async function assertBooks(
  { dataDir, config }: { dataDir: string; config: { serviceKeys: unknown; databaseUrl?: string } },
  answered: Answered[],
) {
  const last = await startGatewayProcess({ dataDir, config });
  const alive = await ask(last.url, true);
  assert.ok(alive, 'the gateway works after all');
  answered.push(alive);
  last.child.kill('SIGTERM');
  assert.equal(await last.ended, '0');

  const gatewayId = 'gtw_test';
  const { databaseUrl: url } = config;
  const db =
    url === undefined
      ? await openSqlite({
          file: join(dataDir, 'ia-solaris.db'),
          migrationsFolder: join(MIGRATIONS, 'sqlite'),
          gatewayId,
        })
      : await openPostgres({ url, migrationsFolder: join(MIGRATIONS, 'pg'), gatewayId });
  try {
    await assertLedgerSums(db);
    assert.deepEqual(await db.integrityProblems(), []);
    const records = new Map((await db.select().from(db.tables.usageRecords)).map((record) => [record.id, record]));
    for (const { id, tokens } of answered) {
      assert.equal(records.get(id)?.outcome, 'ok', `${id} was answered whole, so it is settled`);
      assert.equal(records.get(id)?.chargedTokens, tokens);
    }
    const outcomes = new Set([...records.values()].map((record) => record.outcome));
    assert.ok(!outcomes.has('pending'));
    const debits = (await db.select().from(db.tables.ledgerEntries)).filter((entry) => entry.kind === 'debit');
    assert.equal(new Set(debits.map((entry) => entry.usageId)).size, debits.length, 'one debit a request');
    return { records: [...records.values()], outcomes, debits: debits.length };
  } finally {
    await db.close();
  }
}
