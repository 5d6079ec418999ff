/** What reaches the upstream: the client's own bytes, but for what the hold decided, and nothing of who asked. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { UPSTREAM_KEY } from '../support/clients-gateway.ts';
import { assertOnlyAllowedHeaders } from '../support/clients-oracle.ts';
import { rateLimited, texts, words } from '../support/mock-upstream/index.ts';
import { ANA, buildProxy, chat, type ProxyKit } from '../support/proxy-kit.ts';
import { errorIn } from '../support/refusals.ts';

/** JSON as no serialiser of ours would write it. */
const ODD = `{ "model" :"gpt-4o-mini",\r\n\t"messages":[ {"role":"user","content":"\\u00e9\\/ \\ud83d\\ude00 é"} ] ,
 "temperature":1.0, "seed":9007199254740993,"top_p":1e0,"x":[1.50,-0],"stop":null,"logit_bias":{"b":2,"a":1},"max_tokens": 40 }`;

async function forwarded(
  kit: ProxyKit,
  body: object | string,
): Promise<{ text: string; body: Record<string, unknown> }> {
  const answer = await kit.ask(body);
  assert.equal(answer.status, 200, answer.text);
  const call = kit.upstream.calls.at(-1);
  return { text: call?.bytes.toString() ?? '', body: call?.body ?? {} };
}

/** A gateway whose Ana has `monthlyLimit` tokens. */
function withLimit(t: Parameters<typeof buildProxy>[0], monthlyLimit: number, config: object = {}): Promise<ProxyKit> {
  return buildProxy(t, { config: { users: [{ email: ANA, plan: 'enterprise', monthlyLimit }], ...config } });
}

test('a request that need not change goes on byte for byte', async (t) => {
  const kit = await buildProxy(t);
  assert.equal((await forwarded(kit, ODD)).text, ODD);
  const asked = `{"stream":true,"stream_options":{ "include_usage" : true ,"x":1.0},"model":"gpt-4o","messages":[{"role":"user","content":""}]}`;
  assert.equal((await forwarded(kit, asked)).text, asked);
  await kit.balanced({ records: 2 });
});

test('of a stream only its options change', async (t) => {
  const kit = await buildProxy(t);
  const without = ODD.replace('"max_tokens": 40', '"stream":true');
  assert.equal((await forwarded(kit, without)).text, without.replace('{', '{"stream_options":{"include_usage":true},'));
  const refusing = ODD.replace('"max_tokens": 40', '"stream":true, "stream_options" : {"include_usage": false, "a":1}');
  assert.equal(
    (await forwarded(kit, refusing)).text,
    refusing.replace('{"include_usage": false, "a":1}', '{"include_usage":true,"a":1}'),
  );
  await kit.balanced({ records: 2 });
});

test('a lowered limit is written where each limit stands, and nothing else changes', async (t) => {
  const kit = await withLimit(t, 2_000);
  const both = ODD.replace('"max_tokens": 40', '"max_tokens": 1e5 ,"max_completion_tokens":90000');
  const { text, body } = await forwarded(kit, both);
  const { max_tokens: limit } = body;
  assert.ok(typeof limit === 'number' && limit >= 256 && limit <= 1_500, `limit ${String(limit)}`);
  assert.equal(text, both.replace('1e5', String(limit)).replace('90000', String(limit)));

  const one = ODD.replace('"max_tokens": 40', '"max_tokens": 12 ,"max_completion_tokens":90000');
  const second = await forwarded(kit, one);
  assert.equal(second.body.max_tokens, 12, 'what is low enough stays');
  assert.equal(second.text, one.replace('90000', String(second.body.max_completion_tokens)));
  await kit.balanced({ records: 2 });
});

