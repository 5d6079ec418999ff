/** What completions, embeddings, moderations, pictures and sound have that conversations have not. */
import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { DIALECTS } from '../../gateway/proxy/dialects/index.ts';
import { PIECE_ROWS } from '../support/conformance/pieces.ts';
import { isForm, type Row } from '../support/conformance/row.ts';
import { buildProxy, type ProxyKit } from '../support/proxy-kit.ts';
import { errorIn } from '../support/refusals.ts';
import {
  form,
  recording,
  type ScriptedAnswer,
  type ScriptUpstream,
  startScriptUpstream,
} from '../support/script-upstream.ts';
import type { WireCall } from '../support/wire.ts';

const json = (body: object) => JSON.stringify(body);
const SSE = 'text/event-stream';
const ROWS = PIECE_ROWS.filter(({ path }) => path.startsWith('/v1/'));
const EMBEDDINGS = {
  path: '/v1/embeddings',
  body: { model: 'text-embedding-3-small', input: 'hello' },
  answer: { body: json({ data: [{ embedding: [0.1] }] }) },
};
const usage = (prompt: number, completion: number) => ({
  prompt_tokens: prompt,
  completion_tokens: completion,
  total_tokens: prompt + completion,
});
const listen = (extra: Record<string, string> = {}) => form({ model: 'whisper-1', file: recording(10), ...extra });

interface Rig {
  readonly kit: ProxyKit;
  readonly upstream: ScriptUpstream;
}

async function rig(t: TestContext, config: object = {}): Promise<Rig> {
  const upstream = await startScriptUpstream(t);
  const upstreams = [{ id: 'script', kind: 'openai', baseUrl: upstream.baseUrl, apiKey: 'sk-script-0000' }];
  return { kit: await buildProxy(t, { config: { upstreams, ...config } }), upstream };
}

function send(
  { kit }: Rig,
  { path, body }: Pick<Row, 'path' | 'body'>,
  headers: Record<string, string | null> = {},
): WireCall {
  const { type, body: bytes } = isForm(body) ? body : { type: 'application/json', body };
  return kit.send(bytes, { path, headers: { 'content-type': type, ...headers } });
}

test('what names no user is refused, unless its key says who pays, and chat is always refused', async (t) => {
  const { kit, upstream } = await rig(t);
  const subject = { kit, upstream };
  const nobody = { 'x-user-email': null };
  const unnamed = ROWS.filter(({ dialect }) => DIALECTS.find(({ id }) => id === dialect)?.unnamed);
  for (const row of unnamed) {
    const answer = await send(subject, { ...row, body: withoutUser(row.body) }, nobody).over;
    assert.deepEqual([answer.status, errorIn(answer).code], [401, 'identity_missing'], row.name);
  }
  assert.equal(upstream.calls.length, 0);

  const bot = (await kit.api('/api/admin/users', { body: { kind: 'service', name: 'Pictures', reason: 'test' } })).body;
  const [key] = (await kit.api('/api/admin/keys')).body.items;
  await kit.api(`/api/admin/keys/${key.id}`, { method: 'PUT', body: { unnamedUserId: bot.id } });
  for (const row of unnamed) {
    upstream.next(answerOf(row));
    assert.equal((await send(subject, row, nobody).over).status, 200, row.name);
  }
  const records = await kit.settled();
  assert.deepEqual(new Set(records.map(({ userId }) => userId)), new Set([bot.id]));
  assert.equal(records.length, unnamed.length);

  const broken = await send(subject, EMBEDDINGS, { 'x-user-email': '{{LIBRECHAT_USER_EMAIL}}' }).over;
  assert.equal(errorIn(broken).code, 'identity_invalid', 'a name that cannot be read is not no name');
  const chat = await kit.ask(undefined, { headers: nobody });
  assert.equal(errorIn(chat).code, 'identity_missing');
  upstream.next(EMBEDDINGS.answer);
  const named = await send(subject, EMBEDDINGS).over;
  assert.equal(named.status, 200);
  assert.notEqual((await kit.settled()).at(-1)?.userId, bot.id);
});

test('a price in tokens, the multiplier and the conversion factor make the charge', async (t) => {
  const { kit, upstream } = await rig(t);
  await kit.api('/api/admin/models', { body: { id: 'dall-e-3', multiplier: 2, units: { image: 1_000 } } });
  await kit.set({ conversionFactor: 1.5 });
  upstream.next({ body: json({ data: [{ url: 'https://example.com/1' }, { url: 'https://example.com/2' }] }) });
  const body = { model: 'dall-e-3', prompt: 'hello', n: 2, user: 'ana' };
  assert.equal((await send({ kit, upstream }, { path: '/v1/images/generations', body }).over).status, 200);
  const [record] = await kit.settled();
  assert.deepEqual([record?.totalTokens, record?.chargedTokens], [2_001, 6_003]);
});

