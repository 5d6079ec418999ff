/**
 * Completions, embeddings, moderations, pictures and sound: the charge is what the upstream reported, else what was
 * delivered at the price of its pieces, and the bytes delivered are the bytes sent.
 */
import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { buildProxy, type ProxyKit } from '../support/proxy-kit.ts';
import {
  form,
  recording,
  type ScriptedAnswer,
  type ScriptUpstream,
  startScriptUpstream,
} from '../support/script-upstream.ts';
import type { WireCall } from '../support/wire.ts';

interface Answer {
  readonly type?: string;
  readonly body: string | Buffer;
}

interface Row {
  readonly name: string;
  readonly path: string;
  readonly body: object | { type: string; body: Buffer };
  /** With usage; tokens of prompt and answer that it reports. */
  readonly reported?: Answer & { readonly tokens: readonly [number, number] };
  readonly missing: Answer & { readonly tokens: readonly [number, number] };
  readonly zero?: Answer;
  /** Of `missing`: how much is delivered before it breaks, and what that is worth. */
  readonly part?: { readonly bytes: number; readonly tokens: readonly [number, number] };
  /** What is paid when the client leaves before anything was delivered. */
  readonly unseen: readonly [number, number];
}

const json = (body: object) => JSON.stringify(body);
const events = (...list: readonly object[]) => list.map((data) => `event: x\ndata: ${json(data)}\n\n`).join('');
const SSE = 'text/event-stream';
const PICTURE = 'aGVsbG8='.repeat(50);
const SOUND = Buffer.from(Array.from({ length: 5_000 }, (_, index) => (index * 31) % 256));
const usage = (prompt: number, completion: number) => ({
  prompt_tokens: prompt,
  completion_tokens: completion,
  total_tokens: prompt + completion,
});
const pieces = (input: number, output: number) => ({
  input_tokens: input,
  output_tokens: output,
  total_tokens: input + output,
});
const HELLO = ' hello hello hello hello';
const said = (text: string, extra: object = {}) => ({
  object: 'text_completion',
  choices: [{ index: 0, text, finish_reason: null }],
  ...extra,
});
const listen = (extra: Record<string, string> = {}) => form({ model: 'whisper-1', file: recording(10), ...extra });

