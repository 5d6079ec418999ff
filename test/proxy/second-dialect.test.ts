/**
 * The interface of dialects, proved by one that shares nothing with chat completions: other path, members, limit, usage,
 * stream and errors. Everything else of a request's life is the same.
 */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { type TestContext, test } from 'node:test';
import Fastify from 'fastify';
import { BadRequestError, type Dialect, type JsonObject } from '../../gateway/proxy/dialects/dialect.ts';
import { isObject, optionalInteger, requiredText } from '../../gateway/proxy/dialects/fields.ts';
import { NO_ATTACHMENTS } from '../../gateway/proxy/dialects/media.ts';
import { registerProxy } from '../../gateway/proxy/register-proxy.ts';
import { eventData, splitEvents } from '../../gateway/proxy/sse.ts';
import { type Built, build } from '../support/build.ts';
import { assertLedgerSums } from '../support/ledger-oracle.ts';
import { sendOnWire, type WireAnswer } from '../support/wire.ts';

const PATH = '/v1/parrot';

/** Asks `{"bird","say","at_most","by","live"}`; the upstream says `{"said","bill":{"heard","spoken"}}`. */
const parrotDialect: Dialect = {
  id: 'parrot',
  endpoint: PATH,
  paths: [PATH, '/v1/cages/:cage/parrot'],
  kinds: { openai: 'native' },
  keyHeaders: ['x-feather'],
  keyParameter: 'feather',
  queryParameters: ['pitch'],
  members: ['bird', 'say', 'at_most', 'by', 'live'],
  forwardedHeaders: ['x-cage'],
  destination: (_server, model, { params, query }) => ({
    path: params.cage === undefined ? '/repeat' : `/${params.cage}/${model}`,
    query: query.pitch === undefined ? '' : `tone=${query.pitch}`,
  }),
  readRequest(body) {
    if (typeof body.say !== 'string') throw new BadRequestError("'say' must be text.", 'say');
    return {
      model: requiredText(body, 'bird', 100),
      stream: body.live === true,
      outputLimit: optionalInteger(body, 'at_most', 1, 10_000),
      choices: 1,
      userId: typeof body.by === 'string' ? body.by : null,
      wantsUsage: true,
      attachments: NO_ATTACHMENTS,
    };
  },
  edits: ({ bird }, { limit, model }) => [
    ...(limit === null ? [] : [{ key: 'at_most', value: limit }]),
    ...(model === bird ? [] : [{ key: 'bird', value: model }]),
  ],
  promptText: ({ say }) => ({ texts: typeof say === 'string' ? [say] : [], overheadTokens: 0 }),
  readAnswer(body) {
    const answer = isObject(body) ? body : {};
    return { usage: usageOf(answer.bill), text: String(answer.said ?? ''), failed: 'squawk' in answer };
  },
  openStream() {
    let usage: ReturnType<typeof usageOf> = null;
    return {
      uninteresting: (bytes) => !bytes.includes('event: '),
      read(event) {
        if (!event.includes('event: bill')) return 'pass';
        usage = usageOf(JSON.parse(eventData(event)));
        return 'terminal';
      },
      usage: () => usage,
      replay(delivered) {
        const text = splitEvents(Buffer.concat(delivered)).map(eventData).join('');
        return { text, finished: text.endsWith('.'), failed: false };
      },
    };
  },
  errorBody: ({ message, code }) => ({ squawk: { why: code, told: message } }),
  assistantMessage: (text) => ({ contentType: 'application/json', body: JSON.stringify({ said: text }) }),
};

function usageOf(bill: unknown) {
  if (!isObject(bill) || typeof bill.heard !== 'number' || typeof bill.spoken !== 'number') return null;
  const [promptTokens, completionTokens] = [bill.heard, bill.spoken];
  return {
    promptTokens,
    completionTokens,
    cachedTokens: 0,
    reasoningTokens: 0,
    totalTokens: promptTokens + completionTokens,
  };
}

interface Call {
  path: string;
  headers: http.IncomingHttpHeaders;
  text: string;
}

interface Aviary {
  built: Built;
  calls: Call[];
  ask(body: object | string, headers?: Record<string, string | null>, path?: string): Promise<WireAnswer>;
  /** What the upstream does with the next requests. */
  answer: (body: JsonObject, response: http.ServerResponse) => void;
}

