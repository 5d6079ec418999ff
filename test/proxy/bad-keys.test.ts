/** Whoever has no key gets nowhere, and cannot try for long; whoever has one does not notice. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { newPersonalKey } from '../../gateway/keys/key-hash.ts';
import { testClock } from '../support/clock.ts';
import { buildProxy, CHAT, chat, type ProxyKit } from '../support/proxy-kit.ts';
import { sendOnWire } from '../support/wire.ts';

interface ErrorBody {
  error: { message: string; type: string; code: string; param: string | null };
}

const bearer = (value: string | string[] | null) => ({ headers: { authorization: value } });

async function assertNothingHappened(kit: ProxyKit): Promise<void> {
  const { users } = kit.context.db.tables;
  assert.equal((await kit.context.db.select().from(users)).length, 1, 'nobody was made');
  await kit.balanced({ records: 0 });
  assert.equal(kit.upstream.calls.length, 0, 'nothing reached the upstream');
}

test('a missing, empty, unknown or revoked key is refused in the client’s own error shape', async (t) => {
  const clock = testClock();
  const kit = await buildProxy(t, { clock });
  const revoked = newPersonalKey();
  await kit.context.db.insert(kit.context.db.tables.keys).values({
    id: 'key_revoked',
    kind: 'service',
    name: 'old',
    hash: revoked.hash,
    hint: revoked.hint,
    source: 'console',
    createdAt: clock.now(),
    revokedAt: clock.now(),
  });
  const wrong = [
    null,
    '',
    'Bearer',
    'Bearer ',
    'Bearer  ',
    'Bearer sk-sol-unknown',
    `Bearer ${revoked.secret}`,
    `Basic ${Buffer.from(`user:${kit.serviceKey}`).toString('base64')}`,
    kit.serviceKey,
    `Bearer ${kit.serviceKey.toUpperCase()}`,
    `Bearer ${kit.serviceKey}x`,
    `Bearer ${kit.serviceKey.slice(0, -1)}`,
    `Bearer ${'k'.repeat(10_000)}`,
    `Bearer ${kit.serviceKey}, Bearer ${kit.serviceKey}`,
    `Bearer ${kit.ownerToken}`,
    'Bearer {{LIBRECHAT_KEY}}',
  ];
  for (const value of wrong) {
    clock.advance(1_000);
    for (const stream of [false, true]) {
      const answer = await kit.ask(chat({ stream }), bearer(value));
      const { error }: ErrorBody = JSON.parse(answer.text);
      assert.equal(answer.status, 401, String(value));
      assert.match(String(answer.headers['content-type']), /^application\/json/);
      assert.deepEqual([error.type, error.code, error.param], ['authentication_error', 'invalid_api_key', null]);
      assert.match(error.message, /^[A-Z][^{}]+\.$/);
      assert.ok(!answer.text.includes(kit.serviceKey.slice(7, -1)), 'the key is not told');
      assert.match(String(answer.headers['x-request-id']), /^req_/);
      assert.equal(answer.headers['x-ratelimit-limit-tokens'], undefined);
    }
  }
  await assertNothingHappened(kit);
});

test('unknown keys are throttled by address: a burst of ten, then five a second; known keys are not hit', async (t) => {
  const clock = testClock();
  const kit = await buildProxy(t, { clock });
  const knock = async () => {
    const answer = await kit.ask(chat(), bearer('Bearer sk-sol-unknown'));
    return { status: answer.status, answer };
  };
  const burst = [];
  for (let call = 0; call < 12; call++) burst.push((await knock()).status);
  assert.deepEqual(burst, [...Array.from({ length: 10 }, () => 401), 429, 429]);

  const { answer } = await knock();
  const { error }: ErrorBody = JSON.parse(answer.text);
  assert.deepEqual([error.type, error.code], ['rate_limit_error', 'rate_limited']);
  assert.equal(answer.headers['retry-after'], '1');
  assert.equal((await kit.ask()).status, 200, 'a known key from the same address is served');
  assert.equal((await kit.ask(chat(), { headers: { authorization: null } })).status, 429, 'no key counts as unknown');

  clock.advance(1_000);
  const second = [];
  for (let call = 0; call < 7; call++) second.push((await knock()).status);
  assert.deepEqual(second, [401, 401, 401, 401, 401, 429, 429]);
  await kit.balanced({ records: 1 });
});

test('another address has a burst of its own', async (t) => {
  const kit = await buildProxy(t, { clock: testClock(), config: { trustedProxies: ['127.0.0.1'] } });
  const knock = async (from: string) =>
    (await kit.ask(chat(), { headers: { authorization: null, 'x-forwarded-for': from } })).status;
  for (let call = 0; call < 11; call++) await knock('203.0.113.7');
  assert.equal(await knock('203.0.113.7'), 429);
  assert.equal(await knock('203.0.113.8'), 401);
  assert.equal(await knock('2001:db8::1'), 401);
});

test('without a key a body is not even read: an upload is refused at its first byte', async (t) => {
  const kit = await buildProxy(t, { clock: testClock() });
  const call = sendOnWire(kit.url, {
    path: CHAT,
    headers: { 'content-type': 'application/json', 'content-length': '60000000' },
    body: '{"model":',
  });
  const answer = await call.started;
  assert.equal(answer.status, 401);
  await answer.end;
  await assertNothingHappened(kit);
});

test('a key may come as x-api-key, and a personal key is its own user whatever headers say', async (t) => {
  const kit = await buildProxy(t);
  const { db, clock } = kit.context;
  const key = newPersonalKey();
  const [ana] = await db.select().from(db.tables.users);
  await db.insert(db.tables.keys).values({
    id: 'key_personal',
    kind: 'personal',
    name: 'editor',
    userId: ana?.id,
    hash: key.hash,
    hint: key.hint,
    source: 'console',
    createdAt: clock.now(),
  });
  const answer = await kit.ask(chat({ user: 'someone-else' }), {
    headers: { authorization: null, 'x-api-key': key.secret, 'x-user-email': 'bia@example.com', 'x-user-id': 'bia' },
  });
  assert.equal(answer.status, 200);
  const [record] = await kit.balanced({ records: 1 });
  assert.deepEqual([record?.userId, record?.keyId], [ana?.id, 'key_personal']);
  assert.equal((await db.select().from(db.tables.users)).length, 1, 'nobody else was made');
});