const ROWS: readonly Row[] = [
  {
    name: 'completions',
    path: '/v1/completions',
    body: { model: 'gpt-3.5-turbo-instruct', prompt: 'hello hello', max_tokens: 50 },
    reported: { body: json(said(HELLO, { usage: usage(7, 9) })), tokens: [7, 9] },
    missing: { body: json(said(HELLO)), tokens: [2, 4] },
    zero: { body: json(said(HELLO, { usage: usage(0, 0) })) },
    unseen: [2, 0],
  },
  {
    name: 'completions, streamed',
    path: '/v1/completions',
    body: {
      model: 'gpt-3.5-turbo-instruct',
      prompt: ['hello hello'],
      stream: true,
      stream_options: { include_usage: true },
    },
    reported: {
      type: SSE,
      body: `data: ${json(said(HELLO))}\n\ndata: ${json({ choices: [], usage: usage(7, 9) })}\n\ndata: [DONE]\n\n`,
      tokens: [7, 9],
    },
    missing: {
      type: SSE,
      body: `data: ${json(said(HELLO))}\n\ndata: ${json(said(HELLO))}\n\ndata: [DONE]\n\n`,
      tokens: [2, 8],
    },
    zero: { type: SSE, body: `data: ${json(said(HELLO, { usage: usage(0, 0) }))}\n\ndata: [DONE]\n\n` },
    part: { bytes: `data: ${json(said(HELLO))}\n\n`.length, tokens: [2, 4] },
    unseen: [2, 0],
  },
  {
    name: 'embeddings',
    path: '/v1/embeddings',
    body: { model: 'text-embedding-3-small', input: ['hello hello', 'hello'] },
    reported: {
      body: json({ data: [{ embedding: [0.1, -1e-7] }], usage: { prompt_tokens: 5, total_tokens: 5 } }),
      tokens: [5, 0],
    },
    missing: { body: json({ data: [{ embedding: [0.1] }] }), tokens: [3, 0] },
    zero: { body: json({ data: [], usage: { prompt_tokens: 0, total_tokens: 0 } }) },
    unseen: [3, 0],
  },
  {
    name: 'embeddings of tokens',
    path: '/v1/embeddings',
    body: { model: 'text-embedding-3-small', input: [[1, 2, 3], [4]] },
    missing: { body: json({ data: [{ embedding: 'AAAA' }] }), tokens: [4, 0] },
    unseen: [4, 0],
  },
  {
    name: 'moderations',
    path: '/v1/moderations',
    body: { input: 'hello' },
    reported: { body: json({ results: [], usage: usage(8, 0) }), tokens: [8, 0] },
    missing: { body: json({ results: [{ flagged: false }] }), tokens: [0, 0] },
    unseen: [0, 0],
  },
  {
    name: 'pictures',
    path: '/v1/images/generations',
    body: { model: 'gpt-image-1', prompt: 'hello hello', n: 2 },
    reported: {
      body: json({ data: [{ b64_json: PICTURE }, { b64_json: PICTURE }], usage: pieces(12, 2_112) }),
      tokens: [12, 2_112],
    },
    missing: { body: json({ data: [{ url: 'https://example.com/1.png' }] }), tokens: [2, 6_300] },
    zero: { body: json({ data: [], usage: pieces(0, 0) }) },
    unseen: [2, 0],
  },
  {
    name: 'pictures, streamed',
    path: '/v1/images/generations',
    body: { model: 'gpt-image-1', prompt: 'hello hello', stream: true, partial_images: 1 },
    reported: {
      type: SSE,
      body: events(
        { type: 'image_generation.partial_image', b64_json: PICTURE },
        { type: 'image_generation.completed', b64_json: PICTURE, usage: pieces(12, 1_056) },
      ),
      tokens: [12, 1_056],
    },
    missing: {
      type: SSE,
      body: events(
        { type: 'image_generation.partial_image', b64_json: PICTURE },
        { type: 'image_generation.completed', b64_json: PICTURE },
      ),
      tokens: [2, 6_300],
    },
    unseen: [2, 0],
  },
  {
    name: 'edits of pictures',
    path: '/v1/images/edits',
    body: form({ model: 'dall-e-2', prompt: 'hello hello', image: SOUND }),
    reported: { body: json({ data: [{ b64_json: PICTURE }], usage: pieces(300, 1_000) }), tokens: [300, 1_000] },
    missing: { body: json({ data: [{ b64_json: PICTURE }] }), tokens: [2, 2_000] },
    unseen: [2, 0],
  },
  {
    name: 'variations of pictures',
    path: '/v1/images/variations',
    body: form({ image: SOUND, n: '2' }),
    missing: {
      body: json({ data: [{ url: 'https://example.com/1' }, { url: 'https://example.com/2' }] }),
      tokens: [0, 4_000],
    },
    unseen: [0, 0],
  },
  {
    name: 'speech',
    path: '/v1/audio/speech',
    body: { model: 'tts-1', input: 'hello hello', voice: 'alloy' },
    missing: { type: 'audio/mpeg', body: SOUND, tokens: [0, 17] },
    part: { bytes: 2_000, tokens: [0, 17] },
    unseen: [0, 0],
  },
  {
    name: 'speech as events',
    path: '/v1/audio/speech',
    body: { model: 'gpt-4o-mini-tts', input: 'hello hello', voice: 'alloy', stream_format: 'sse' },
    reported: {
      type: SSE,
      body: events(
        { type: 'speech.audio.delta', audio: PICTURE },
        { type: 'speech.audio.done', usage: pieces(14, 101) },
      ),
      tokens: [14, 101],
    },
    missing: {
      type: SSE,
      body: events({ type: 'speech.audio.delta', audio: PICTURE }, { type: 'speech.audio.done' }),
      tokens: [0, 17],
    },
    part: { bytes: events({ type: 'speech.audio.delta', audio: PICTURE }).length, tokens: [0, 17] },
    unseen: [0, 0],
  },
  {
    name: 'speech as bytes although events were asked for',
    path: '/v1/audio/speech',
    body: { model: 'tts-1', input: 'hello hello', voice: 'alloy', stream_format: 'sse' },
    missing: { type: 'audio/mpeg', body: SOUND, tokens: [0, 17] },
    unseen: [0, 0],
  },
  {
    name: 'transcriptions',
    path: '/v1/audio/transcriptions',
    body: listen({ prompt: 'hello hello' }),
    reported: {
      body: json({
        text: 'hello',
        usage: { type: 'tokens', ...pieces(14, 45), input_token_details: { audio_tokens: 14 } },
      }),
      tokens: [14, 45],
    },
    missing: { body: json({ text: 'hello' }), tokens: [2, 100] },
    unseen: [2, 100],
  },
  {
    name: 'transcriptions billed by seconds',
    path: '/v1/audio/transcriptions',
    body: listen(),
    missing: { body: json({ text: 'hello', usage: { type: 'duration', seconds: 7 } }), tokens: [0, 70] },
    unseen: [0, 100],
  },
  {
    name: 'transcriptions as subtitles',
    path: '/v1/audio/transcriptions',
    body: listen({ response_format: 'vtt' }),
    missing: { type: 'text/plain', body: 'WEBVTT\n\n00:00:00.000 --> 00:00:09.000\nhello\n', tokens: [0, 100] },
    unseen: [0, 100],
  },
  {
    name: 'transcriptions, streamed',
    path: '/v1/audio/transcriptions',
    body: listen({ stream: 'true' }),
    reported: {
      type: SSE,
      body: events(
        { type: 'transcript.text.delta', delta: 'hel' },
        { type: 'transcript.text.done', text: 'hello', usage: { type: 'tokens', ...pieces(14, 45) } },
      ),
      tokens: [14, 45],
    },
    missing: {
      type: SSE,
      body: events({ type: 'transcript.text.delta', delta: 'hel' }, { type: 'transcript.text.done', text: 'hello' }),
      tokens: [0, 100],
    },
    unseen: [0, 100],
  },
  {
    name: 'translations',
    path: '/v1/audio/translations',
    body: listen(),
    missing: { body: json({ text: 'hello' }), tokens: [0, 100] },
    unseen: [0, 100],
  },
];

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
  const isForm = 'type' in body && Buffer.isBuffer((body as { body?: unknown }).body);
  const { type, body: bytes } = isForm ? (body as { type: string; body: Buffer }) : { type: 'application/json', body };
  return kit.send(bytes as object | Buffer, { path, headers: { 'content-type': type, ...headers } });
}