test('without a limit of its own a request gets the field that its model takes', async (t) => {
  const kit = await withLimit(t, 20_000);
  const fields: [string, string][] = [
    ['gpt-4o', 'max_tokens'],
    ['gpt-4o-mini', 'max_tokens'],
    ['claude-sonnet-4-5', 'max_tokens'],
    ['o3', 'max_completion_tokens'],
    ['o4-mini', 'max_completion_tokens'],
    ['gpt-5', 'max_completion_tokens'],
    ['openai/gpt-5-mini', 'max_completion_tokens'],
  ];
  for (const [model, field] of fields) {
    const { body, text } = await forwarded(kit, chat({ model }));
    const other = field === 'max_tokens' ? 'max_completion_tokens' : 'max_tokens';
    assert.ok(Number(body[field]) > 256, `${model}: ${text}`);
    assert.equal(body[other], undefined, model);
    assert.equal(text, JSON.stringify(chat({ model })).replace('{', `{"${field}":${String(body[field])},`));
  }
  await kit.balanced({ records: fields.length });
});

test('a limit that is null is none, and takes the lowered one in its place', async (t) => {
  const kit = await withLimit(t, 20_000);
  const { text, body } = await forwarded(kit, '{"max_tokens" : null ,"model":"gpt-4o","messages":[{"role":"user"}]}');
  assert.equal(text, `{"max_tokens" : ${String(body.max_tokens)} ,"model":"gpt-4o","messages":[{"role":"user"}]}`);
  assert.ok(Number(body.max_tokens) > 256);
});

test('who has plenty is forwarded without any limit', async (t) => {
  const kit = await buildProxy(t);
  const body = chat({ model: 'gpt-4o' });
  assert.equal((await forwarded(kit, body)).text, JSON.stringify(body));
});

test('every choice counts against what is left', async (t) => {
  const kit = await withLimit(t, 4_000);
  const { body } = await forwarded(kit, chat({ n: 5 }));
  const limit = Number(body.max_tokens);
  assert.ok(limit >= 256 && 5 * limit <= 3_000, `five times ${limit}`);
  kit.upstream.next({ text: words(5_000) });
  const answer = JSON.parse((await kit.ask(chat({ n: 2, max_tokens: 900 }))).text);
  assert.ok(answer.usage.completion_tokens <= 1_800);
  const records = await kit.balanced({ records: 2 });
  assert.ok(records.every(({ absorbedTokens }) => absorbedTokens === 0));
});

test('budgets for thinking come down with the limit', async (t) => {
  const kit = await withLimit(t, 6_000);
  const thinking = { type: 'enabled', budget_tokens: 30_000, other: 1 };
  const lowered = (
    await forwarded(kit, chat({ max_tokens: 40_000, thinking, reasoning: { max_tokens: 20_000, effort: 'high' } }))
  ).body;
  const limit = Number(lowered.max_tokens);
  assert.ok(limit > 1_024 && limit < 6_000);
  assert.deepEqual(lowered.thinking, { type: 'enabled', budget_tokens: limit - 1, other: 1 });
  assert.deepEqual(lowered.reasoning, { max_tokens: limit - 1, effort: 'high' });
  const small = (
    await forwarded(kit, chat({ max_tokens: 40_000, thinking: { type: 'enabled', budget_tokens: 1_100 } }))
  ).body;
  assert.deepEqual(small.thinking, { type: 'enabled', budget_tokens: 1_100 }, 'what fits stays');
});

test('thinking is switched off where what is left is less than any budget', async (t) => {
  const kit = await withLimit(t, 900);
  const { body } = await forwarded(
    kit,
    chat({ max_tokens: 9_000, thinking: { type: 'enabled', budget_tokens: 4_000 } }),
  );
  assert.ok(Number(body.max_tokens) < 900);
  assert.deepEqual(body.thinking, { type: 'disabled' });
});

