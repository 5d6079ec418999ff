import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import type { GatewayContext } from '../../gateway/context.ts';
import { createRefusalWriter, type RefusedRequest } from '../../gateway/reports/refusal-writer.ts';
import { build } from '../support/build.ts';
import { testClock } from '../support/clock.ts';

const REFUSED: RefusedRequest = {
  userId: 'usr_1',
  keyId: 'key_1',
  code: 'insufficient_quota',
  statusCode: 429,
  model: 'gpt-4o',
  endpoint: '/v1/chat/completions',
  message: 'quota exceeded',
  ipAddress: '192.0.2.1',
};

async function start(t: TestContext) {
  const clock = testClock();
  const built = await build(t, { clock });
  const { db } = built.context;
  return { ...built, clock, rows: () => db.select().from(db.tables.refusals).orderBy(db.tables.refusals.minute) };
}

test('refusals of one minute with the same who and why are one row, also over several flushes', async (t) => {
  const { context, clock, rows } = await start(t);
  const writer = createRefusalWriter(context);
  writer.record(REFUSED);
  writer.record({ ...REFUSED, ipAddress: '192.0.2.9' });
  await writer.flush();
  clock.advance(5_000);
  writer.record(REFUSED);
  writer.record({ ...REFUSED, code: 'rate_limited' });
  clock.advance(60_000);
  writer.record(REFUSED);
  await writer.close();
  const kept = await rows();
  assert.deepEqual(kept.map((row) => [row.code, row.requests, row.lastAt - row.minute]).sort(), [
    ['insufficient_quota', 1, 5_000],
    ['insufficient_quota', 3, 5_000],
    ['rate_limited', 1, 5_000],
  ]);
});

test('a flood of strangers makes a bounded number of rows and loses no count', async (t) => {
  const { context, rows } = await start(t);
  const writer = createRefusalWriter(context);
  for (let index = 0; index < 5_000; index++) {
    writer.record({
      ...REFUSED,
      userId: null,
      keyId: null,
      code: 'invalid_api_key',
      ipAddress: `2001:db8::${index.toString(16)}`,
    });
  }
  await writer.close();
  const kept = await rows();
  assert.equal(kept.length, 201);
  assert.equal(
    kept.reduce((sum, row) => sum + row.requests, 0),
    5_000,
  );
});

test('while the database is away refusals wait, and nothing reaches the caller', async (t) => {
  const { context, rows } = await start(t);
  let away = true;
  const db = new Proxy(context.db, {
    get(target, name, receiver) {
      if (name === 'insert' && away) throw new Error('disk full');
      return Reflect.get(target, name, receiver);
    },
  });
  const writer = createRefusalWriter({ ...context, db } satisfies GatewayContext);
  writer.record(REFUSED);
  await writer.flush();
  assert.equal((await rows()).length, 0);
  away = false;
  writer.record(REFUSED);
  await writer.close();
  assert.deepEqual(
    (await rows()).map((row) => row.requests),
    [2],
  );
});