for (const row of ROWS) {
  test(`${row.name}: charged is what was served, delivered is what was sent`, async (t) => {
    const subject = await rig(t);
    const { kit, upstream } = subject;
    let count = 0;

    const serve = async (answer: ScriptedAnswer) => {
      upstream.next(answer);
      const received = await send(subject, row).over;
      count++;
      const record = (await kit.settled()).at(-1);
      assert.ok(record);
      assert.equal(upstream.calls.length, count);
      return { received, record };
    };
    const whole = async (answer: ScriptedAnswer, tokens: readonly [number, number], source: string, what: string) => {
      const { received, record } = await serve(answer);
      assert.equal(received.status, 200, received.text);
      assert.ok(received.bytes.equals(Buffer.from(answer.body)), `${what}: byte for byte`);
      assert.deepEqual([record.promptTokens, record.completionTokens], tokens, what);
      assert.deepEqual([record.usageSource, record.outcome, record.endpoint], [source, 'ok', row.path], what);
      assert.deepEqual([record.chargedTokens, record.absorbedTokens], [tokens[0] + tokens[1], 0], what);
    };

    const free = row.name === 'moderations';
    const { reported, missing, zero, part } = row;
    for (const [what, how] of [
      ['plain', {}],
      ['gzip', { gzip: true }],
      ['split at every byte', { bytewise: true }],
    ] as const) {
      if (reported) await whole({ ...reported, ...how }, reported.tokens, 'reported', what);
      // Five thousand writes say no more than some hundreds.
      const body = what === 'split at every byte' && missing.body === SOUND ? SOUND.subarray(0, 300) : missing.body;
      await whole({ ...missing, body, ...how }, missing.tokens, free ? 'none' : 'tokenizer', `${what}, no usage`);
    }
    if (zero) await whole(zero, [0, 0], 'reported', 'zero');

    if (part) {
      const { received, record } = await serve({ ...missing, breakAt: part.bytes });
      assert.equal(await received.end, 'cut');
      assert.deepEqual([record.promptTokens, record.completionTokens], part.tokens);
      assert.deepEqual([record.usageSource, record.outcome], ['partial', 'upstream_broke']);
    } else if (missing.type !== SSE && missing.type !== 'audio/mpeg') {
      const { received, record } = await serve({ ...missing, breakAt: 3 });
      assert.equal(received.status, 502);
      assert.deepEqual([record.chargedTokens, record.outcome], [0, 'upstream_broke']);
    }

    upstream.next({ ...missing, hangAt: 0 });
    const call = send(subject, row);
    await upstream.called(++count);
    call.leave();
    const record = (await kit.settled()).at(-1);
    assert.deepEqual([record?.promptTokens, record?.completionTokens], row.unseen, 'left before anything came');
    assert.equal(record?.outcome, 'client_aborted');

    const failed = await serve({ status: 400, body: json({ error: { message: 'Not like this.', type: 'x' } }) });
    assert.deepEqual([failed.received.status, failed.record.chargedTokens], [400, 0]);
    for (const { headers, path, query } of upstream.calls) {
      assert.deepEqual([headers.authorization, path, query], ['Bearer sk-script-0000', row.path, '']);
    }
  });
}

