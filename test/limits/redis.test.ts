/** Two gateways on one Postgres and one Redis: one limit for both, and none that a lost Redis makes worse. */
import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import { doctor } from '../../gateway/cli/doctor.ts';
import { createRateLimits } from '../../gateway/limits/rate-limits.ts';
import { openRedis } from '../../gateway/limits/redis.ts';
import { systemClock } from '../../gateway/ops/clock.ts';
import { type Built, build } from '../support/build.ts';
import { createTestDatabase } from '../support/postgres-database.ts';
import { noRedis, type RedisServer, startRedisServer } from '../support/redis-server.ts';

const SECRET_KEY = Buffer.alloc(32, 7).toString('base64');
const skip = noRedis;

async function pair(t: TestContext, redis: RedisServer): Promise<[Built, Built]> {
  const database = await createTestDatabase();
  const options = { flags: { databaseUrl: database.url }, env: { SECRET_KEY, REDIS_URL: redis.url } };
  const both: [Built, Built] = [await build(t, options), await build(t, options)];
  t.after(() => database.drop());
  return both;
}

const stranger = async ({ api }: Built) =>
  (await api('/api/auth/me', { headers: { authorization: 'Bearer wrong' } })).status;

/** How many of `calls` strangers at once, one here and one there, were told 401 and not to wait. */
async function strangers(gateways: readonly Built[], calls: number): Promise<{ heard: number; seconds: number }> {
  const begun = performance.now();
  const turns = Array.from({ length: calls }, (_, index) => gateways[index % gateways.length] as Built);
  const statuses = await Promise.all(turns.map(stranger));
  assert.ok(
    statuses.every((status) => status === 401 || status === 429),
    statuses.join(),
  );
  return { heard: statuses.filter((status) => status === 401).length, seconds: (performance.now() - begun) / 1_000 };
}

async function redisHealth({ url }: Built): Promise<[string, string]> {
  const report = (await (await fetch(`${url}/health/detailed`)).json()) as {
    status: string;
    checks: { redis: { status: string } };
  };
  return [report.checks.redis.status, report.status];
}

async function untilRedisIs(built: Built, status: string): Promise<void> {
  for (let attempt = 0; attempt < 1_000; attempt++) {
    if ((await redisHealth(built))[0] === status) return;
    await pause(100);
  }
  assert.fail(`Redis is still not ${status}`);
}

test('several gateways limit callers and users together, and each by itself while Redis is gone', {
  skip,
}, async (t) => {
  const redis = await startRedisServer(t);
  const gateways = await pair(t, redis);
  const [one, two] = gateways;
  assert.equal((await redisHealth(one))[0], 'up');

  const together = await strangers(gateways, 40);
  assert.ok(together.heard >= 10 && together.heard <= 10 + Math.ceil(together.seconds * 5), `${together.heard} heard`);

  const changed = await one.api('/api/admin/plans/basic', {
    method: 'PUT',
    body: { rateLimit: { perMinute: 10, concurrent: 100 }, reason: 'for the test' },
  });
  assert.equal(changed.status, 200, JSON.stringify(changed.body));
  const ask = async ({ url, serviceKey }: Built) => {
    const response = await fetch(`${url}/v1/chat/completions`, {
      method: 'POST',
      headers: {
        authorization: `Bearer ${serviceKey}`,
        'content-type': 'application/json',
        'x-user-email': 'ana@example.com',
      },
      body: JSON.stringify({ model: 'solaris-echo', max_tokens: 10, messages: [{ role: 'user', content: 'Hi' }] }),
    });
    await response.arrayBuffer();
    return response;
  };
  const answers = await Promise.all(Array.from({ length: 30 }, (_, index) => ask(index % 2 ? one : two)));
  const served = answers.filter(({ status }) => status === 200).length;
  // One more, should the minute turn between them.
  assert.ok(served === 10 || served === 11, `${served} served`);
  const refused = answers.filter(({ status }) => status === 429);
  assert.equal(served + refused.length, 30);
  for (const { headers } of refused) assert.match(headers.get('retry-after') ?? '', /^([1-9]|[1-9]\d|1[01]\d|120)$/);

  await redis.crash();
  await untilRedisIs(one, 'down');
  assert.notEqual((await redisHealth(one))[1], 'unhealthy');
  const alone = await strangers([one], 40);
  assert.ok(alone.heard >= 10 && alone.heard <= 10 + Math.ceil(alone.seconds * 5), `${alone.heard} heard alone`);
  assert.equal((await ask(two)).status, 200, 'nobody is refused because Redis is gone');

  await redis.start();
  await untilRedisIs(one, 'up');
  await untilRedisIs(two, 'up');
  const again = await strangers(gateways, 40);
  assert.ok(again.heard >= 10 && again.heard <= 10 + Math.ceil(again.seconds * 5), `${again.heard} heard again`);
});

test('a Redis that hangs delays no call for long, and is asked again when it goes on', { skip }, async (t) => {
  const redis = await startRedisServer(t);
  const warnings: string[] = [];
  const log = { warn: (_: unknown, text: string) => warnings.push(text), info: () => undefined };
  const link = await openRedis(redis.url, log as never);
  t.after(link.close);
  const limits = createRateLimits(systemClock, link);
  const take = limits.buckets('test', { perSecond: 0.001, burst: 2 });
  assert.deepEqual([await take('a'), await take('a')], [0, 0]);
  assert.ok((await take('a')) > 900_000, 'says how long to wait');
  assert.equal(await take('b'), 0, 'keys do not share');

  redis.freeze();
  assert.deepEqual([await take('a'), await take('a')], [0, 0], 'counted here');
  assert.ok((await take('a')) > 0, 'and limited here');
  assert.equal(await limits.redis(), 'down');
  assert.equal(warnings.length, 1, 'said once');
  redis.resume();
  for (let attempt = 0; attempt < 2_000 && (await limits.redis()) !== 'up'; attempt++) await pause(50);
  assert.equal(await limits.redis(), 'up');
  assert.ok((await take('a')) > 0);
});

test('a gateway starts without the Redis that it was given, or with a wrong password, and doctor says so', {
  skip,
}, async (t) => {
  const redis = await startRedisServer(t);
  const wrong = redis.url.replace('for-tests-only', 'wrong');
  const built = await build(t, { engine: 'sqlite', env: { REDIS_URL: wrong } });
  assert.deepEqual([(await redisHealth(built))[0], await stranger(built)], ['down', 401]);
  const examine = async (url: string) => {
    const lines: string[] = [];
    const host = {
      env: { SOLARIS_DATA_DIR: built.dataDir, REDIS_URL: url },
      print: (line: string) => lines.push(line),
    };
    await doctor({ json: true }, host as never);
    return lines.join('');
  };
  const said = await examine(wrong);
  assert.match(said, /Redis does not answer: .*(WRONGPASS|NOAUTH)/i);
  assert.ok(!said.includes('wrong@') && !said.includes(':wrong'), 'the password is not repeated');
  assert.match(await examine(redis.url), /Redis answers/);
  await redis.crash();
  assert.match(await examine(redis.url), /Redis does not answer: .*ECONNREFUSED/);
});
