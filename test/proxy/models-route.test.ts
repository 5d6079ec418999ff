/** The list of models: what the upstreams offer and the plan allows; asking makes nobody and costs nothing. */
import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { eq } from 'drizzle-orm';
import { UPSTREAM_KEY } from '../support/clients-gateway.ts';
import { testClock } from '../support/clock.ts';
import { closedPort, createGate, type MockUpstream, startMockUpstream } from '../support/mock-upstream/index.ts';
import { ANA, buildProxy, type ProxyKit } from '../support/proxy-kit.ts';
import { errorIn } from '../support/refusals.ts';
import { sendOnWire } from '../support/wire.ts';

async function models(
  kit: ProxyKit,
  headers: Record<string, string | null> = { 'x-user-email': ANA },
): Promise<string[]> {
  const answer = await sendOnWire(kit.url, {
    method: 'GET',
    path: '/v1/models',
    headers: { authorization: `Bearer ${kit.serviceKey}`, ...headers },
  }).over;
  assert.equal(answer.status, 200, answer.text);
  assert.match(String(answer.headers['x-request-id']), /^req_/);
  const { object, data } = JSON.parse(answer.text);
  assert.equal(object, 'list');
  for (const model of data) assert.equal(model.object, 'model');
  return data.map(({ id }: { id: string }) => id);
}

function withUpstreams(t: TestContext, upstreams: object[]): Promise<ProxyKit> {
  return buildProxy(t, {
    clock: testClock(),
    config: { upstreams, users: [{ email: ANA, plan: 'enterprise' }] },
  });
}

const upstreamAt = (id: string, baseUrl: string, more: object = {}) => ({
  id,
  kind: 'openai',
  baseUrl,
  apiKey: UPSTREAM_KEY,
  models: ['*'],
  ...more,
});

async function allow({ context }: ProxyKit, allowedModels: string[] | null): Promise<void> {
  const { plans } = context.db.tables;
  await context.db.update(plans).set({ allowedModels }).where(eq(plans.id, 'enterprise'));
  await context.events.emit({ kind: 'plans_changed' });
}

function calls(upstream: MockUpstream): number {
  return upstream.calls.filter(({ path }) => path === '/v1/models').length;
}

test('lists what the upstream lists, as it describes it, with the upstream’s own key', async (t) => {
  const upstream = await startMockUpstream(t, { models: ['a', 'b'] });
  const kit = await withUpstreams(t, [upstreamAt('one', upstream.baseUrl)]);
  assert.deepEqual(await models(kit), ['a', 'b']);
  const [call] = upstream.calls;
  assert.equal(call?.headers.authorization, `Bearer ${UPSTREAM_KEY}`);
  assert.ok(!call?.rawHeaders.includes(ANA));
});

test('several upstreams make one list: each name once, patterns applied, aliases and outright names included', async (t) => {
  const one = await startMockUpstream(t, { models: ['gpt-4o', 'gpt-4o-mini', 'whisper-1'] });
  const two = await startMockUpstream(t, { models: ['gpt-4o', 'llama3', 'secret'] });
  const kit = await withUpstreams(t, [
    upstreamAt('one', one.baseUrl, { models: ['gpt-*', 'o3'], aliases: { fast: 'gpt-4o-mini' } }),
    upstreamAt('two', two.baseUrl, { models: ['gpt-4o', 'llama*'] }),
  ]);
  assert.deepEqual(await models(kit), ['gpt-4o', 'gpt-4o-mini', 'fast', 'o3', 'llama3']);
});

test('who is known sees what their plan allows; who is not sees all, and is not made', async (t) => {
  const upstream = await startMockUpstream(t, { models: ['gpt-4o', 'o3', 'gpt-4o-mini'] });
  const kit = await withUpstreams(t, [upstreamAt('one', upstream.baseUrl)]);
  await allow(kit, ['gpt-4o*']);
  assert.deepEqual(await models(kit), ['gpt-4o', 'gpt-4o-mini']);
  assert.deepEqual(await models(kit, { 'x-user-email': 'ANA@example.com' }), ['gpt-4o', 'gpt-4o-mini']);
  const strangers: Record<string, string>[] = [
    {},
    { 'x-user-email': 'bia@example.com' },
    { 'x-user-id': '65f0' },
    { 'x-user-email': '{{LIBRECHAT_USER_EMAIL}}' },
    { 'x-user-email': 'nonsense' },
  ];
  for (const headers of strangers) {
    assert.deepEqual(await models(kit, headers), ['gpt-4o', 'o3', 'gpt-4o-mini'], JSON.stringify(headers));
  }
  const { users, identityLinks, usageRecords } = kit.context.db.tables;
  assert.equal((await kit.context.db.select().from(users)).length, 1);
  assert.equal((await kit.context.db.select().from(identityLinks)).length, 0);
  assert.equal((await kit.context.db.select().from(usageRecords)).length, 0);
});

test('without a known key there is no list, in the client’s error shape', async (t) => {
  const kit = await buildProxy(t);
  for (const authorization of [null, 'Bearer sk-sol-unknown', 'Bearer ']) {
    const answer = await sendOnWire(kit.url, { method: 'GET', path: '/v1/models', headers: { authorization } }).over;
    assert.equal(answer.status, 401);
    assert.equal(errorIn(answer).code, 'invalid_api_key');
    assert.match(String(answer.headers['x-request-id']), /^req_/);
  }
  assert.equal(calls(kit.upstream), 0);
});

