/** Users whose use was unusual send fewer requests for a while: on the wire, on every gateway, and by the clock. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { eq } from 'drizzle-orm';
import { build } from '../support/build.ts';
import { failureOf, openaiClient } from '../support/clients.ts';
import { testClock } from '../support/clock.ts';
import { createTestDatabase } from '../support/postgres-database.ts';
import { ANA, buildProxy, type ProxyKit } from '../support/proxy-kit.ts';
import { errorIn } from '../support/refusals.ts';

const START = '2026-11-20T12:00:00Z';

type Office = Pick<ProxyKit, 'context'>;

async function limit({ context }: Office, perMinute: number | null, until: string | null): Promise<void> {
  const { users } = context.db.tables;
  const rate = { temporaryRate: perMinute, temporaryRateUntil: until === null ? null : Date.parse(until) };
  const [user] = await context.db.update(users).set(rate).where(eq(users.email, ANA)).returning({ id: users.id });
  await context.events.emit({ kind: 'user_changed', userId: user?.id ?? '' });
}

const people = { users: [{ email: ANA, plan: 'enterprise', monthlyLimit: null }] };

test('the request beyond the limit is 429 with retry-after and the reason, and nothing is held', async (t) => {
  const clock = testClock(START);
  const kit = await buildProxy(t, { clock, config: people });
  await limit(kit, 2, '2026-11-20T13:00:00Z');
  const statuses = async (requests: number) => {
    const found: number[] = [];
    for (let at = 0; at < requests; at++) found.push((await kit.ask()).status);
    return found;
  };
  assert.deepEqual(await statuses(3), [200, 200, 429]);
  const refused = await kit.ask();
  const { code, type, message } = errorIn(refused);
  assert.deepEqual([code, type], ['rate_limited', 'rate_limit_error']);
  assert.match(
    message,
    /limited to 2 requests a minute until 20 November 2026 at 13:00 \(UTC\), because its use was unusual/,
  );
  const wait = Number(refused.headers['retry-after']);
  assert.equal(wait, 60);
  clock.advance(59_000);
  assert.deepEqual(await statuses(1), [429]);
  clock.advance(1_000);
  clock.advance(60_000);
  assert.deepEqual(await statuses(3), [200, 200, 429]);
  clock.set(Date.parse('2026-11-20T13:00:00Z') - 1);
  assert.deepEqual(await statuses(3), [200, 200, 429]);
  clock.advance(1);
  assert.deepEqual(await statuses(5), [200, 200, 200, 200, 200], 'it ends by itself');
  await kit.balanced({ records: 11 });
});

test('lifted, it is gone with the next request', async (t) => {
  const kit = await buildProxy(t, { clock: testClock(START), config: people });
  await limit(kit, 1, '2026-11-20T13:00:00Z');
  assert.equal((await kit.ask()).status, 200);
  assert.equal((await kit.ask()).status, 429);
  await limit(kit, null, null);
  assert.equal((await kit.ask()).status, 200);
});

test('requests at the same moment do not slip through together', async (t) => {
  const kit = await buildProxy(t, { clock: testClock(START), config: people });
  await kit.ask();
  await limit(kit, 4, '2026-11-20T13:00:00Z');
  const answers = await Promise.all(Array.from({ length: 12 }, () => kit.ask()));
  const let_in = answers.filter(({ status }) => status === 200).length;
  assert.ok(let_in <= 4, `${let_in} of 4`);
  assert.ok(answers.every(({ status }) => status === 200 || status === 429));
});

test('the plan’s own limit stays where it is the lower one', async (t) => {
  const config = {
    plans: [{ id: 'basic', monthlyLimit: null, rateLimit: { perMinute: 1, concurrent: null } }],
    users: [{ email: ANA, plan: 'basic', monthlyLimit: null }],
  };
  const kit = await buildProxy(t, { clock: testClock(START), config });
  await limit(kit, 5, '2026-11-20T13:00:00Z');
  assert.equal((await kit.ask()).status, 200);
  assert.equal((await kit.ask()).status, 429);
});

test('OpenAI’s client reads it as a rate limit', async (t) => {
  const kit = await buildProxy(t, { clock: testClock(START), config: people });
  await limit(kit, 1, '2026-11-20T13:00:00Z');
  const endpoint = { baseUrl: `${kit.url}/v1`, key: kit.serviceKey, headers: { 'x-user-email': ANA } };
  const client = openaiClient(endpoint).withOptions({ maxRetries: 0 });
  const call = () =>
    client.chat.completions.create({ model: 'gpt-4o-mini', messages: [{ role: 'user', content: 'hi' }] });
  await call();
  const failure = await failureOf(call());
  assert.deepEqual([failure.name, failure.status, failure.code], ['RateLimitError', 429, 'rate_limited']);
});

test('two gateways count together, without a Redis', async (t) => {
  const database = await createTestDatabase();
  const clock = testClock(START);
  const options = {
    clock,
    flags: { databaseUrl: database.url },
    env: { SECRET_KEY: Buffer.alloc(32, 7).toString('base64') },
    config: people,
  };
  const here = await build(t, options);
  const there = await build(t, options);
  t.after(() => database.drop());
  await limit(here, 3, '2026-11-20T13:00:00Z');
  const heard = Promise.withResolvers<void>();
  there.context.events.onAny(({ kind }) => void (kind === 'user_changed' && heard.resolve()));
  await limit(here, 3, '2026-11-20T13:00:00Z');
  await heard.promise;
  const ask = async ({ url }: { url: string }) => {
    const answer = await fetch(`${url}/v1/chat/completions`, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        authorization: `Bearer ${here.serviceKey}`,
        'x-user-email': ANA,
      },
      body: JSON.stringify({ model: 'solaris-echo', messages: [{ role: 'user', content: 'hi' }] }),
    });
    await answer.arrayBuffer();
    return answer.status;
  };
  const statuses: number[] = [];
  for (let at = 0; at < 6; at++) statuses.push(await ask(at % 2 === 0 ? here : there));
  assert.deepEqual(statuses, [200, 200, 200, 429, 429, 429]);
});
