/** The disk fills up, or another program locks the database: closed doors, clear words, and recovery without a restart. */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { statSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import BetterSqlite3 from 'better-sqlite3';
import { openSqlite } from '../../gateway/db/sqlite.ts';
import { holdRequest, PERIOD } from '../bench/traffic/ledger-steps.ts';
import { temporaryDir } from '../support/build.ts';
import { type GatewayProcess, startGatewayProcess } from '../support/gateway-process.ts';
import { assertLedgerSums } from '../support/ledger-oracle.ts';
import { createGate, type MockUpstream, startMockUpstream, words } from '../support/mock-upstream/index.ts';
import { placeTemplate } from '../support/sqlite-template.ts';

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
  limitFiles(gateway.child.pid, String(statSync(`${database}-wal`).size));
}

function freeDisk({ gateway }: Subject): void {
  limitFiles(gateway.child.pid, 'unlimited');
}

function limitFiles(pid: number | undefined, size: string): void {
  execFileSync('prlimit', ['--pid', String(pid), `--fsize=${size}:unlimited`]);
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

/** The same in this process: a database with one user whose month is open, and another program that has it open, too. */
async function openBeside(t: TestContext) {
  const file = join(temporaryDir(t), 'solaris.db');
  await placeTemplate(file);
  const other = new BetterSqlite3(file);
  t.after(() => other.close());
  other.exec(`
    INSERT INTO plans (id, name, limit_mode, thresholds, created_at, updated_at) VALUES ('p', 'P', 'inherit', '[]', 1, 1);
    INSERT INTO departments (id, name, created_at, updated_at) VALUES ('team', 'Team', 1, 1);
    INSERT INTO users (id, plan_id, created_at, updated_at) VALUES ('usr_1', 'p', 1, 1);
    INSERT INTO user_periods (user_id, period) VALUES ('usr_1', '${PERIOD}')`);
  const migrationsFolder = join(import.meta.dirname, '../../resources/migrations/sqlite');
  const told: string[] = [];
  const onPostingFailed = ({ message }: Error) => void told.push(message);
  const db = await openSqlite({ file, migrationsFolder, gatewayId: 'gtw_test', onPostingFailed });
  // Whoever has closed it is told that it is closed.
  t.after(() => db.close().catch(() => undefined));
  const policy = (defaultMonthlyLimit: number) =>
    db.ledger.configure({ defaultMonthlyLimit, blockThreshold: 1_000_000, overdraft: 'strict' });
  policy(1_000_000);
  return { db, file, other, policy, told };
}

test('a limit that is lowered while another program locks the database holds from then on', async (t) => {
  const { db, other, policy } = await openBeside(t);
  assert.equal((await db.ledger.balance('usr_1', PERIOD))?.limit, 1_000_000);
  other.exec('BEGIN IMMEDIATE');
  policy(10);
  await assert.rejects(db.ledger.hold(holdRequest('usr_1')), { name: 'DatabaseUnavailableError' });
  other.exec('ROLLBACK');
  assert.equal((await db.ledger.balance('usr_1', PERIOD))?.limit, 10);
  assert.equal((await db.ledger.hold(holdRequest('usr_1'))).kind, 'quota');
});

test('while another program locks the database readers get what is in the tables, and are told of it once', async (t) => {
  const { db, other, told } = await openBeside(t);
  const { holds } = db.tables;
  const held = async () => (await db.select({ id: holds.id }).from(holds)).length;
  await db.ledger.hold(holdRequest('usr_1'));
  assert.equal(await held(), 1);
  await db.ledger.hold(holdRequest('usr_1'));
  other.exec('BEGIN IMMEDIATE');
  assert.deepEqual([await held(), await held(), await held()], [1, 1, 1]);
  assert.deepEqual(told, ['database is locked']);
  other.exec('ROLLBACK');
  assert.equal(await db.tx((tx) => tx.$count(holds)), 2, 'a transaction sees all of it, or fails');
});

test('a database closes on a full disk, and leaves its last steps to the next start', {
  skip: NO_PRLIMIT,
}, async (t) => {
  const { db, file } = await openBeside(t);
  await db.tx(async (tx) => {
    for (let row = 0; row < 200; row++)
      await tx.insert(tx.tables.installation).values({ key: `k${row}`, value: 'x'.repeat(2_000) });
  });
  await db.ledger.hold(holdRequest('usr_1'));
  limitFiles(process.pid, String(statSync(file).size));
  await db.close().finally(() => limitFiles(process.pid, 'unlimited'));
  const migrationsFolder = join(import.meta.dirname, '../../resources/migrations/sqlite');
  const next = await openSqlite({ file, migrationsFolder, gatewayId: 'gtw_next' });
  t.after(() => next.close());
  assert.equal(await next.$count(next.tables.installation), 200);
  assert.equal(await next.tx((tx) => tx.$count(tx.tables.holds)), 1);
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