test('a moderation that its provider bills is reserved and charged; OpenAI’s own are free, also to who has nothing left', async (t) => {
  const subject = await rig(t, { users: [{ email: 'ana@example.com', plan: 'enterprise', monthlyLimit: 200 }] });
  const { kit, upstream } = subject;
  const judge = (model: string, input: unknown) =>
    send(subject, { path: '/v1/moderations', body: { model, input } }).over;
  const results = [{ flagged: false }];
  upstream.next({ body: json({ results, usage: usage(150, 0) }) });
  assert.equal((await judge('mistral-moderation-latest', 'hello '.repeat(200))).status, 429, 'it does not fit');
  assert.equal((await judge('mistral-moderation-latest', [{ type: 'text', text: 'hello '.repeat(200) }])).status, 429);
  assert.equal(upstream.calls.length, 0);
  assert.equal((await judge('mistral-moderation-latest', 'hello '.repeat(100))).status, 200);
  const [billed] = await kit.settled();
  assert.deepEqual([billed?.chargedTokens, billed?.absorbedTokens, billed?.usageSource], [150, 0, 'reported']);
  assert.ok((billed?.reservedTokens ?? 0) >= 100, `${billed?.reservedTokens}`);
  assert.equal((await judge('mistral-moderation-latest', 'hello '.repeat(100))).status, 429, 'nothing is left for it');
  upstream.next({ body: json({ results }) });
  assert.equal((await judge('omni-moderation-latest', 'hello '.repeat(200))).status, 200);
  assert.equal((await judge('text-moderation-stable', ['hello', 'hello'])).status, 200);
  const records = await kit.settled();
  assert.deepEqual(
    records.slice(1).map(({ chargedTokens, reservedTokens }) => [chargedTokens, reservedTokens]),
    [
      [0, 0],
      [0, 0],
    ],
  );
});

test('a picture that does not fit is not made', async (t) => {
  const users = [{ email: 'ana@example.com', plan: 'enterprise', monthlyLimit: 5_000 }];
  const { kit, upstream } = await rig(t, { users });
  const body = { model: 'gpt-image-1', prompt: 'hello' };
  const answer = await send({ kit, upstream }, { path: '/v1/images/generations', body }).over;
  assert.deepEqual([answer.status, errorIn(answer).code], [429, 'insufficient_quota']);
  assert.equal(upstream.calls.length, 0);
});

test('a bad request is refused in OpenAI’s shape, and nothing is sent or held', async (t) => {
  const { kit, upstream } = await rig(t, { bodyLimit: 100_000 });
  const subject = { kit, upstream };
  const cases: [path: string, body: Row['body'], status: number, param: string | null][] = [
    ['/v1/embeddings', { model: 'x' }, 400, 'input'],
    ['/v1/embeddings', { model: 'x', input: [{}] }, 400, 'input'],
    ['/v1/embeddings', { input: 'x' }, 400, 'model'],
    ['/v1/moderations', {}, 400, 'input'],
    ['/v1/images/generations', { model: 'x' }, 400, 'prompt'],
    ['/v1/images/generations', { prompt: 'x', n: 0 }, 400, 'n'],
    ['/v1/images/generations', { prompt: 'x', n: '2x' }, 400, 'n'],
    ['/v1/images/variations', { model: 'x' }, 415, null],
    ['/v1/audio/transcriptions', { model: 'x' }, 415, null],
    ['/v1/audio/transcriptions', form({ model: 'whisper-1' }), 400, 'file'],
    ['/v1/audio/transcriptions', form({ file: recording(1) }), 400, 'model'],
    ['/v1/audio/speech', { model: 'tts-1', input: '' }, 400, 'input'],
    ['/v1/completions', { model: 'x', prompt: { a: 1 } }, 400, 'prompt'],
  ];
  for (const [path, body, status, param] of cases) {
    const answer = await send(subject, { path, body }).over;
    const error = errorIn(answer);
    assert.deepEqual([answer.status, error.param], [status, param], `${path} ${answer.text}`);
    assert.ok(error.message && error.type && error.code);
  }
  assert.equal(upstream.calls.length, 0);
  assert.equal((await kit.records()).length, 0);
});

test('a form over the limit is refused wherever forms are taken, declared or not, and nothing is sent or held', async (t) => {
  const { kit, upstream } = await rig(t, { bodyLimit: 100_000 });
  const taking = DIALECTS.filter(({ forms }) => forms !== undefined);
  assert.ok(taking.length >= 4);
  const large = form({ model: 'x', prompt: 'hello', file: recording(20), image: recording(20) });
  for (const path of taking.flatMap(({ paths }) => paths)) {
    for (const coding of [null, 'chunked']) {
      const headers = { 'content-type': large.type, 'transfer-encoding': coding };
      const answer = await kit.ask(large.body, { path: path.replace(':deployment', 'x'), headers });
      const error = errorIn(answer);
      assert.deepEqual([answer.status, error.code, error.param], [413, 'request_too_large', null], path);
      assert.match(error.message, /larger than this gateway accepts/);
    }
  }
  assert.equal(upstream.calls.length, 0);
  await kit.balanced({ records: 0 });
});