test("an alias is forwarded under the upstream's name for it", async (t) => {
  const kit = await buildProxy(t);
  const { db, events } = kit.context;
  await db
    .update(db.tables.upstreams)
    .set({ aliases: { fast: 'gpt-4o-mini', __proto__x: 'gpt-4o' }, models: ['gpt-*'] });
  await events.emit({ kind: 'upstreams_changed' });
  const body = '{ "messages":[{"role":"user","content":"fast"}], "model" : "fast" }';
  assert.equal((await forwarded(kit, body)).text, body.replace('"model" : "fast"', '"model" : "gpt-4o-mini"'));
  const [record] = await kit.balanced({ records: 1 });
  assert.equal(record?.model, 'fast');
  for (const model of ['__proto__', 'constructor', 'toString', 'hasOwnProperty']) {
    const answer = await kit.ask(chat({ model }));
    assert.equal(answer.status, 404, model);
    assert.equal(errorIn(answer).code, 'model_not_found');
  }
  assert.equal(kit.upstream.calls.length, 1);
});

test('models that are named like members of every object are metered like any other', async (t) => {
  const kit = await buildProxy(t);
  const names = ['__proto__', 'constructor', 'toString', 'valueOf'];
  for (const model of names) assert.equal((await forwarded(kit, chat({ model, max_tokens: 5 }))).body.model, model);
  await kit.balanced({ records: names.length });
});

test('an upstream that does not know stream_options is asked again without, and not asked again', async (t) => {
  const kit = await buildProxy(t, { upstream: { refuseFields: ['stream_options'], text: words(40) } });
  const body = chat({ stream: true });
  const answer = await kit.ask(body);
  assert.equal(answer.status, 200);
  assert.match(answer.text, /\[DONE]\n\n$/);
  assert.deepEqual(
    kit.upstream.calls.map(({ bytes }) => bytes.toString().includes('stream_options')),
    [true, false],
  );
  assert.equal(kit.upstream.calls[1]?.bytes.toString(), JSON.stringify(body), 'the second request is the client’s own');
  await kit.ask(body);
  assert.equal(kit.upstream.calls.length, 3);
  assert.equal(kit.upstream.calls[2]?.bytes.toString(), JSON.stringify(body));
  const records = await kit.balanced({ records: 2 });
  for (const record of records) assert.deepEqual([record.outcome, record.usageSource], ['ok', 'tokenizer']);
});

test('servers that answer 422 to stream_options are asked again as well', async (t) => {
  const kit = await buildProxy(t);
  const detail = [{ type: 'extra_forbidden', loc: ['body', 'stream_options'], msg: 'Extra inputs are not permitted' }];
  kit.upstream.next({ refuse: { status: 422, body: { detail } } });
  assert.equal((await kit.ask(chat({ stream: true }))).status, 200);
  assert.equal(kit.upstream.calls.length, 2);
  await kit.balanced({ records: 1 });
});

test('a refusal of another kind is not asked again, and one of the client’s own options is the client’s', async (t) => {
  const kit = await buildProxy(t);
  kit.upstream.next({ refuse: { status: 400, message: 'Your prompt is too rude.' } });
  const rude = await kit.ask(chat({ stream: true }));
  assert.deepEqual([rude.status, errorIn(rude).message], [400, 'Your prompt is too rude.']);
  kit.upstream.next({ refuseFields: ['stream_options'] });
  const own = await kit.ask(chat({ stream: true, stream_options: { include_usage: true } }));
  assert.deepEqual([own.status, errorIn(own).param], [400, 'stream_options']);
  kit.upstream.next({ refuse: rateLimited() });
  assert.equal((await kit.ask(chat({ stream: true }))).status, 429);
  assert.equal(kit.upstream.calls.length, 3);
  const records = await kit.balanced({ records: 3 });
  assert.ok(records.every(({ outcome, chargedTokens }) => outcome === 'upstream_error' && chargedTokens === 0));
});

