/**
 * Searches that a client does not limit: under a cap in USD those that were reserved are written into the request, where
 * its wire has a field for them, so that no more can be made. Google's wire has none: they are held and billed.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Ask, capped } from '../support/capped-kit.ts';
import { errorIn } from '../support/refusals.ts';
import { buildWires, SMALL } from '../support/wires-kit.ts';

const PLENTY = 1_000_000_000;
const RESERVED = 10;
const SEARCH = 10_000;
/** A body's members and their spelling, but for what is put in at a place. */
const MESSAGES = (tools: string) =>
  `{ "model":"claude-sonnet-4-5","max_tokens":1e3,\n"tools" : ${tools},"messages":[{"role":"user","content":"\\u0068i"}],"temperature":1.0}`;
const RESPONSES = (more: string) => `{ "input":"\\u0068i","model":"gpt-5","max_output_tokens":500${more}}`;
const CHAT = (tools: string) =>
  `{ "messages":[{"role":"user","content":"hi"}] ,"max_tokens":500,"model":"claude-sonnet-4-5","tools":${tools}}`;
const SCHEMA =
  '{"name":"own","input_schema":{"type":"object","properties":{"1":{"maximum":9007199254740993},"0":{"minimum":1.0}}}}';
const FUNCTION = '{"type":"function","function":{"name":"own","parameters":{"maximum":1.50}}}';
const WEB = (more = '') => `{"type":"web_search_20250305", "name":"web_search"${more}}`;
const LIMITED = WEB().replace('{', `{"max_uses":${RESERVED},`);

const at = (path: string, body: string): Ask => ({ path, body });
const messages = (tools: string) => at(SMALL.messages.path, MESSAGES(tools));
const responses = (more: string) => at(SMALL.responses.path, RESPONSES(more));
const completion = (tools: string) => at(SMALL.chat.path, CHAT(tools));

/** What the client sent, and what its upstream got. */
const PAIRS: readonly (readonly [name: string, sent: Ask, forwarded: Ask])[] = [
  ['messages without a limit', messages(`[ ${SCHEMA} , ${WEB()} ]`), messages(`[ ${SCHEMA} , ${LIMITED} ]`)],
  ['messages with null', messages(`[${WEB(',"max_uses": null')}]`), messages(`[${WEB(`,"max_uses": ${RESERVED}`)}]`)],
  [
    'messages with two searches, one of them limited',
    messages(`[${WEB(',"max_uses":3')},${WEB()}]`),
    messages(`[${WEB(',"max_uses":3')},${LIMITED}]`),
  ],
  ['messages with a low limit', messages(`[${WEB(',"max_uses":3')}]`), messages(`[${WEB(',"max_uses":3')}]`)],
  ['messages with a high limit', messages(`[${WEB(',"max_uses":50')}]`), messages(`[${WEB(',"max_uses":50')}]`)],
  ['messages without a search', messages(`[${SCHEMA}]`), messages(`[${SCHEMA}]`)],
  [
    'responses without a limit',
    responses(`,"tools":[{"type":"web_search" },${SCHEMA.replace('{', '{"type":"function",')}]`),
    at(
      SMALL.responses.path,
      RESPONSES(`,"tools":[{"type":"web_search" },${SCHEMA.replace('{', '{"type":"function",')}]`).replace(
        '{',
        `{"max_tool_calls":${RESERVED},`,
      ),
    ),
  ],
  [
    'responses with null',
    responses(',"max_tool_calls" : null,"tools":[{"type":"file_search"}]'),
    responses(`,"max_tool_calls" : ${RESERVED},"tools":[{"type":"file_search"}]`),
  ],
  [
    'responses with tools beside the search',
    responses(',"max_tool_calls":null,"tools":[{"type":"web_search"},{"type":"code_interpreter"}]'),
    responses(`,"max_tool_calls":${2 * RESERVED},"tools":[{"type":"web_search"},{"type":"code_interpreter"}]`),
  ],
  [
    'responses with a limit',
    responses(',"max_tool_calls":2,"tools":[{"type":"web_search"}]'),
    responses(',"max_tool_calls":2,"tools":[{"type":"web_search"}]'),
  ],
  [
    'responses whose tools cost nothing beside tokens',
    responses(',"tools":[{"type":"code_interpreter"}]'),
    responses(',"tools":[{"type":"code_interpreter"}]'),
  ],
  [
    "completions with Anthropic's search, as LiteLLM takes it",
    completion(`[${FUNCTION},${WEB()}]`),
    completion(`[${FUNCTION},${LIMITED}]`),
  ],
];

test('the searches that were reserved are written where a wire has a field for them, and nothing else changes', async (t) => {
  const { cap, ask } = await capped(t);
  await cap(PLENTY);
  for (const [name, sent, { body }] of PAIRS) assert.equal((await ask(sent)).forwarded, body, name);
});

