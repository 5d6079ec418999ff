import assert from 'node:assert/strict';
import { createServer } from 'node:net';
import { test } from 'node:test';
import { healthSchema } from '../../gateway/contract/health.ts';
import type { Database } from '../../gateway/db/database.ts';
import { DatabaseUnavailableError } from '../../gateway/db/errors.ts';
import { createHealthChecker } from '../../gateway/ops/health.ts';
import { build } from '../support/build.ts';
import { testClock } from '../support/clock.ts';
import { freePort } from '../support/ports.ts';

const ORDINARY = {
  kind: 'openai' as const,
  models: ['*'],
  aliases: {},
  source: 'console' as const,
  createdAt: 0,
  updatedAt: 0,
};

test('liveness tells that we are we, and nothing that costs or gives away anything', async (t) => {
  const { url } = await build(t);
  for (const path of ['/health', '/v1/health']) {
    const answer = await fetch(url + path);
    const body = (await answer.json()) as Record<string, unknown>;
    assert.deepEqual([answer.status, body.status, body.service], [200, 'ok', 'ia-solaris'], path);
    assert.deepEqual(Object.keys(body).sort(), ['service', 'status', 'version']);
  }
});

test('the detailed report has every part with its time', async (t) => {
  const { api } = await build(t);
  const { status, body } = await api('/health/detailed');
  assert.equal(status, 200);
  const report = healthSchema.parse(body);
  for (const [name, check] of Object.entries(report.checks)) assert.ok(check.tookMs >= 0, name);
  assert.equal(report.checks.database.status, 'up');
  assert.ok(report.checks.database.writeProbeAgeMs !== null);
  assert.equal(report.checks.redis.status, 'not_configured');
  assert.equal(report.checks.mail.status, 'not_configured');
  assert.ok((report.checks.disk.freeBytes ?? 0) > 0);
  assert.ok(report.checks.memory.processBytes > 0);
});

test('upstreams are up or down as a connection shows, and are not asked more often than every ten seconds', async (t) => {
  const clock = testClock();
  const { api, context } = await build(t, { clock });
  const { db } = context;
  const { upstreams } = db.tables;
  let connections = 0;
  const server = createServer((socket) => {
    connections += 1;
    socket.on('error', () => undefined);
    socket.resume();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  t.after(() => server.close());
  const address = server.address();
  assert.ok(address && typeof address === 'object');
  const closed = await freePort();
  await db.delete(upstreams);
  await db.insert(upstreams).values([
    { ...ORDINARY, id: 'up', name: 'Up', baseUrl: `http://127.0.0.1:${address.port}/v1`, position: 0 },
    { ...ORDINARY, id: 'down', name: 'Down', baseUrl: `http://127.0.0.1:${closed}/v1`, position: 1 },
    { ...ORDINARY, id: 'off', name: 'Off', baseUrl: 'http://127.0.0.1:1/v1', position: 2, enabled: false },
    { ...ORDINARY, id: 'demo', name: 'Demo', kind: 'demo', baseUrl: 'demo:', position: 3 },
  ]);
  const seen = async () => {
    const { body } = await api('/health/detailed');
    const { status, items } = body.checks.upstreams;
    return [status, items.map((item: { id: string; status: string }) => `${item.id} ${item.status}`)];
  };
  assert.deepEqual(await seen(), ['degraded', ['up up', 'down down', 'demo up']]);
  assert.deepEqual(await seen(), ['degraded', ['up up', 'down down', 'demo up']]);
  assert.equal(connections, 1);
  clock.advance(10_000);
  await seen();
  assert.equal(connections, 2);
});

test('a gateway whose upstreams are all gone is degraded', async (t) => {
  const { api, context } = await build(t);
  const { upstreams } = context.db.tables;
  await context.db.delete(upstreams);
  await context.db
    .insert(upstreams)
    .values({ ...ORDINARY, id: 'down', name: 'Down', baseUrl: 'http://127.0.0.1:1/v1', position: 0 });
  const { body } = await api('/health/detailed');
  assert.deepEqual([body.status, body.checks.upstreams.status], ['degraded', 'down']);
});

test('without its database the gateway is unhealthy, and without writing it is degraded', async (t) => {
  const clock = testClock();
  const { context } = await build(t, { clock });
  const { db } = context;
  const select = (() => {
    throw new DatabaseUnavailableError('gone');
  }) as Database['select'];
  const checker = createHealthChecker({ ...context, db: { ...db, select } });
  const down = await checker.check();
  checker.stop();
  assert.deepEqual([down.status, down.checks.database.status], ['unhealthy', 'down']);

  clock.advance(3_600_000);
  const stale = createHealthChecker(context);
  const report = await stale.check();
  stale.stop();
  assert.equal(report.status, 'degraded');
  assert.deepEqual([report.checks.database.status, report.checks.database.writeProbeAgeMs], ['degraded', 3_600_000]);
});

test('unhealthy is a 503, so that load balancers look elsewhere', async (t) => {
  const { context } = await build(t);
  const { apiApp } = await import('../api/api-app.ts');
  const select = (() => {
    throw new DatabaseUnavailableError('gone');
  }) as Database['select'];
  const { app } = await apiApp(t, { ...context, db: { ...context.db, select } });
  const answer = await app.inject('/health/detailed');
  assert.deepEqual([answer.statusCode, answer.json().status], [503, 'unhealthy']);
  assert.equal((await app.inject('/health')).statusCode, 200, 'the process itself is alive');
});