async function aviary(t: TestContext, limit = 1_000_000): Promise<Aviary> {
  const calls: Call[] = [];
  const upstream = http.createServer(async (request, response) => {
    let text = '';
    for await (const part of request) text += part;
    calls.push({ path: request.url ?? '', headers: request.headers, text });
    subject.answer(JSON.parse(text), response);
  });
  upstream.listen(0, '127.0.0.1');
  await once(upstream, 'listening');
  t.after(() => upstream.close());
  const { port } = upstream.address() as AddressInfo;
  const built = await build(t, {
    config: {
      upstreams: [
        {
          id: 'cage',
          kind: 'openai',
          baseUrl: `http://127.0.0.1:${port}/base/`,
          apiKey: 'sk-cage-00000000',
          models: ['ara'],
          aliases: { polly: 'ara' },
        },
      ],
      users: [{ email: 'ana@example.com', plan: 'enterprise', monthlyLimit: limit }],
    },
  });
  const app = Fastify();
  const proxy = await registerProxy(app, built.context, {
    dialects: [parrotDialect],
    demoUpstream: () => Promise.reject(new Error('not needed')),
  });
  await app.listen({ port: 0, host: '127.0.0.1' });
  t.after(async () => {
    await app.close();
    await proxy.close();
  });
  const { port: own } = app.server.address() as AddressInfo;
  const subject: Aviary = {
    built,
    calls,
    ask: (body, headers = {}, path = PATH) =>
      sendOnWire(`http://127.0.0.1:${own}`, {
        path,
        body,
        headers: {
          authorization: `Bearer ${built.serviceKey}`,
          'content-type': 'application/json',
          'x-user-email': 'ana@example.com',
          ...headers,
        },
      }).over,
    answer: ({ say, at_most: most }, response) => {
      const bill = { heard: 7, spoken: typeof most === 'number' ? Math.min(most, 5) : 5 };
      response.setHeader('content-type', 'application/json').end(JSON.stringify({ said: say, bill }));
    },
  };
  return subject;
}

async function records({ built }: Aviary) {
  await assertLedgerSums(built.context.db);
  return built.context.db.select().from(built.context.db.tables.usageRecords);
}

test('another dialect has its own path, members, usage and headers, and is metered all the same', async (t) => {
  const subject = await aviary(t);
  const body = '{ "bird":"ara", "say":"hello", "volume": 1.0, "at_most":50 }';
  const answer = await subject.ask(body, { 'x-cage': '4', 'openai-beta': 'no' });
  assert.deepEqual([answer.status, answer.text], [200, '{"said":"hello","bill":{"heard":7,"spoken":5}}']);
  const [call] = subject.calls;
  assert.deepEqual([call?.path, call?.text], ['/base/repeat', body]);
  assert.deepEqual([call?.headers['x-cage'], call?.headers['openai-beta']], ['4', undefined]);
  assert.equal(call?.headers.authorization, 'Bearer sk-cage-00000000');
  const [record] = await records(subject);
  assert.deepEqual(
    [record?.endpoint, record?.model, record?.promptTokens, record?.completionTokens, record?.chargedTokens],
    [PATH, 'ara', 7, 5, 12],
  );
  assert.deepEqual([record?.outcome, record?.usageSource], ['ok', 'reported']);
});

test('its limit comes down in its own field, and its alias in its own member', async (t) => {
  const subject = await aviary(t, 1_000);
  await subject.ask('{"at_most": 9000 ,"bird":"polly","say":"hello"}');
  const { at_most: most } = JSON.parse(subject.calls[0]?.text ?? '{}');
  assert.ok(most >= 256 && most <= 750, `${most}`);
  assert.equal(subject.calls[0]?.text, `{"at_most": ${most} ,"bird":"ara","say":"hello"}`);
  const [record] = await records(subject);
  assert.equal(record?.model, 'polly');
});