test('of the client’s headers and query only harmless ones travel on', async (t) => {
  const kit = await buildProxy(t);
  const answer = await kit.ask(chat(), {
    path: '/v1/chat/completions?api-version=1&user=x&key=secret',
    headers: {
      cookie: 'session=secret',
      'x-api-key': 'sk-other',
      'api-key': 'sk-other',
      'x-user-id': '65f0aa0000000000000000aa',
      'x-user-name': 'Ana',
      'x-librechat-user-email': ANA,
      'x-openwebui-user-email': ANA,
      'x-forwarded-for': '203.0.113.7',
      'x-real-ip': '203.0.113.7',
      forwarded: 'for=203.0.113.7',
      via: '1.1 proxy',
      'proxy-authorization': 'Basic x',
      origin: 'https://chat.example.com',
      referer: 'https://chat.example.com/c/1',
      'openai-organization': 'org-client',
      'openai-project': 'proj-client',
      'x-stainless-lang': 'js',
      'accept-encoding': 'gzip, br',
      'if-none-match': 'x',
      te: 'trailers',
      'idempotency-key': 'abc',
      'user-agent': 'test/1.0',
      'openai-beta': 'assistants=v2',
      traceparent: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01',
      accept: 'application/json',
      'accept-language': 'pt-BR',
    },
  });
  assert.equal(answer.status, 200);
  const [call] = kit.upstream.calls;
  assert.ok(call);
  assertOnlyAllowedHeaders(call);
  const { host, authorization, 'user-agent': agent, 'content-type': type, 'openai-beta': beta } = call.headers;
  assert.equal(host, `127.0.0.1:${kit.upstream.port}`);
  assert.equal(authorization, `Bearer ${UPSTREAM_KEY}`);
  assert.deepEqual([agent, type, beta], ['test/1.0', 'application/json', 'assistants=v2']);
  assert.equal(call.query, '');
  assert.equal(call.path, '/v1/chat/completions');
  const said = call.rawHeaders.join('\n');
  for (const secret of [kit.serviceKey, 'secret', 'sk-other', ANA, '65f0aa', '203.0.113.7', 'org-client']) {
    assert.ok(!said.includes(secret), secret);
  }
});

test('a header that the client names in Connection does not take the upstream’s away', async (t) => {
  const kit = await buildProxy(t);
  await kit.ask(chat(), {
    headers: { connection: 'close, authorization, content-length, content-type, x-user-email' },
  });
  const [call] = kit.upstream.calls;
  assert.equal(call?.headers.authorization, `Bearer ${UPSTREAM_KEY}`);
  assert.deepEqual(call?.body, chat());
});

test('of the upstream’s headers only those about the answer come back', async (t) => {
  const kit = await buildProxy(t);
  kit.upstream.next({ headers: { 'x-secret': 'a', 'content-disposition': 'inline', location: 'http://elsewhere' } });
  const answer = await kit.ask();
  for (const name of [
    'set-cookie',
    'server',
    'openai-organization',
    'cf-cache-status',
    'x-secret',
    'location',
    'strict-transport-security',
  ]) {
    assert.equal(answer.headers[name], undefined, name);
  }
  assert.equal(answer.headers['openai-processing-ms'], '17');
  assert.equal(answer.headers['content-disposition'], 'inline');
  assert.notEqual(answer.headers['x-request-id'], 'req_mock0');
});

test('headers of the upstream beyond ASCII do no harm', async (t) => {
  const kit = await buildProxy(t);
  // Node writes this one in UTF-8 as soon as the length is known, and then refuses it.
  const headers = { 'content-disposition': 'inline; filename="\u00e9\u0097.json"' };
  kit.upstream.next({ headers, encoding: 'gzip' }, { headers });
  assert.equal((await kit.ask()).status, 200);
  assert.equal((await kit.ask(chat({ stream: true }))).status, 200);
  await kit.balanced({ records: 2 });
});

test('a body of many megabytes is forwarded whole', async (t) => {
  const kit = await withLimit(t, 1_000_000_000_000);
  const body = JSON.stringify(chat({ max_tokens: 10 })).replace('Hello there.', texts.plain(20_000_000));
  const { text } = await forwarded(kit, body);
  assert.ok(text === body);
});