test('what names no user is refused, unless its key says who pays, and chat is always refused', async (t) => {
  const { kit, upstream } = await rig(t);
  const subject = { kit, upstream };
  const nobody = { 'x-user-email': null };
  const unnamed = ROWS.filter(({ name }) => !/^completions/.test(name));
  for (const row of unnamed) {
    const answer = await send(subject, { ...row, body: withoutUser(row.body) }, nobody).over;
    assert.deepEqual([answer.status, JSON.parse(answer.text).error.code], [401, 'identity_missing'], row.name);
  }
  assert.equal(upstream.calls.length, 0);

  const bot = (await kit.api('/api/admin/users', { body: { kind: 'service', name: 'Pictures', reason: 'test' } })).body;
  const [key] = (await kit.api('/api/admin/keys')).body.items;
  await kit.api(`/api/admin/keys/${key.id}`, { method: 'PUT', body: { unnamedUserId: bot.id } });
  for (const row of unnamed) {
    upstream.next(row.missing);
    assert.equal((await send(subject, row, nobody).over).status, 200, row.name);
  }
  const records = await kit.settled();
  assert.deepEqual(new Set(records.map(({ userId }) => userId)), new Set([bot.id]));
  assert.equal(records.length, unnamed.length);

  const broken = await send(subject, ROWS[2] as Row, { 'x-user-email': '{{LIBRECHAT_USER_EMAIL}}' }).over;
  assert.equal(JSON.parse(broken.text).error.code, 'identity_invalid', 'a name that cannot be read is not no name');
  const chat = await kit.ask(undefined, { headers: nobody });
  assert.equal(JSON.parse(chat.text).error.code, 'identity_missing');
  upstream.next((ROWS[2] as Row).missing);
  const named = await send(subject, ROWS[2] as Row).over;
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

test('a picture that does not fit is not made', async (t) => {
  const users = [{ email: 'ana@example.com', plan: 'enterprise', monthlyLimit: 5_000 }];
  const { kit, upstream } = await rig(t, { users });
  const body = { model: 'gpt-image-1', prompt: 'hello' };
  const answer = await send({ kit, upstream }, { path: '/v1/images/generations', body }).over;
  assert.deepEqual([answer.status, JSON.parse(answer.text).error.code], [429, 'insufficient_quota']);
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
    ['/v1/audio/transcriptions', form({ model: 'whisper-1', file: recording(20) }), 413, null],
    ['/v1/audio/transcriptions', form({ file: recording(1) }), 400, 'model'],
    ['/v1/audio/speech', { model: 'tts-1', input: '' }, 400, 'input'],
    ['/v1/completions', { model: 'x', prompt: { a: 1 } }, 400, 'prompt'],
  ];
  for (const [path, body, status, param] of cases) {
    const answer = await send(subject, { path, body }).over;
    const { error } = JSON.parse(answer.text);
    assert.deepEqual([answer.status, error.param], [status, param], `${path} ${answer.text}`);
    assert.ok(error.message && error.type && error.code);
  }
  assert.equal(upstream.calls.length, 0);
  assert.equal((await kit.records()).length, 0);
});

test('a stream of another kind than asked for is an error, and nobody pays for it', async (t) => {
  const { kit, upstream } = await rig(t);
  const foreign = {
    type: SSE,
    body: 'data: {"choices":[{"index":0,"delta":{"content":"hello"}}]}\n\ndata: [DONE]\n\n',
  };
  upstream.next(foreign);
  const answer = await send({ kit, upstream }, ROWS[2] as Row).over;
  assert.deepEqual([answer.status, JSON.parse(answer.text).error.code], [502, 'upstream_error']);
  const streamed = ROWS.filter(({ missing, name }) => missing.type === SSE && !/^completions/.test(name));
  for (const row of streamed) {
    upstream.next(foreign);
    const told = await send({ kit, upstream }, row).over;
    assert.ok(!told.text.includes('hello'), row.name);
    assert.match(told.text, /^data: \{"error":\{"message":"The upstream answered in another wire format/, row.name);
  }
  for (const { chargedTokens, outcome } of await kit.settled()) {
    assert.equal(chargedTokens, 0);
    assert.match(outcome, /^upstream_(broke|error)$/);
  }
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

function withoutUser(body: Row['body']): Row['body'] {
  const { user: _, ...rest } = body as { user?: string };
  return 'type' in body ? body : rest;
}