test('its stream ends with its own terminal event, which waits for the settlement', async (t) => {
  const subject = await aviary(t);
  const stream = 'data: hel\n\ndata: lo.\n\nevent: bill\ndata: {"heard":3,"spoken":4}\n\n';
  subject.answer = (_body, response) => response.setHeader('content-type', 'text/event-stream').end(stream);
  const answer = await subject.ask({ bird: 'ara', say: 'hello', live: true });
  assert.equal(answer.text, stream);
  const [record] = await records(subject);
  assert.deepEqual([record?.streamed, record?.totalTokens, record?.usageSource], [true, 7, 'reported']);
});

test('without a bill its own text is counted', async (t) => {
  const subject = await aviary(t);
  subject.answer = (_body, response) =>
    response.setHeader('content-type', 'text/event-stream').end('data: one two\n\ndata:  three\n\n');
  await subject.ask({ bird: 'ara', say: 'count', live: true });
  subject.answer = (_body, response) =>
    response.setHeader('content-type', 'application/json').end('{"said":"one two three"}');
  await subject.ask({ bird: 'ara', say: 'count' });
  for (const record of await records(subject)) {
    assert.deepEqual([record.usageSource, record.promptTokens, record.completionTokens], ['tokenizer', 1, 3]);
  }
});

test('its refusals have its own shape, and its members are guarded like any other', async (t) => {
  const subject = await aviary(t, 100);
  const cases: [object | string, Record<string, string>, number, string][] = [
    [{ bird: 'ara' }, {}, 400, 'invalid_request'],
    ['{"bird":"ara","say":"a","Say":"b"}', {}, 400, 'invalid_request'],
    ['{"bird":"ara","say":"a","at_most":1,"at_most":9}', {}, 400, 'invalid_request'],
    [{ bird: 'dodo', say: 'a' }, {}, 404, 'model_not_found'],
    [{ bird: 'ara', say: 'a' }, { authorization: 'Bearer no' }, 401, 'invalid_api_key'],
    [{ bird: 'ara', say: 'a' }, { 'x-user-email': 'nobody' }, 401, 'identity_invalid'],
    [{ bird: 'ara', say: 'a' }, { 'content-type': 'text/plain' }, 415, 'unsupported_media_type'],
    [{ bird: 'ara', say: 'word '.repeat(500) }, {}, 429, 'insufficient_quota'],
  ];
  for (const [body, headers, status, why] of cases) {
    const answer = await subject.ask(body, headers);
    assert.equal(answer.status, status, answer.text);
    const { squawk, ...rest } = JSON.parse(answer.text);
    assert.deepEqual([squawk.why, Object.keys(rest)], [why, []]);
    assert.match(squawk.told, /.{10}/);
  }
  assert.equal(subject.calls.length, 0);
  assert.deepEqual(await records(subject), []);
});

test('its paths may have parts that vary, and of its query only what it reads goes on', async (t) => {
  const subject = await aviary(t);
  const path = '/v1/cages/big%20one/parrot?pitch=low&feather=x&admin=1';
  assert.equal((await subject.ask({ bird: 'polly', say: 'hi' }, {}, path)).status, 200);
  assert.equal(subject.calls[0]?.path, '/base/big one/ara?tone=low'.replace(' ', '%20'));
  const twice = await subject.ask({ bird: 'ara', say: 'hi' }, {}, `${PATH}?pitch=low&pitch=high`);
  assert.deepEqual([twice.status, JSON.parse(twice.text).squawk.why], [400, 'invalid_request']);
  assert.deepEqual(
    (await records(subject)).map(({ endpoint }) => endpoint),
    [PATH],
  );
});

test('its clients may show their key in its own header or query parameter, which goes no further', async (t) => {
  const subject = await aviary(t);
  const { serviceKey } = subject.built;
  const body = { bird: 'ara', say: 'hi' };
  for (const [headers, path] of [
    [{ authorization: null, 'x-feather': serviceKey }, PATH],
    [{ authorization: null }, `${PATH}?feather=${serviceKey}`],
  ] as const) {
    assert.equal((await subject.ask(body, headers, path)).status, 200);
    const call = subject.calls.at(-1);
    assert.ok(!JSON.stringify([call?.path, call?.headers]).includes(serviceKey));
  }
  const other = { authorization: null, 'x-goog-api-key': serviceKey };
  assert.equal((await subject.ask(body, other)).status, 401);
  assert.equal((await subject.ask(body, { authorization: null }, `${PATH}?key=${serviceKey}`)).status, 401);
});