test('an upstream that is down, rude or odd leaves the names that are set, and the other upstreams', async (t) => {
  const good = await startMockUpstream(t, { models: ['good'] });
  const rude = await startMockUpstream(t, { refuse: { status: 500 } });
  const odd = await startMockUpstream(t);
  const away = await startMockUpstream(t, {
    refuse: { status: 302, body: '', headers: { location: `${good.baseUrl}/models` } },
  });
  odd.when(({ path }) => path === '/v1/models', { body: '{"data":[{"id":7},null,"x",{"id":"ok"}]}' });
  const kit = await withUpstreams(t, [
    upstreamAt('down', await closedPort(), { models: ['gpt-4o', 'gpt-5*'], aliases: { fast: 'gpt-4o' } }),
    upstreamAt('rude', rude.baseUrl, { models: ['*', 'named'] }),
    upstreamAt('odd', odd.baseUrl),
    upstreamAt('away', away.baseUrl),
    upstreamAt('good', good.baseUrl),
  ]);
  assert.deepEqual(await models(kit), ['fast', 'gpt-4o', 'named', 'ok', 'good']);
  assert.equal(calls(good), 1, 'no redirect was followed');
});

test('the list is asked for once a minute, also when many ask at once; a failure is asked again', async (t) => {
  const clock = testClock();
  const upstream = await startMockUpstream(t, { models: ['a'] });
  const kit = await buildProxy(t, {
    clock,
    config: { upstreams: [upstreamAt('one', upstream.baseUrl)], users: [{ email: ANA, plan: 'enterprise' }] },
  });
  upstream.script({ refuse: { status: 500 } });
  assert.deepEqual(await models(kit), []);
  upstream.script({});
  const gate = createGate();
  upstream.when(() => true, { wait: { headers: gate } });
  const lists = Array.from({ length: 5 }, () => models(kit));
  await gate.reached;
  gate.open();
  assert.deepEqual(
    await Promise.all(lists),
    Array.from({ length: 5 }, () => ['a']),
  );
  assert.equal(calls(upstream), 2);
  clock.advance(59_999);
  await models(kit);
  assert.equal(calls(upstream), 2);
  clock.advance(1);
  await models(kit);
  assert.equal(calls(upstream), 3);
});

test('without any upstream the built-in one is listed', async (t) => {
  const kit = await withUpstreams(t, []);
  assert.deepEqual(await models(kit), ['solaris-echo']);
});

test('Anthropic’s and Gemini’s clients get the list in their own shape, and one model can be asked for', async (t) => {
  const upstream = await startMockUpstream(t, { models: ['gpt-4o', 'openai/o3'] });
  const kit = await withUpstreams(t, [upstreamAt('one', upstream.baseUrl)]);
  const get = async (path: string, headers: Record<string, string>, status = 200) => {
    const answer = await sendOnWire(kit.url, { method: 'GET', path, headers: { 'x-user-email': ANA, ...headers } })
      .over;
    assert.equal(answer.status, status, answer.text);
    return JSON.parse(answer.text);
  };
  const anthropic = await get('/v1/models', { 'x-api-key': kit.serviceKey, 'anthropic-version': '2023-06-01' });
  assert.deepEqual(anthropic, {
    data: [
      { type: 'model', id: 'gpt-4o', display_name: 'gpt-4o', created_at: '2023-11-14T22:13:20.000Z' },
      { type: 'model', id: 'openai/o3', display_name: 'openai/o3', created_at: '2023-11-14T22:13:20.000Z' },
    ],
    has_more: false,
    first_id: 'gpt-4o',
    last_id: 'openai/o3',
  });
  const { models: gemini } = await get(`/v1beta/models?key=${kit.serviceKey}`, {});
  assert.deepEqual(
    gemini.map(({ name }: { name: string }) => name),
    ['models/gpt-4o', 'models/openai/o3'],
  );
  const bearer = { authorization: `Bearer ${kit.serviceKey}` };
  assert.equal((await get('/v1/models/openai/o3', bearer)).id, 'openai/o3');
  assert.equal((await get('/v1/models/nothing', bearer, 404)).error.code, 'model_not_found');
  await allow(kit, ['o*']);
  assert.equal((await get('/v1/models/gpt-4o', bearer, 404)).error.code, 'model_not_found');
});

test('each kind of upstream is asked in its own way; Azure is not asked, and lists what is named', async (t) => {
  const upstream = await startMockUpstream(t);
  const page = { data: [{ type: 'model', id: 'claude-x', display_name: 'X', created_at: '2026-01-01T00:00:00Z' }] };
  upstream.when(({ headers }) => headers['x-api-key'] !== undefined, { body: JSON.stringify(page) });
  upstream.when(({ headers }) => headers['x-goog-api-key'] !== undefined, {
    body: JSON.stringify({ models: [{ name: 'models/gemini-x', displayName: 'X' }] }),
  });
  const kit = await withUpstreams(t, [
    upstreamAt('anthropic', upstream.baseUrl, { kind: 'anthropic' }),
    upstreamAt('gemini', upstream.baseUrl, { kind: 'gemini' }),
    upstreamAt('azure', upstream.url, { kind: 'azure', models: ['my-deployment', 'other-*'] }),
  ]);
  assert.deepEqual(await models(kit), ['claude-x', 'gemini-x', 'my-deployment']);
  const asked = upstream.calls.map(({ path, query, headers }) => [path + query, headers['anthropic-version']]);
  assert.deepEqual(asked.sort(), [
    ['/v1/models?limit=1000', '2023-06-01'],
    ['/v1/models?pageSize=1000', undefined],
  ]);
});
