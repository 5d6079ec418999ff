/** The disk fills up, or another program locks the database: closed doors, clear words, and recovery without a restart. */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { statSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import BetterSqlite3 from 'better-sqlite3';
import { openSqlite } from '../../gateway/db/sqlite.ts';
import { temporaryDir } from '../support/build.ts';
import { type GatewayProcess, startGatewayProcess } from '../support/gateway-process.ts';
import { assertLedgerSums } from '../support/ledger-oracle.ts';
import { createGate, type MockUpstream, startMockUpstream, words } from '../support/mock-upstream/index.ts';

const SERVICE_KEY = 'sk-sol-disk-test-000000000000000000';
const NO_PRLIMIT = hasPrlimit() ? false : 'needs prlimit (Linux) to fill the disk for one process';

interface Subject {
  gateway: GatewayProcess;
  upstream: MockUpstream;
  database: string;
}

async function start(t: TestContext): Promise<Subject> {
  const upstream = await startMockUpstream(t, { text: words(30), chunks: 4 });
  const dataDir = temporaryDir(t);
  const gateway = await startGatewayProcess({
    dataDir,
    config: {
      upstreams: [{ id: 'mock', kind: 'openai', baseUrl: upstream.baseUrl, apiKey: 'sk-upstream-000', models: ['*'] }],
      serviceKeys: [{ name: 'librechat', key: SERVICE_KEY }],
      plans: [{ id: 'basic', monthlyLimit: 1_000_000, rateLimit: { perMinute: null, concurrent: null } }],
    },
  });
  t.after(() => {
    gateway.child.kill('SIGKILL');
  });
  return { gateway, upstream, database: join(dataDir, 'ia-solaris.db') };
}

function ask({ gateway }: Subject, stream: boolean): Promise<Response> {
  return fetch(`${gateway.url}/v1/chat/completions`, {
    method: 'POST',
    headers: {
      authorization: `Bearer ${SERVICE_KEY}`,
      'content-type': 'application/json',
      'x-user-email': 'ana@example.com',
    },
    body: JSON.stringify({ model: 'gpt-4o', stream, messages: [{ role: 'user', content: 'hello' }] }),
  });
}

async function statusOf(answer: Promise<Response>): Promise<number> {
  const response = await answer;
  await response.arrayBuffer();
  return response.status;
}

/** Stops the gateway and checks its books. */
async function closeBooks(t: TestContext, { gateway, database }: Subject) {
  gateway.child.kill('SIGTERM');
  assert.equal(await gateway.ended, '0');
  const migrationsFolder = join(import.meta.dirname, '../../resources/migrations/sqlite');
  const db = await openSqlite({ file: database, migrationsFolder, gatewayId: 'gtw_test' });
  t.after(() => db.close());
  await assertLedgerSums(db);
  assert.deepEqual(await db.integrityProblems(), []);
  return db;
}

/** From here on no file of the gateway can grow, as on a full disk. */
function fillDisk({ gateway, database }: Subject): void {
  limitFiles(gateway, String(statSync(`${database}-wal`).size));
}

function freeDisk({ gateway }: Subject): void {
  limitFiles(gateway, 'unlimited');
}

function limitFiles(gateway: GatewayProcess, size: string): void {
  execFileSync('prlimit', ['--pid', String(gateway.child.pid), `--fsize=${size}:unlimited`]);
}

function hasPrlimit(): boolean {
  try {
    execFileSync('prlimit', ['--version'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

test('on a full disk requests get 503 without an upstream call, and work again when there is room', {
  skip: NO_PRLIMIT,
}, async (t) => {
  const subject = await start(t);
  assert.equal(await statusOf(ask(subject, false)), 200);
  fillDisk(subject);
  let status = 200;
  for (let attempt = 0; attempt < 50 && status === 200; attempt++)
    status = await statusOf(ask(subject, false).catch(() => new Response(null, { status: 503 })));
  const calls = subject.upstream.calls.length;

  const refusal = await ask(subject, true);
  const { error } = (await refusal.json()) as { error: { code: string; message: string } };
  assert.equal(refusal.status, 503);
  assert.equal(error.code, 'gateway_unavailable');
  assert.match(error.message, /no request is let through/);
  assert.ok(refusal.headers.get('retry-after'));
  assert.equal(subject.upstream.calls.length, calls, 'nothing unmetered was sent');
  assert.equal((await fetch(`${subject.gateway.url}/health`)).status, 200, 'it lives');

  freeDisk(subject);
  assert.equal(await statusOf(ask(subject, true)), 200);
  assert.equal(subject.upstream.calls.length, calls + 1);
  await closeBooks(t, subject);
});

test('a stream whose settlement cannot be written loses its last bytes, and is settled once there is room', {
  skip: NO_PRLIMIT,
  timeout: 300_000,
}, async (t) => {
  const subject = await start(t);
  assert.equal(await statusOf(ask(subject, false)), 200);
  const gate = createGate();
  subject.upstream.next({ wait: { finish: gate } });
  const answer = await ask(subject, true);
  await gate.reached;
  fillDisk(subject);
  gate.open();
  const received = await readUntilCut(answer);
  assert.match(received, /word/, 'what came before was delivered');
  assert.doesNotMatch(received, /\[DONE\]/, 'what follows the usage was not');

  freeDisk(subject);
  assert.equal(await statusOf(ask(subject, false)), 200);
  const db = await closeBooks(t, subject);
  const records = await db.select().from(db.tables.usageRecords);
  assert.deepEqual(new Set(records.map((record) => record.outcome)), new Set(['ok']));
  const served = subject.upstream.servedTokens;
  assert.equal(
    records.reduce((sum, record) => sum + record.chargedTokens, 0),
    served,
  );
});

test('while another program locks the database requests get 503, and work again after', {
  timeout: 300_000,
}, async (t) => {
  const subject = await start(t);
  assert.equal(await statusOf(ask(subject, false)), 200);
  const other = new BetterSqlite3(subject.database);
  t.after(() => other.close());
  other.exec('BEGIN IMMEDIATE');
  const calls = subject.upstream.calls.length;
  assert.equal(await statusOf(ask(subject, false)), 503);
  assert.equal(subject.upstream.calls.length, calls, 'nothing unmetered was sent');
  other.exec('ROLLBACK');
  assert.equal(await statusOf(ask(subject, true)), 200);
  await closeBooks(t, subject);
});

async function readUntilCut(answer: Response): Promise<string> {
  let received = '';
  try {
    for await (const bytes of answer.body ?? []) received += Buffer.from(bytes).toString();
  } catch {
    return received;
  }
  assert.fail('the stream ended as if it were whole');
}
