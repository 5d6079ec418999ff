/** What providers take by the call (searches, requests) beside tokens: reserved under a cap in USD, settled as it was. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Ask, capped } from '../support/capped-kit.ts';
import { chat } from '../support/proxy-kit.ts';
import { SMALL } from '../support/wires-kit.ts';

const searching = (maxUses?: number): Ask => ({
  path: SMALL.messages.path,
  body: {
    ...SMALL.messages.body,
    tools: [
      { type: 'web_search_20250305', name: 'web_search', ...(maxUses === undefined ? {} : { max_uses: maxUses }) },
    ],
  },
});
const responses = (extra: object): Ask => ({
  path: SMALL.responses.path,
  body: { ...SMALL.responses.body, model: 'gpt-5', max_output_tokens: 500, ...extra },
});
const completion = (extra: object): Ask => ({ path: SMALL.chat.path, body: chat({ max_tokens: 500, ...extra }) });

const SEARCH = 10_000;
const FILE_SEARCH = 2_500;
/** Two bodies that differ in a few bytes differ in the tokens that are reserved for those, too. */
const OF_BYTES = 400;

test('the searches that a request allows are reserved beside its tokens, at their own price', async (t) => {
  const { cap, ask } = await capped(t);
  await cap(1_000_000_000);
  const pairs: [name: string, less: Ask, more: Ask, fees: number][] = [
    ['Anthropic, by its own limit', searching(1), searching(7), 6 * SEARCH],
    ['Anthropic, without a limit', searching(1), searching(), 9 * SEARCH],
    [
      'responses, by the limit of all calls',
      responses({ tools: [{ type: 'web_search' }], max_tool_calls: 1 }),
      responses({ tools: [{ type: 'web_search' }], max_tool_calls: 4 }),
      3 * SEARCH,
    ],
    [
      'responses, two kinds',
      responses({ tools: [{ type: 'file_search' }], max_tool_calls: 4 }),
      responses({ tools: [{ type: 'file_search' }] }),
      6 * FILE_SEARCH,
    ],
  ];
  for (const [name, less, more, fees] of pairs) {
    const difference = (await ask(more)).held - (await ask(less)).held;
    assert.ok(Math.abs(difference - fees) <= OF_BYTES, `${name}: ${difference} beside ${fees}`);
  }
  const options = { web_search_options: {} };
  const [free, paid] = [
    await ask(completion({ model: 'gpt-4.1-nano', ...options })),
    await ask(completion({ model: 'gpt-4.1-mini', ...options })),
  ];
  assert.ok(paid.held - free.held >= 10 * SEARCH, 'a model whose searches cost nothing reserves nothing for them');
  const [asked, plain] = [
    await ask(completion({ model: 'sonar' })),
    await ask(completion({ model: 'llama-3.1-sonar-large-128k-online' })),
  ];
  assert.ok(asked.held - plain.held >= 12_000 - OF_BYTES, 'a model that is paid by the request');
});

test('fees that an operator sets are held and charged instead of the listed ones', async (t) => {
  const { api, cap, ask } = await capped(t);
  await cap(1_000_000_000);
  const price = { inputMicroUsd: 3_000_000, outputMicroUsd: 15_000_000 };
  const usage = { input_tokens: 200, output_tokens: 100, server_tool_use: { web_search_requests: 3 } };
  const answer = { body: JSON.stringify({ content: [], usage }) };
  const found = new Map<number | null, { held: number; cost: number }>();
  for (const webSearches of [null, 0, 4_000_000]) {
    const feesMicroUsd = webSearches === null ? {} : { webSearches };
    const body = { id: 'claude-sonnet-4-5', price: { ...price, feesMicroUsd } };
    const made = await api('/api/admin/models', { body });
    assert.equal(made.status, 201, JSON.stringify(made.body));
    found.set(webSearches, await ask(searching(5), answer));
    assert.equal((await api('/api/admin/models/claude-sonnet-4-5', { method: 'DELETE' })).status, 204);
  }
  const [listed, free, own] = [...found.values()];
  for (const [fees, each] of [
    [listed, SEARCH],
    [own, 4_000],
  ] as const) {
    assert.equal((fees?.cost ?? 0) - (free?.cost ?? 0), 3 * each);
    assert.ok(Math.abs((fees?.held ?? 0) - (free?.held ?? 0) - 5 * each) <= OF_BYTES);
  }
});