test('an answer of another kind than asked for is an error, and nobody pays for it', async (t) => {
  const { kit, upstream } = await rig(t);
  const chunks = (type: string, text: object) => ({
    type,
    body: `data: ${json({ choices: [text] })}\n\ndata: [DONE]\n\n`,
  });
  const said = { index: 0, delta: { content: 'hello' } };
  const foreigners: readonly ScriptedAnswer[] = [
    { body: json({ id: 'chatcmpl-1', choices: [{ index: 0, message: { content: 'hello' } }], usage: usage(1, 2) }) },
    { body: json({ type: 'message', content: [{ type: 'text', text: 'hello' }], usage: { output_tokens: 2 } }) },
    { body: json({ candidates: [{ content: { parts: [{ text: 'hello' }] } }] }) },
    { type: 'text/html', body: '<html>hello</html>' },
    chunks(SSE, said),
  ];
  for (const row of ROWS) {
    for (const foreign of foreigners) {
      upstream.next(foreign);
      const told = await send({ kit, upstream }, row).over;
      const what = `${row.name}: ${told.text}`;
      assert.ok(!told.text.includes('hello'), what);
      assert.match(told.text, /upstream_error|another wire format/, what);
      assert.equal(told.status, 502, what);
    }
  }
  const records = await kit.settled();
  assert.equal(records.length, ROWS.length * foreigners.length);
  for (const { chargedTokens, outcome } of records) {
    assert.equal(chargedTokens, 0);
    assert.match(outcome, /^upstream_(broke|error)$/);
  }
  upstream.next(chunks(SSE, { index: 0, text: 'hello' }));
  const chat = await kit.ask({ model: 'gpt-4o', messages: [{ role: 'user', content: 'hi' }], stream: true });
  assert.match(chat.text, /another wire format/, 'a legacy completion is no chat');
});

test('what LiteLLM, OpenRouter and Ollama add to their answers passes untouched', async (t) => {
  const { kit, upstream } = await rig(t);
  const answer = (extra: object) => ({
    id: 'gen-1',
    provider: 'Somebody',
    object: 'chat.completion',
    choices: [
      {
        index: 0,
        message: { role: 'assistant', content: 'hello' },
        native_finish_reason: 'STOP',
        finish_reason: 'stop',
      },
    ],
    usage: { ...usage(7, 9), ...extra },
  });
  const cost = { cost: 0.00014, is_byok: false, cost_details: { upstream_inference_cost: 1e-7 } };
  const whole = json(answer(cost));
  upstream.next({ body: whole });
  const body = {
    model: 'x',
    messages: [{ role: 'user', content: 'hi' }],
    max_tokens: 100,
    usage: { include: true },
    keep_alive: '5m',
  };
  const received = await send({ kit, upstream }, { path: '/v1/chat/completions', body }).over;
  assert.equal(received.text, whole);
  assert.deepEqual(
    JSON.parse(upstream.calls[0]?.body.toString() ?? ''),
    body,
    'and what clients ask of them does, too',
  );
  const chunk = (extra: object) => `data: ${json({ object: 'chat.completion.chunk', ...extra })}\n\n`;
  const comment = ': OPENROUTER PROCESSING\n\n';
  const said = chunk({
    choices: [{ index: 0, delta: { content: 'hello', reasoning_details: [] }, finish_reason: null }],
  });
  const last = chunk({ choices: [{ index: 0, delta: {}, finish_reason: 'stop' }], usage: { ...usage(7, 9), ...cost } });
  const stream = `${comment}${said}${last}data: [DONE]\n\n`;
  upstream.next({ type: SSE, body: stream });
  const streamed = await send({ kit, upstream }, { path: '/v1/chat/completions', body: { ...body, stream: true } })
    .over;
  assert.equal(streamed.text, stream);
  for (const record of await kit.settled()) {
    assert.deepEqual([record.promptTokens, record.completionTokens, record.usageSource], [7, 9, 'reported']);
  }
});

test('the model’s name at the upstream is written into forms too', async (t) => {
  const { kit, upstream } = await rig(t);
  const put = { method: 'PUT', body: { aliases: { 'whisper-1': 'house/whisper' } } };
  assert.equal((await kit.api('/api/admin/upstreams/script', put)).status, 200, 'the alias is set');
  upstream.next({ body: json({ text: 'hello' }) });
  assert.equal((await send({ kit, upstream }, { path: '/v1/audio/transcriptions', body: listen() }).over).status, 200);
  const sent = upstream.calls[0]?.body.toString('latin1') ?? '';
  assert.match(sent, /name="model"\r\n\r\nhouse\/whisper\r\n/);
  assert.ok(sent.includes(recording(10).toString('latin1')));
});

/** An answer without usage. */
function answerOf({ cells }: Row): ScriptedAnswer {
  const { missing } = cells;
  assert.ok(typeof missing !== 'string' && missing.knobs.body !== undefined);
  const { body, contentType } = missing.knobs;
  return { body, ...(contentType ? { type: contentType } : {}) };
}

function withoutUser(body: Row['body']): Row['body'] {
  const { user: _, ...rest } = body as { user?: string };
  return 'type' in body ? body : rest;
}
