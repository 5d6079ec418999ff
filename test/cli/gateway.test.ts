import assert from 'node:assert/strict';
import { existsSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { connect, createServer, type Server } from 'node:net';
import { networkInterfaces } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { eq } from 'drizzle-orm';
import type { Variables } from '../../gateway/config/environment.ts';
import { createGateway } from '../../gateway/gateway.ts';
import { dataDirAt } from '../../gateway/ops/data-dir.ts';
import { StartError } from '../../gateway/ops/start-error.ts';
import { build, temporaryDir } from '../support/build.ts';
import { testClock } from '../support/clock.ts';

/** The error that a start ends with: its exit code and its words. */
async function startError(work: Promise<unknown>): Promise<{ exitCode: number; message: string }> {
  const error = await work.then(
    () => null,
    (reason: unknown) => reason,
  );
  assert.ok(error instanceof StartError, String(error));
  return { exitCode: error.exitCode, message: error.message };
}

/** Occupies a port of 127.0.0.1: a free one by default. */
async function occupyPort(t: TestContext, port = 0): Promise<number> {
  const server: Server = createServer();
  await new Promise<void>((resolve) => server.listen({ host: '127.0.0.1', port }, resolve));
  t.after(() => void server.close());
  const address = server.address();
  assert.ok(address !== null && typeof address === 'object');
  return address.port;
}

const chat = (url: string, key: string, content: string, more: object = {}) =>
  fetch(`${url}/v1/chat/completions`, {
    method: 'POST',
    headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json', 'x-user-email': 'ana@example.com' },
    body: JSON.stringify({ model: 'solaris-echo', messages: [{ role: 'user', content }], ...more }),
  });

test('a gateway makes its data directory for its owner only, serves, and leaves no trace of running', async (t) => {
  const dataDir = join(temporaryDir(t), 'deep', 'below');
  const { gateway, url, serviceKey } = await build(t, { dataDir });
  const dir = dataDirAt(dataDir);
  assert.equal(statSync(dataDir).mode & 0o777, 0o700);
  const server = JSON.parse(readFileSync(dir.server, 'utf8'));
  assert.deepEqual([server.pid, server.url, server.gatewayId], [process.pid, url, gateway.context.gatewayId]);
  assert.equal(statSync(dir.server).mode & 0o777, 0o600);
  assert.equal((await chat(url, serviceKey, 'Hi')).status, 200);
  await gateway.stop();
  assert.equal(existsSync(dir.server), false);
  assert.equal(existsSync(`${dir.database}-wal`), false, 'the database was closed');
  await gateway.stop();
});

test('a second gateway on the same data is refused and told who has it; after a stop it may', async (t) => {
  const first = await build(t);
  const { exitCode, message } = await startError(createGateway({ dataDir: first.dataDir }));
  assert.equal(exitCode, 69);
  assert.match(message, new RegExp(`Another IA Solaris \\(process ${process.pid} at ${first.url}\\) is using`));
  assert.equal((await fetch(`${first.url}/health`)).status, 200, 'the first is not disturbed');
  await first.restart();
});

test('a failed start leaves nothing locked or open', async (t) => {
  const dataDir = temporaryDir(t);
  const { message } = await startError(
    createGateway({ dataDir, config: { users: [{ email: 'a@example.com', plan: 'none' }] } }),
  );
  assert.match(message, /names no plan/);
  await build(t, { dataDir });
});

test('a database of another program is refused and left alone', async (t) => {
  const dataDir = temporaryDir(t);
  writeFileSync(join(dataDir, 'ia-solaris.db'), 'this is no database, but somebody needs it');
  const { exitCode, message } = await startError(createGateway({ dataDir }));
  assert.equal(exitCode, 78);
  assert.match(message, /ia-solaris\.db cannot be opened: file is not a database/);
  assert.match(readFileSync(join(dataDir, 'ia-solaris.db'), 'utf8'), /somebody needs it/);
});

test('on the very first start a taken port makes way for the next free one, which is kept', async (t) => {
  const byDefault = { flags: { port: undefined } };
  const first = await build(t, byDefault);
  const second = await build(t, byDefault);
  const port = Number(new URL(second.url).port);
  assert.ok(port > 5_000 && port < 5_050, `${port}`);
  assert.notEqual(first.url, second.url);
  await first.gateway.stop();
  const again = await second.restart();
  assert.equal(again.url, second.url, 'kept, though an earlier port is free now');

  await again.gateway.stop();
  await occupyPort(t, port);
  const moved = await createGateway({ dataDir: second.dataDir });
  t.after(() => moved.stop());
  const { exitCode, message } = await startError(moved.start());
  assert.equal(exitCode, 69);
  assert.match(message, new RegExp(`^Port ${port} .* already used.*kept from an earlier start`));
});

test('a port that was chosen never moves: the start names who has it', async (t) => {
  const taken = await occupyPort(t);
  const gateway = await createGateway({ dataDir: temporaryDir(t), env: { PORT: String(taken) } });
  t.after(() => gateway.stop());
  const { exitCode, message } = await startError(gateway.start());
  assert.equal(exitCode, 69);
  assert.match(message, new RegExp(`^Port ${taken} on 127\\.0\\.0\\.1 is already used`));
  assert.match(message, /\(now: PORT\)/);
  if (process.platform === 'linux') assert.match(message, new RegExp(`by .+ \\(process ${process.pid}\\)`));
});

test('another gateway on the port is recognised as one', async (t) => {
  const first = await build(t);
  const { port } = new URL(first.url);
  const gateway = await createGateway({ dataDir: temporaryDir(t), flags: { port } });
  t.after(() => gateway.stop());
  assert.match((await startError(gateway.start())).message, /is already used by another IA Solaris gateway/);
});

test('an address that is not of this machine is a mistake of the configuration', async (t) => {
  const env = { HOST: '203.0.113.7', PUBLIC_URL: 'https://ia.example.com', TRUSTED_PROXIES: '10.0.0.1', PORT: '0' };
  const gateway = await createGateway({ dataDir: temporaryDir(t), env });
  t.after(() => gateway.stop());
  const { exitCode, message } = await startError(gateway.start());
  assert.equal(exitCode, 78);
  assert.match(message, /HOST is 203\.0\.113\.7, which is no address of this machine/);
});

test('the console does not leave loopback without HTTPS and a public name', async (t) => {
  const dataDir = temporaryDir(t);
  const attempt = (env: Variables) => startError(createGateway({ dataDir, env: { PORT: '0', ...env } }));
  for (const env of [
    { HOST: '0.0.0.0' },
    { HOST: '0.0.0.0', PUBLIC_URL: 'https://ia.example.com' },
    { HOST: '0.0.0.0', TRUSTED_PROXIES: '10.0.0.1' },
    { HOST: '0.0.0.0', TRUSTED_PROXIES: '10.0.0.1', PUBLIC_URL: 'http://ia.example.com' },
  ]) {
    const { exitCode, message } = await attempt(env);
    assert.equal(exitCode, 78);
    assert.match(message, /^HOST is 0\.0\.0\.0.*TLS_CERT_FILE.*TRUSTED_PROXIES.*PUBLIC_URL/);
  }
  const allowed = await createGateway({
    dataDir,
    env: { HOST: '0.0.0.0', TRUSTED_PROXIES: '10.0.0.1', PUBLIC_URL: 'https://ia.example.com' },
  });
  await allowed.stop();
});

test('a certificate that cannot be used is named', async (t) => {
  const dataDir = temporaryDir(t);
  const missing = await startError(
    createGateway({ dataDir, env: { TLS_CERT_FILE: '/no/cert', TLS_KEY_FILE: '/no/key' } }),
  );
  assert.match(missing.message, /TLS_CERT_FILE names \/no\/cert, which cannot be read: ENOENT/);
  const file = join(dataDir, 'x.pem');
  writeFileSync(file, 'no pem');
  const bad = await startError(createGateway({ dataDir, env: { TLS_CERT_FILE: file, TLS_KEY_FILE: file } }));
  assert.equal(bad.exitCode, 78);
  assert.match(bad.message, /must be a PEM certificate and its private key/);
});

/** An address of this machine that others can reach, if it has one. */
const outside = Object.values(networkInterfaces())
  .flatMap((addresses) => addresses ?? [])
  .find(({ internal, family }) => !internal && family === 'IPv4')?.address;

test('a network listener serves metered routes and health, and nothing else', {
  skip: outside === undefined,
}, async (t) => {
  const { url, serviceKey, ownerToken, gateway } = await build(t, {
    flags: { port: 0, networkHosts: [outside] },
  });
  const base = `http://${outside}:${new URL(url).port}`;
  assert.equal((await chat(base, serviceKey, 'Hi')).status, 200);
  assert.equal((await fetch(`${base}/health`)).status, 200);
  const authorization = `Bearer ${ownerToken}`;
  for (const path of [
    '/',
    '/admin/',
    '/api/auth/me',
    '/api/admin/users',
    '/api/openapi.json',
    '/metrics',
    '/health/detailed',
    '/v1/admin/users',
    '/v1/%61dmin/users',
    '/v1/admin/users/',
    '//api/auth/me',
    '/v1/../api/auth/me',
    '/%61pi/auth/me',
  ]) {
    const status = await rawStatus(base, path, authorization);
    assert.equal(status, 404, path);
  }
  assert.equal(
    (await fetch(`${url}/api/auth/me`, { headers: { authorization } })).status,
    200,
    'loopback serves everything',
  );

  await gateway.stop();
  await assert.rejects(fetch(`${base}/health`), 'the stop closes these listeners too');
});

/** A GET whose path is sent as it is written. */
function rawStatus(base: string, path: string, authorization: string): Promise<number> {
  const { hostname, port } = new URL(base);
  return new Promise((resolve, reject) => {
    const socket = connect({ host: hostname, port: Number(port) });
    socket.once('error', reject);
    socket.once('data', (data: Buffer) => {
      socket.destroy();
      resolve(Number(data.toString('latin1').split(' ')[1]));
    });
    socket.write(
      `GET ${path} HTTP/1.1\r\nhost: ${hostname}:${port}\r\nauthorization: ${authorization}\r\nconnection: close\r\n\r\n`,
    );
  });
}

test('a network listener can be opened and closed while the gateway runs', {
  skip: outside === undefined,
}, async (t) => {
  const { url, context } = await build(t);
  const base = `http://${outside}:${new URL(url).port}`;
  await assert.rejects(fetch(`${base}/health`));
  await context.settings.set({ networkHosts: [outside, '203.0.113.7'] }, { kind: 'system', id: null });
  assert.equal(
    (await fetch(`${base}/health`, { headers: { connection: 'close' } })).status,
    200,
    'an address that is missing does not keep the others closed',
  );
  await context.settings.set({ networkHosts: [] }, { kind: 'system', id: null });
  await assert.rejects(fetch(`${base}/health`));
});

test('what a dead gateway had reserved is given back at the start, audited, and its requests are marked', async (t) => {
  const clock = testClock();
  const built = await build(t, { clock });
  const { context, api } = built;
  const { body: user } = await api('/api/admin/users', { body: { email: 'ana@example.com' } });
  const period = context.calendar().period(clock.now()).id;
  const held = await context.db.ledger.hold({
    usageId: 'req_lost',
    userId: user.id,
    keyId: 'key_x',
    at: clock.now(),
    period,
    wish: {
      promptTokens: 100,
      output: { explicit: 500, choices: 1, modelMaximum: null, cap: 16_384, minimum: 256 },
      rate: { multiplier: 1_000_000, factor: 1_000_000 },
      price: { input: 0, cachedInput: 0, output: 0 },
    },
    mayLower: true,
    model: 'm',
    upstreamId: 'u',
    endpoint: '/v1/chat/completions',
    method: 'POST',
    streamed: true,
    userAgent: null,
    ipAddress: null,
  });
  assert.equal(held.kind, 'held');
  const again = await built.restart();
  const { db } = again.context;
  assert.equal((await db.ledger.balance(user.id, period))?.held, 0);
  const [record] = await db.select().from(db.tables.usageRecords).where(eq(db.tables.usageRecords.id, 'req_lost'));
  assert.equal(record?.outcome, 'interrupted');
  const [entry] = await db.select().from(db.tables.auditLog).where(eq(db.tables.auditLog.action, 'holds.recovered'));
  assert.deepEqual(entry?.details, { requests: 1, reservedTokens: 600, costMicroUsd: 0, ids: ['req_lost'] });
  const third = await again.restart();
  const { auditLog } = third.context.db.tables;
  assert.equal(
    await third.context.db.$count(auditLog, eq(auditLog.action, 'holds.recovered')),
    1,
    'nothing to recover, nothing said',
  );
});

test('every gateway that ran is on record, with when it stopped', async (t) => {
  const clock = testClock();
  const built = await build(t, { clock });
  clock.advance(5_000);
  const again = await built.restart();
  const { gateways } = again.context.db.tables;
  const rows = await again.context.db.select().from(gateways).orderBy(gateways.startedAt);
  assert.deepEqual(
    rows.map(({ startedAt, stoppedAt }) => [startedAt, stoppedAt]),
    [
      [Date.parse('2026-11-20T12:00:00Z'), clock.now()],
      [clock.now(), null],
    ],
  );
});

test('a stop lets the streams in flight end, takes no new requests, and settles', async (t) => {
  const built = await build(t);
  const { gateway, url, serviceKey, context } = built;
  const response = await chat(url, serviceKey, 'Tell me something long. '.repeat(20), { stream: true });
  assert.ok(response.body);
  const reader = response.body.getReader();
  await reader.read();
  const stopped = gateway.stop();
  const decoder = new TextDecoder();
  let text = '';
  for (let chunk = await reader.read(); !chunk.done; chunk = await reader.read())
    text += decoder.decode(chunk.value, { stream: true });
  assert.match(text, /data: \[DONE\]\n\n$/, 'the stream came to its own end');
  await stopped;
  await assert.rejects(fetch(`${url}/health`));
  const again = await built.restart();
  const { db } = again.context;
  const [record] = await db.select().from(db.tables.usageRecords);
  assert.equal(record?.outcome, 'ok');
  assert.equal(await db.$count(db.tables.holds), 0);
  assert.notEqual(context.gatewayId, again.context.gatewayId);
});

test('at the deadline a stop cuts what is left, and settles that too', async (t) => {
  const built = await build(t, { drainMs: 50 });
  const { gateway, url, serviceKey } = built;
  const response = await chat(url, serviceKey, 'Tell me something very long. '.repeat(400), { stream: true });
  assert.ok(response.body);
  const reader = response.body.getReader();
  await reader.read();
  await gateway.stop();
  await assert.rejects(async () => {
    for (let chunk = await reader.read(); !chunk.done; chunk = await reader.read());
  }, 'the stream was cut');
  const again = await built.restart();
  const { db } = again.context;
  const [record] = await db.select().from(db.tables.usageRecords);
  assert.equal(record?.outcome, 'interrupted');
  assert.equal(await db.$count(db.tables.holds), 0);
  assert.equal(
    await db.$count(db.tables.auditLog, eq(db.tables.auditLog.action, 'holds.recovered')),
    0,
    'settled by the stop, not by the next start',
  );
});