test('a chat that cites pages was searched for once, where nothing else tells of it, whole and streamed', async (t) => {
  const { ask } = await capped(t);
  const usage = { prompt_tokens: 200, completion_tokens: 100, total_tokens: 300 };
  const cited = { annotations: [{ type: 'url_citation', url_citation: { url: 'https://example.com' } }] };
  const told = { ...usage, server_tool_use: { web_search_requests: 3 } };
  const ofGemini = { ...usage, prompt_tokens_details: { web_search_requests: 2 } };
  const quoted = { content: 'an "url_citation", quoted' };
  const cases: [said: object, usage: object, searches: number][] = [
    [{ content: 'hi' }, usage, 0],
    [quoted, usage, 0],
    [{ content: 'hi', annotations: [{ type: 'file_citation' }] }, usage, 0],
    [{ content: 'hi', ...cited }, usage, 1],
    [{ content: 'hi', ...cited }, told, 3],
    [{ content: 'hi' }, ofGemini, 2],
  ];
  const event = (data: object) => `data: ${JSON.stringify(data)}\n\n`;
  for (const asked of [{ web_search_options: {} }, { model: 'gpt-4o-mini-search-preview' }]) {
    let plain = 0;
    for (const [said, reported, searches] of cases) {
      const whole = { body: JSON.stringify({ choices: [{ index: 0, message: said }], usage: reported }) };
      const events =
        event({ choices: [{ index: 0, delta: { content: 'hi' }, finish_reason: null }] }) +
        event({ choices: [{ index: 0, delta: said, finish_reason: 'stop' }] }) +
        event({ choices: [], usage: reported });
      for (const [stream, answer] of [
        [false, whole],
        [true, { body: `${events}data: [DONE]\n\n`, contentType: 'text/event-stream' }],
      ] as const) {
        const { cost } = await ask(completion({ ...asked, stream }), answer);
        if (searches === 0) plain = cost;
        assert.equal(cost - plain, searches * SEARCH, JSON.stringify([asked, said, reported, stream]));
      }
    }
  }
});

test('what was searched is charged, the rest of the fees given back, and no cap in USD is exceeded', async (t) => {
  const { cap, team, ask, send, upstream, settled } = await capped(t);
  const usage = (searches: number) => ({
    input_tokens: 200,
    output_tokens: 100,
    server_tool_use: { web_search_requests: searches },
  });
  const answered = (searches: number) => ({ body: JSON.stringify({ content: [], usage: usage(searches) }) });
  await cap(1_000_000_000);
  const none = await ask(searching(5), answered(0));
  const all = await ask(searching(5), answered(5));
  assert.equal(all.cost - none.cost, 5 * SEARCH);
  assert.equal(all.held, none.held);
  assert.ok(all.cost <= all.held, 'whatever it does, it stays within what was held');

  const { held: tokensAlone } = await ask(searching(0), answered(0));
  const { used } = await team();
  await cap(used + tokensAlone + 1_000);
  const refused = await send(searching(5).body, { path: searching().path }).over;
  assert.equal(refused.status, 429);
  const calls = upstream.calls.length;
  assert.equal((await team()).used, used);
  await cap(used + all.held);
  const last = await ask(searching(5), answered(5));
  assert.equal(last.cost, all.cost);
  assert.equal(upstream.calls.length, calls + 1, 'what was refused reached nobody');
  assert.ok((await team()).used <= used + all.held);
  assert.equal((await settled()).length, 4);
});
