/** What is charged: what the upstream says, else what the tokenizer counts, and never more than there is. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type HonestUsage, type Knobs, texts, usageGaps, words } from '../support/mock-upstream/index.ts';
import { ANA, buildProxy, chat } from '../support/proxy-kit.ts';
import { errorIn } from '../support/refusals.ts';
import { buildWires, SMALL } from '../support/wires-kit.ts';

const TOOLS = [
  {
    type: 'function',
    function: {
      name: 'search_the_web',
      description: 'Searches the web for a query and gives back the best results.',
      parameters: { type: 'object', properties: { query: { type: 'string', description: 'What to look for.' } } },
    },
  },
];

test('without usage the tokenizer’s count is charged, within one percent of the provider’s', async (t) => {
  const kit = await buildProxy(t);
  const answers: Record<string, string> = {
    plain: texts.plain(8_000),
    emoji: texts.emoji(2_000),
    Chinese: texts.chinese(3_000),
    UUIDs: texts.uuids(4_000),
    JSON: texts.json(4_000),
    base64: texts.base64(6_000),
  };
  let records = 0;
  for (const [name, text] of Object.entries(answers)) {
    for (const model of ['gpt-4o', 'gpt-3.5-turbo', 'some-other-model']) {
      for (const stream of [false, true]) {
        kit.upstream.next({ text, chunks: 7, usage: 'missing' });
        const messages = [
          { role: 'system', content: 'You are a helpful assistant.' },
          { role: 'user', name: 'ana', content: text },
        ];
        assert.equal((await kit.ask(chat({ model, stream, messages, max_tokens: 10_000 }))).status, 200);
        records += 1;
        const record = (await kit.settled()).at(-1);
        const counted = kit.upstream.calls.at(-1)?.counted();
        assert.deepEqual([record?.outcome, record?.usageSource], ['ok', 'tokenizer'], name);
        assertNear(record?.promptTokens, counted?.promptTokens, `${name}, ${model}: prompt`);
        assertNear(record?.completionTokens, counted?.completionTokens, `${name}, ${model}: answer`);
      }
    }
  }
  await kit.balanced({ records });
});

test('usage that says nothing is no usage', async (t) => {
  const kit = await buildProxy(t, { upstream: { text: words(50) } });
  for (const [name, knobs] of Object.entries(usageGaps)) {
    for (const stream of [false, true]) {
      kit.upstream.next(knobs as Knobs);
      await kit.ask(chat({ stream }));
      const record = (await kit.settled()).at(-1);
      assert.equal(record?.usageSource, 'tokenizer', name);
      assert.equal(record?.totalTokens, kit.upstream.calls.at(-1)?.counted().totalTokens, name);
    }
  }
});

test('several choices, thoughts, tool calls and refusals are counted when usage is missing', async (t) => {
  const kit = await buildProxy(t, { upstream: { usage: 'missing' } });
  const cases: [object, Knobs][] = [
    [{ n: 3 }, { text: words(40) }],
    [{}, { text: words(10), reasoning: words(60) }],
    [{ tools: TOOLS }, { toolCalls: [{ name: 'search_the_web', arguments: `{"query":"${words(30)}"}` }] }],
  ];
  for (const [extra, knobs] of cases) {
    for (const stream of [false, true]) {
      kit.upstream.next(knobs);
      await kit.ask(chat({ stream, ...extra }));
      const record = (await kit.settled()).at(-1);
      const counted = kit.upstream.calls.at(-1)?.counted();
      const off = Math.abs((record?.completionTokens ?? 0) - (counted?.completionTokens ?? 0));
      assert.ok(off <= 3, `${record?.completionTokens} of ${counted?.completionTokens}`);
    }
  }
  const body = (message: object) => JSON.stringify({ choices: [{ index: 0, message, finish_reason: 'stop' }] });
  kit.upstream.next(
    { body: body({ role: 'assistant', content: null, refusal: words(20) }) },
    { body: body({ role: 'assistant', content: null, function_call: { name: 'f', arguments: words(20) } }) },
    { body: body({ role: 'assistant', content: [{ type: 'text', text: words(20) }] }) },
  );
  for (let call = 0; call < 3; call++) {
    await kit.ask();
    const { completionTokens = 0 } = (await kit.settled()).at(-1) ?? {};
    assert.ok(completionTokens >= 20 && completionTokens <= 22, `${completionTokens}`);
  }
});

test('an explicit zero is a number', async (t) => {
  const kit = await buildProxy(t, { upstream: { text: words(50), figures: 'zero' } });
  for (const stream of [false, true]) {
    await kit.ask(chat({ stream }));
    const record = (await kit.settled()).at(-1);
    assert.deepEqual([record?.outcome, record?.usageSource, record?.chargedTokens], ['ok', 'reported', 0]);
  }
  await kit.balanced({ records: 2 });
});

test('usage smaller than the text is taken at its word', async (t) => {
  const kit = await buildProxy(t, { upstream: { text: words(500) } });
  kit.upstream.script({ figures: () => ({ prompt_tokens: 3, completion_tokens: 2, total_tokens: 5 }) });
  for (const stream of [false, true]) await kit.ask(chat({ stream }));
  const records = await kit.balanced({ records: 2 });
  assert.deepEqual(
    records.map(({ chargedTokens }) => chargedTokens),
    [5, 5],
  );
});

test('usage larger than what was reserved is charged from what there is, and the rest is absorbed', async (t) => {
  const kit = await buildProxy(t, {
    upstream: { text: 'ok' },
    config: { users: [{ email: ANA, plan: 'enterprise', monthlyLimit: 1_000 }] },
  });
  const figures = () => ({ prompt_tokens: 400, completion_tokens: 400, total_tokens: 800 });
  kit.upstream.script({ figures });
  for (let call = 0; call < 2; call++) assert.equal((await kit.ask(chat({ max_tokens: 20 }))).status, 200);
  const records = await kit.balanced({ records: 2 });
  assert.deepEqual(
    records.map(({ chargedTokens, absorbedTokens }) => [chargedTokens, absorbedTokens]),
    [
      [800, 0],
      [200, 600],
    ],
  );
  const refused = await kit.ask(chat({ max_tokens: 20 }));
  assert.equal(refused.status, 429);
  assert.equal(errorIn(refused).code, 'insufficient_quota');
  assert.equal(kit.upstream.calls.length, 2);
});

test('figures are read in every form that providers give them', async (t) => {
  const kit = await buildProxy(t, { upstream: { text: 'ok' } });
  const forms: [(honest: HonestUsage) => object, Partial<Record<string, number | string>>][] = [
    [() => ({ prompt_tokens: 10, completion_tokens: 5 }), { promptTokens: 10, completionTokens: 5, totalTokens: 15 }],
    [() => ({ prompt_tokens: 10, total_tokens: 15 }), { promptTokens: 10, completionTokens: 5, totalTokens: 15 }],
    [() => ({ total_tokens: 15 }), { totalTokens: 15 }],
    // Thoughts that are part of the total only.
    [
      () => ({ prompt_tokens: 10, completion_tokens: 5, total_tokens: 40 }),
      { promptTokens: 10, completionTokens: 5, totalTokens: 40, chargedTokens: 40 },
    ],
    // A total that forgot something.
    [() => ({ prompt_tokens: 10, completion_tokens: 5, total_tokens: 7 }), { totalTokens: 15, chargedTokens: 15 }],
    [
      () => ({
        prompt_tokens: 10,
        completion_tokens: 5,
        total_tokens: 15,
        prompt_tokens_details: { cached_tokens: 4 },
        completion_tokens_details: { reasoning_tokens: 3 },
      }),
      { cachedTokens: 4, reasoningTokens: 3, totalTokens: 15 },
    ],
    [
      () => ({
        prompt_tokens: 2,
        completion_tokens: 5,
        total_tokens: 7,
        prompt_tokens_details: { cached_tokens: 900 },
      }),
      { cachedTokens: 2 },
    ],
    // Moonshot's name for what was read from a cache, and DeepSeek's.
    [() => ({ prompt_tokens: 20, completion_tokens: 5, cached_tokens: 12 }), { cachedTokens: 12, totalTokens: 25 }],
    [() => ({ prompt_tokens: 20, completion_tokens: 5, prompt_cache_hit_tokens: 90 }), { cachedTokens: 20 }],
    [
      () => ({
        prompt_tokens: 20,
        completion_tokens: 15,
        prompt_tokens_details: { audio_tokens: 8, image_tokens: 4, cache_write_tokens: 6 },
        completion_tokens_details: { audio_tokens: 10, image_tokens: 2 },
      }),
      { audioTokens: 18, imageTokens: 6, cacheWriteTokens: 6, totalTokens: 35 },
    ],
    [
      () => ({ prompt_tokens: 2, completion_tokens: 1, prompt_tokens_details: { audio_tokens: 900 } }),
      { audioTokens: 2, imageTokens: 0 },
    ],
    [
      () => ({ prompt_tokens: 20, completion_tokens: 5, cache_creation_input_tokens: 7 }),
      { cacheWriteTokens: 7, totalTokens: 25 },
    ],
    [() => ({ prompt_tokens: '10', completion_tokens: -5, total_tokens: 1.5 }), { usageSource: 'tokenizer' }],
    [() => ({ prompt_tokens: 10, completion_tokens: 5, cost: 0.1, extra: { a: [1] } }), { totalTokens: 15 }],
  ];
  for (const [figures, wanted] of forms) {
    for (const stream of [false, true]) {
      kit.upstream.next({ figures } as Knobs);
      assert.equal((await kit.ask(chat({ stream }))).status, 200);
      const record: Record<string, unknown> = { ...(await kit.settled()).at(-1) };
      for (const [name, value] of Object.entries(wanted)) assert.equal(record[name], value, `${name} of ${figures}`);
    }
  }
});

test('sound costs what sound costs, and what the provider searches costs beside the tokens', async (t) => {
  const kit = await buildWires(t);
  const figures = (more: object) => () => ({ prompt_tokens: 1_000, completion_tokens: 1_000, ...more });
  const costOf = async (model: string, more: object): Promise<number> => {
    kit.upstream.next({ text: 'ok', figures: figures(more) } as Knobs);
    assert.equal((await kit.ask(chat({ model, max_tokens: 2_000 }))).status, 200);
    return (await kit.settled()).at(-1)?.costMicroUsd ?? 0;
  };
  const heard = { prompt_tokens_details: { audio_tokens: 1_000 }, completion_tokens_details: { audio_tokens: 1_000 } };
  const [plain, sound] = [await costOf('gpt-audio', {}), await costOf('gpt-audio', heard)];
  assert.ok(sound > plain * 3, `${sound} µUSD of sound, ${plain} of text`);
  const searched = { server_tool_use: { web_search_requests: 2 } };
  assert.equal((await costOf('gpt-5', searched)) - (await costOf('gpt-5', {})), 20_000, 'two at 10 USD a thousand');

  const response = (extra: object) => ({
    id: 'resp_1',
    output: [
      { type: 'web_search_call', id: 'ws_1', action: { type: 'search', query: 'tides' } },
      { type: 'web_search_call', id: 'ws_2', action: { type: 'open_page', url: 'https://example.com' } },
      { type: 'file_search_call', id: 'fs_1' },
    ],
    usage: { input_tokens: 1_000, output_tokens: 1_000, total_tokens: 2_000 },
    ...extra,
  });
  const message = { content: [], usage: { input_tokens: 1_000, output_tokens: 1_000, ...searched } };
  const responses = { path: SMALL.responses.path, body: { ...SMALL.responses.body, model: 'gpt-5' } };
  const cases: [typeof responses | (typeof SMALL)['messages'], object, number][] = [
    [responses, response({ output: [] }), 0],
    [responses, response({}), 10_000 + 2_500],
    [responses, response({ tool_usage: { web_search: { num_requests: 3 } } }), 30_000 + 2_500],
    [SMALL.messages, { ...message, usage: { input_tokens: 1_000, output_tokens: 1_000 } }, 0],
    [SMALL.messages, message, 20_000],
  ];
  let free = 0;
  for (const [{ path, body }, answer, fee] of cases) {
    kit.upstream.next({ body: JSON.stringify(answer) });
    assert.equal((await kit.ask(body, { path })).status, 200);
    const record = (await kit.settled()).at(-1);
    assert.equal(record?.chargedTokens, 2_000, 'tokens are tokens');
    if (fee === 0) free = record?.costMicroUsd ?? 0;
    assert.equal((record?.costMicroUsd ?? 0) - free, fee, JSON.stringify(answer));
  }
});

test('text that is hidden from a quick look is reserved for all the same', async (t) => {
  const kit = await buildProxy(t, {
    config: { users: [{ email: ANA, plan: 'enterprise', monthlyLimit: 3_000 }] },
  });
  const hidden = texts.chinese(8_000);
  const bodies = [
    chat({ messages: [{ role: 'user', content: [{ type: 'thinking', thinking: hidden }] }] }),
    chat({ messages: [{ role: 'user', content: [{ type: 'document', source: { data: hidden } }] }] }),
    chat({ messages: [{ role: 'user', content: [{ type: 'text', text: 'a', other: hidden }] }] }),
    chat({ messages: [{ role: 'user', content: { text: hidden } }] }),
    chat({ messages: [hidden] }),
    chat({ documents: [{ text: hidden }] }),
    chat({ system: hidden }),
    chat({ chat_template: hidden }),
    chat({ chat_template_kwargs: { a: hidden } }),
    chat({ tools: [{ type: 'function', function: { name: 'a', description: hidden } }] }),
    chat({ response_format: { type: 'json_schema', json_schema: { name: 'a', schema: { description: hidden } } } }),
  ];
  for (const body of bodies) {
    const answer = await kit.ask({ ...body, max_tokens: 300 });
    assert.equal(answer.status, 429, JSON.stringify(body).slice(0, 80));
  }
  assert.equal(kit.upstream.calls.length, 0);
  await kit.balanced({ records: 0 });
});

function assertNear(actual: number | undefined, expected: number | undefined, name: string): void {
  const [is = 0, wanted = 0] = [actual, expected];
  assert.ok(wanted > 0 && Math.abs(is - wanted) <= Math.max(1, wanted / 100), `${name}: ${is} instead of ${wanted}`);
}
