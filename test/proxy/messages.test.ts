/** Anthropic's messages: what is read of them, what is lowered, and what of their usage is recorded. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { PLAIN_TARGET } from '../../gateway/proxy/dialects/dialect.ts';
import { messagesDialect } from '../../gateway/proxy/dialects/messages.ts';
import { UPSTREAM_KEY } from '../support/clients-gateway.ts';
import { texts, words } from '../support/mock-upstream/index.ts';
import { ANA, buildProxy } from '../support/proxy-kit.ts';
import { buildWires, SMALL } from '../support/wires-kit.ts';

const { path, body } = SMALL.messages;
const change = (limit: number | null, model: string = body.model) => {
  return { limit, limitField: 'max_tokens', readsOnlyLimitField: true, model, askForUsage: false, limitCalls: false };
};

test('without max_tokens it is 400 as at Anthropic, and so is what is kept at the provider for anybody', async (t) => {
  const kit = await buildWires(t);
  const cases: [object, string][] = [
    [{ model: body.model, messages: body.messages }, 'max_tokens: Field required'],
    [{ ...body, max_tokens: '100' }, "'max_tokens' must be a whole number"],
    [{ ...body, max_tokens: -1 }, "'max_tokens' must be a whole number"],
    [{ ...body, messages: [] }, 'messages: a non-empty list is required'],
    [{ ...body, thinking: { type: 'enabled', budget_tokens: 'all' } }, "'budget_tokens' must be a whole number"],
    [{ ...body, thinking: 'yes' }, "'thinking' must be an object"],
    [{ ...body, stream: 'yes' }, "'stream' must be true or false"],
    [{ ...body, container: 'container_1' }, 'container: this gateway does not serve'],
    [{ ...body, container: { id: 'container_1' } }, 'container: this gateway does not serve'],
    [{ ...body, fallbacks: [{ model: 'claude-opus-5' }] }, "'fallbacks' may name no model but"],
    [{ ...body, thread: { id: 't' } }, 'thread: this gateway does not serve'],
  ];
  for (const [sent, message] of cases) {
    const answer = await kit.ask(sent, { path });
    const { type, error } = JSON.parse(answer.text);
    assert.deepEqual([answer.status, type, error.type], [400, 'error', 'invalid_request_error']);
    assert.ok(error.message.startsWith(message), error.message);
  }
  const twice = `{"model":"m","max_tokens":1,"max_tokens":9,"messages":[{"role":"user","content":"hi"}]}`;
  assert.equal((await kit.ask(twice, { path })).status, 400);
  assert.equal(kit.upstream.calls.length, 0);
});

test("the version and beta headers travel, the client's key and unknown queries do not", async (t) => {
  const kit = await buildWires(t);
  const headers = { 'anthropic-version': '2026-10-21', 'anthropic-beta': 'context-1m', 'x-secret': '1' };
  await kit.ask(body, { path: `${path}?beta=true&admin=1`, headers });
  await kit.ask(body, { path });
  const [first, second] = kit.upstream.calls;
  assert.deepEqual([first?.path, first?.query], ['/v1/messages', '?beta=true']);
  assert.deepEqual(
    [first?.headers['anthropic-version'], first?.headers['anthropic-beta'], first?.headers['x-secret']],
    ['2026-10-21', 'context-1m', undefined],
  );
  assert.deepEqual([second?.headers['anthropic-version'], second?.headers.authorization], ['2023-06-01', undefined]);
});

test('what was read from and written to the cache is part of the prompt, and priced apart', async (t) => {
  const kit = await buildWires(t);
  for (const stream of [false, true]) {
    kit.upstream.next({ text: words(100), cachedTokens: 300, cacheWriteTokens: 500 });
    const answer = await kit.ask({ ...body, stream, system: words(1_000) }, { path });
    assert.equal(answer.status, 200);
    const record = (await kit.settled()).at(-1);
    const honest = kit.upstream.calls.at(-1)?.counted();
    assert.equal(record?.promptTokens, honest?.promptTokens);
    assert.deepEqual(
      [record?.cachedTokens, record?.cacheWriteTokens, record?.chargedTokens, record?.priceKnown],
      [300, 500, honest?.totalTokens, true],
    );
    // USD per million: 3 for input, 0.3 read, 3.75 written, 15 for output.
    const plain = (honest?.promptTokens ?? 0) - 800;
    assert.equal(record?.costMicroUsd, Math.ceil(plain * 3 + 300 * 0.3 + 500 * 3.75 + 100 * 15));
  }
});

test('an answer that does not fit comes down with its thinking', async (t) => {
  const kit = await buildWires(t, { config: { users: [{ email: ANA, plan: 'enterprise', monthlyLimit: 4_000 }] } });
  const thinking = { type: 'enabled', budget_tokens: 8_000 };
  await kit.ask({ ...body, max_tokens: 10_000, thinking, temperature: 1.0 }, { path });
  const sent = kit.upstream.calls[0]?.body as { max_tokens: number; thinking: { budget_tokens: number } };
  assert.ok(sent.max_tokens >= 2_000 && sent.max_tokens <= 3_000, `${sent.max_tokens}`);
  assert.deepEqual(sent.thinking, { type: 'enabled', budget_tokens: sent.max_tokens - 1 });
});

test('limits and budgets come down, never up, and other bytes stay', () => {
  const edited = (extra: object, limit: number | null) => {
    return Object.fromEntries(
      messagesDialect.edits({ ...body, ...extra }, change(limit)).map(({ key, value }) => [key, value]),
    );
  };
  assert.deepEqual(edited({}, null), {});
  assert.deepEqual(edited({}, 500), { max_tokens: 500 });
  assert.deepEqual(edited({ thinking: { type: 'enabled', budget_tokens: 2_000 } }, 5_000), { max_tokens: 5_000 });
  assert.deepEqual(edited({ thinking: { type: 'enabled', budget_tokens: 2_000 } }, 1_500), {
    max_tokens: 1_500,
    thinking: { type: 'enabled', budget_tokens: 1_499 },
  });
  assert.deepEqual(edited({ thinking: { type: 'enabled', budget_tokens: 2_000 } }, 1_000), {
    max_tokens: 1_000,
    thinking: { type: 'disabled' },
  });
  assert.deepEqual(edited({ thinking: { type: 'adaptive' } }, 700), { max_tokens: 700 });
  assert.deepEqual(messagesDialect.edits(body, change(null, 'other')), [{ key: 'model', value: 'other' }]);
});

test('pictures, documents and tools of the provider are weighed, wherever they lie', () => {
  const data = 'A'.repeat(100_000);
  const picture = { type: 'image', source: { type: 'base64', media_type: 'image/png', data } };
  const pdf = { type: 'document', source: { type: 'base64', media_type: 'application/pdf', data } };
  const read = (content: object[], extra: object = {}) =>
    messagesDialect.readRequest({ ...body, ...extra, messages: [{ role: 'user', content }] }, PLAIN_TARGET);
  assert.deepEqual(read([picture]).attachments, { bytes: 100_000, images: 1, otherTokens: 0, unseenFiles: 0 });
  const result = { type: 'tool_result', tool_use_id: 't', content: [picture, { type: 'text', text: 'x' }] };
  assert.deepEqual(read([result]).attachments, { bytes: 100_000, images: 1, otherTokens: 0, unseenFiles: 0 });
  assert.deepEqual(read([pdf]).attachments, { bytes: 100_000, images: 0, otherTokens: 100_000, unseenFiles: 0 });
  const linked = { type: 'document', source: { type: 'url', url: 'https://example.com/a.pdf' } };
  assert.equal(read([linked]).attachments.unseenFiles, 1);
  assert.equal(read([]).unseenTokens, 0);
  assert.ok((read([], { tools: [{ type: 'web_search_20250305', name: 'web_search' }] }).unseenTokens ?? 0) > 10_000);
  assert.ok((read([], { tools: [{ name: 'f', input_schema: {} }] }).unseenTokens ?? 0) < 1_000);
  const { texts: counted } = messagesDialect.promptText({
    ...body,
    system: [{ type: 'text', text: 'one' }],
    messages: [
      {
        role: 'assistant',
        content: [
          { type: 'thinking', thinking: 'two', signature: data },
          { type: 'text', text: 'three' },
        ],
      },
      { role: 'user', content: [picture, pdf, result] },
    ],
  });
  assert.deepEqual(counted, ['one', 'two', 'three', 't', 'x']);
});

test('text of every kind costs less than was reserved for it', async (t) => {
  const kit = await buildWires(t);
  for (const [name, make] of Object.entries(texts)) {
    await kit.ask({ ...body, max_tokens: 50, messages: [{ role: 'user', content: make(2_000) }] }, { path });
    const record = (await kit.settled()).at(-1);
    assert.ok(record && record.promptTokens > 0 && record.reservedTokens >= record.chargedTokens, name);
    assert.equal(record.absorbedTokens, 0);
  }
});

test('counting tokens is free, asks for a name, and is recorded', async (t) => {
  const kit = await buildWires(t, { config: { users: [{ email: ANA, plan: 'basic', monthlyLimit: 0 }] } });
  const count = { path: '/v1/messages/count_tokens' };
  const { max_tokens: _, ...uncounted } = body;
  const answer = await kit.ask(uncounted, count);
  assert.equal(answer.status, 200, answer.text);
  assert.deepEqual(JSON.parse(answer.text), { input_tokens: 8 });
  const [record] = await kit.settled();
  assert.deepEqual(
    [record?.endpoint, record?.chargedTokens, record?.totalTokens, record?.outcome, record?.usageSource],
    ['/v1/messages/count_tokens', 0, 0, 'ok', 'reported'],
  );
  const nameless = await kit.ask(uncounted, { ...count, headers: { 'x-user-email': null } });
  assert.deepEqual([nameless.status, JSON.parse(nameless.text).type], [401, 'error']);
  assert.equal((await kit.ask(uncounted, { ...count, headers: { authorization: null } })).status, 401);
  assert.equal((await kit.ask(body, { path })).status, 429, 'a message is not free');
  assert.equal(kit.upstream.calls.length, 1);
});

test('where no Anthropic serves the model, a server that speaks both languages does', async (t) => {
  const kit = await buildProxy(t, { upstream: { text: ['beside'] } });
  for (const stream of [false, true]) {
    const answer = await kit.ask({ ...body, stream }, { path });
    assert.equal(answer.status, 200, answer.text);
    assert.match(answer.text, /beside/);
    const call = kit.upstream.calls.at(-1);
    assert.deepEqual([call?.path, call?.headers.authorization], ['/v1/messages', `Bearer ${UPSTREAM_KEY}`]);
    assert.equal((await kit.settled()).at(-1)?.chargedTokens, call?.counted().totalTokens);
  }
  const counted = await kit.ask(body, { path: '/v1/messages/count_tokens' });
  assert.equal(JSON.parse(counted.text).input_tokens > 0, true);
});