test('without a cap in USD that stops, a request that names no limit goes on byte for byte', async (t) => {
  const { ask, context } = await capped(t);
  const { db, events } = context;
  for (const [name, sent] of PAIRS) assert.equal((await ask(sent)).forwarded, sent.body, name);
  // A cap in tokens does not care, nor one that only shows.
  for (const cap of [
    { capTokens: PLENTY, capMicroUsd: null, stopAtCap: true },
    { capTokens: null, capMicroUsd: PLENTY, stopAtCap: false },
  ]) {
    await db.update(db.tables.departments).set(cap);
    await events.emit({ kind: 'departments_changed' });
    for (const [name, sent] of PAIRS) assert.equal((await ask(sent)).forwarded, sent.body, name);
  }
});

test('a model whose searches cost nothing is asked as the client asked', async (t) => {
  const { cap, ask, api } = await capped(t);
  await cap(PLENTY);
  const free = responses(',"tools":[{"type":"web_search"}]');
  const body = String(free.body).replace('gpt-5', 'gpt-4.1-nano');
  assert.equal((await ask({ ...free, body })).forwarded, body);
  const own = String(free.body).replace('gpt-5', 'our-own-model');
  assert.equal((await ask({ ...free, body: own })).forwarded, own);
  // An own price is one of tokens: it does not open the searches.
  const made = await api('/api/admin/models', {
    body: { id: 'gpt-5', price: { inputMicroUsd: 1, outputMicroUsd: 1 } },
  });
  assert.equal(made.status, 201, JSON.stringify(made.body));
  assert.match((await ask(free)).forwarded, /^\{"max_tool_calls":10,/);
});

test('as many searches as were written cost no more than was held', async (t) => {
  const { cap, ask, team, send, upstream } = await capped(t);
  await cap(PLENTY);
  const used = (searches: number) => ({
    body: JSON.stringify({
      content: [],
      usage: { input_tokens: 200, output_tokens: 100, server_tool_use: { web_search_requests: searches } },
    }),
  });
  const sent = messages(`[${WEB()}]`);
  const none = await ask(sent, used(0));
  const all = await ask(sent, used(RESERVED));
  assert.equal(all.cost - none.cost, RESERVED * SEARCH);
  assert.ok(all.cost <= all.held);
  const before = await team();
  await cap(before.used + RESERVED * SEARCH);
  const { calls } = upstream;
  const sentBefore = calls.length;
  assert.equal(
    (await send(sent.body, { path: sent.path }).over).status,
    429,
    'searches that would pass the cap are not begun',
  );
  assert.equal(calls.length, sentBefore);
  const searches = (count: number) =>
    Array.from({ length: count }, () => ({ type: 'web_search_call', status: 'completed' }));
  await cap(PLENTY);
  const both = await ask(responses(',"tools":[{"type":"web_search"},{"type":"file_search"}]'), {
    body: JSON.stringify({
      output: searches(2 * RESERVED),
      usage: { input_tokens: 20, output_tokens: 100, total_tokens: 120 },
    }),
  });
  assert.match(both.forwarded, /^\{"max_tool_calls":20,/);
  assert.ok(both.cost >= 2 * RESERVED * SEARCH && both.cost <= both.held, 'whichever of the two it uses them for');
});

test('the next upstream of a failed one gets the same limit', async (t) => {
  const { cap, send, api, upstream } = await capped(t);
  await cap(PLENTY);
  const second = {
    id: 'second',
    kind: 'anthropic',
    name: 'second',
    baseUrl: `${upstream.url}/second`,
    apiKey: 'sk-second',
    models: ['*'],
    position: 1,
  };
  assert.equal((await api('/api/admin/upstreams', { body: second })).status, 201);
  const sent = messages(`[${WEB()}]`);
  upstream.next({ refuse: { status: 503 } });
  upstream.next({ body: JSON.stringify({ content: [], usage: { input_tokens: 20, output_tokens: 10 } }) });
  assert.equal((await send(sent.body, { path: sent.path }).over).status, 200);
  const [first, next] = upstream.calls.filter(({ method }) => method === 'POST').slice(-2);
  assert.deepEqual([first?.path, next?.path], ['/v1/messages', '/second/v1/messages']);
  for (const call of [first, next]) assert.equal(call?.bytes.toString(), messages(`[${LIMITED}]`).body);
});

test('a limit that is no number, or is given twice, is refused and reaches nobody', async (t) => {
  const kit = await buildWires(t);
  const cases: [name: string, ask: Ask][] = [
    ['a word', messages(`[${WEB(',"max_uses":"many"')}]`)],
    ['half a search', messages(`[${WEB(',"max_uses":0.5')}]`)],
    ['less than none', messages(`[${WEB(',"max_uses":-1')}]`)],
    ['twice', messages(`[${WEB(',"max_uses":1000,"max_uses":1')}]`)],
    ['twice, spelled otherwise', messages(`[${WEB(',"max_uses":1000,"max\\u005fuses":1')}]`)],
    ['in other letters', messages(`[${WEB(',"Max_Uses":1000')}]`)],
    ['of two types', messages(`[{"type":"web_search_20250305","type":"custom","name":"x"}]`)],
    ['two lists of tools', MESSAGES_TWICE],
    ['a word for all calls', responses(',"max_tool_calls":"5","tools":[{"type":"web_search"}]')],
    ['all calls twice', responses(',"max_tool_calls":1000,"max_tool_calls":1,"tools":[{"type":"web_search"}]')],
    ['all calls in other letters', responses(',"MAX_TOOL_CALLS":1000,"tools":[{"type":"web_search"}]')],
    [
      'two models of a picture',
      responses(',"tools":[{"type":"image_generation","model":"dear","model":"gpt-image-1"}]'),
    ],
    ['completions', completion(`[${WEB(',"max_uses":1000,"max_uses":1')}]`)],
    ['completions of two types', completion('[{"type":"web_search","type":"function","function":{"name":"x"}}]')],
  ];
  for (const [name, { path, body }] of cases) {
    const answer = await kit.send(body, { path }).over;
    assert.equal(answer.status, 400, `${name}: ${answer.text}`);
    assert.match(errorIn(answer).message, /max_uses|max_tool_calls|type|tools|model/, name);
  }
  assert.equal(kit.upstream.calls.length, 0);
  await kit.balanced({ records: 0 });
});

const MESSAGES_TWICE: Ask = at(SMALL.messages.path, MESSAGES(`[${WEB()}],"tools":[]`));

/** Google's answer to a prompt that it searched for. */
function grounded(metadata: object, last = true) {
  return {
    candidates: [
      {
        content: { parts: [{ text: 'hi' }] },
        ...(last ? { finishReason: 'STOP' } : {}),
        index: 0,
        groundingMetadata: metadata,
      },
    ],
    usageMetadata: { promptTokenCount: 20, candidatesTokenCount: 10, totalTokenCount: 30 },
  };
}

const gemini = (model: string, tools: object[], action = 'generateContent'): Ask => ({
  path: `/v1beta/models/${model}:${action}`,
  body: { ...SMALL.gemini.body, tools, generationConfig: { maxOutputTokens: 100 } },
});
const QUERIES = { webSearchQueries: ['weather', '', 'weather', ' ', 'news'] };

test('grounding is held and billed: by the prompt, by the query, and for maps', async (t) => {
  const { cap, ask } = await capped(t);
  await cap(PLENTY);
  const cases: [name: string, model: string, tool: object, metadata: object, fee: number, held: number][] = [
    ['a prompt, however many queries', 'gemini-2.5-flash', { googleSearch: {} }, QUERIES, 35_000, 35_000],
    ['each query of its own', 'gemini-3-flash-preview', { google_search: {} }, QUERIES, 28_000, 140_000],
    [
      'pages without queries',
      'gemini-3-flash-preview',
      { google_search: {} },
      { groundingChunks: [{ web: {} }] },
      14_000,
      140_000,
    ],
    ['nothing was looked up', 'gemini-2.5-flash', { googleSearchRetrieval: {} }, {}, 0, 35_000],
    ['maps', 'gemini-2.5-flash', { googleMaps: {} }, { groundingChunks: [{ maps: {} }] }, 25_000, 25_000],
    [
      'maps of later models',
      'gemini-3-flash-preview',
      { google_maps: {} },
      { groundingChunks: [{ maps: {} }] },
      14_000,
      14_000,
    ],
  ];
  for (const [name, model, tool, metadata, fee, reserved] of cases) {
    const answer = (told: object) => ({ body: JSON.stringify(grounded(told)) });
    const sent = gemini(model, [tool]);
    const [with_, without] = [await ask(sent, answer(metadata)), await ask(sent, answer({}))];
    assert.equal(with_.cost - without.cost, fee, name);
    assert.ok(with_.cost <= with_.held, name);
    const plain = await ask(gemini(model, [{ urlContext: {} }]), answer({}));
    assert.ok(Math.abs(with_.held - plain.held - reserved) <= 400, `${name}: ${with_.held} beside ${plain.held}`);
    assert.equal(with_.forwarded, JSON.stringify(sent.body), 'there is no field to write a limit into');
  }
});

test('what a stream tells of its searches piece by piece is billed once, as events and as an array', async (t) => {
  const { ask } = await capped(t);
  const pieces = [
    grounded({ webSearchQueries: ['weather'] }, false),
    grounded({ webSearchQueries: ['weather', 'news'] }, false),
    grounded({}),
  ];
  const silent = pieces.map((_, index) => grounded({}, index === 2));
  const sent = gemini('gemini-3-flash-preview', [{ googleSearch: {} }], 'streamGenerateContent');
  for (const [as, contentType, path] of [
    [(list: object[]) => JSON.stringify(list), 'application/json', sent.path],
    [
      (list: object[]) => list.map((one) => `data: ${JSON.stringify(one)}\r\n\r\n`).join(''),
      'text/event-stream',
      `${sent.path}?alt=sse`,
    ],
  ] as const) {
    for (const writes of ['whole', 'byte']) {
      const [told, untold] = [
        await ask({ ...sent, path }, { body: as(pieces), contentType, writes }),
        await ask({ ...sent, path }, { body: as(silent), contentType, writes }),
      ];
      assert.equal(told.cost - untold.cost, 28_000, `${contentType}, ${writes}`);
    }
  }
});
