/** Gemini's wire: what is read of it, what is lowered, and what of its usage is recorded. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { geminiDialect } from '../../gateway/proxy/dialects/gemini.ts';
import { readGeminiUsage } from '../../gateway/proxy/dialects/gemini-usage.ts';
import { createArraySplitter, elementText } from '../../gateway/proxy/json-array.ts';
import { words } from '../support/mock-upstream/index.ts';
import { ANA } from '../support/proxy-kit.ts';
import { errorIn } from '../support/refusals.ts';
import { buildWires, SMALL } from '../support/wires-kit.ts';

const { path, body } = SMALL.gemini;
const TARGET = { params: { call: 'gemini-2.5-flash:generateContent' }, query: {} };

test('the key may be in a header or in the query, and goes no further; of the query only alt does', async (t) => {
  const kit = await buildWires(t);
  const streamed = path.replace(':g', ':streamG');
  for (const [query, key] of [
    [`key=${kit.serviceKey}`, null],
    ['admin=1', kit.serviceKey],
    [`alt=sse&key=${kit.serviceKey}&fields=candidates`, null],
  ] as const) {
    const headers = { authorization: null, 'x-goog-api-key': key };
    const answer = await kit.ask(body, { path: `${streamed}?${query}`, headers });
    assert.equal(answer.status, 200, answer.text);
    const call = kit.upstream.calls.at(-1);
    assert.equal(call?.query, query.startsWith('alt') ? '?alt=sse' : '');
    assert.match(String(call?.headers['x-goog-api-key']), /^sk-upstream/);
    assert.ok(!JSON.stringify([call?.headers, call?.query]).includes(kit.serviceKey));
  }
  const wrong = await kit.ask(body, { path: `${path}?key=nobody`, headers: { authorization: null } });
  assert.deepEqual([wrong.status, errorIn(wrong).status], [401, 'UNAUTHENTICATED']);
});

test('what is at fault in a request is told, and nothing of it is forwarded', async (t) => {
  const kit = await buildWires(t);
  const cases: [object | string, string?][] = [
    [{}],
    [{ contents: [] }],
    [{ contents: 'hi' }],
    [{ ...body, generationConfig: { maxOutputTokens: '100' } }],
    [{ ...body, generationConfig: { maxOutputTokens: 0 } }],
    [{ ...body, generationConfig: { candidateCount: -1 } }],
    [{ ...body, generationConfig: 'all' }],
    [{ ...body, generationConfig: {}, generation_config: { max_output_tokens: 9 } }],
    [{ ...body, generationConfig: { maxOutputTokens: 1, max_output_tokens: 9 } }],
    [{ ...body, generationConfig: { thinkingConfig: { thinkingBudget: 'much' } } }],
    [{ ...body, cachedContent: 'cachedContents/1' }],
    [{ ...body, cached_content: 'cachedContents/1' }],
    ['{"contents":[{"parts":[{"text":"hi"}]}],"generationConfig":{"maxOutputTokens":1},"generationConfig":{}}'],
    ['{"contents":[{"parts":[{"text":"hi"}]}],"generationConfig":{"maxOutputTokens":1,"maxOutputTokens":2}}'],
    ['{"contents":[{"parts":[{"text":"hi"}]}],"GenerationConfig":{"maxOutputTokens":1}}'],
    [body, `${path}?alt=proto`],
    [body, `${path}?alt=sse&alt=json`],
  ];
  for (const [sent, at = path] of cases) {
    const answer = await kit.ask(sent, { path: at });
    const error = errorIn(answer);
    assert.deepEqual([answer.status, error.status], [400, 'INVALID_ARGUMENT'], JSON.stringify(sent));
  }
  for (const other of [':countTokens', ':embedContent', ':batchGenerateContent', '']) {
    const answer = await kit.ask(body, { path: path.replace(':generateContent', other) });
    assert.equal(answer.status, 404, other);
  }
  assert.equal(kit.upstream.calls.length, 0);
});

test('an answer that does not fit comes down with its thinking, in whichever spelling it was asked for', async (t) => {
  const kit = await buildWires(t, { config: { users: [{ email: ANA, plan: 'enterprise', monthlyLimit: 4_000 }] } });
  await kit.ask(body, { path });
  const added = kit.upstream.calls[0]?.body.generationConfig as { maxOutputTokens: number };
  assert.ok(added.maxOutputTokens >= 2_000 && added.maxOutputTokens <= 3_000, JSON.stringify(added));
  const snake = {
    max_output_tokens: 9_000,
    thinking_config: { thinking_budget: 8_000, include_thoughts: true },
    top_k: 5,
  };
  await kit.ask({ ...body, generation_config: snake }, { path });
  const sent = kit.upstream.calls[1]?.body.generation_config as typeof snake;
  assert.ok(sent.max_output_tokens < 3_000);
  assert.deepEqual(sent.thinking_config, { thinking_budget: sent.max_output_tokens - 1, include_thoughts: true });
  assert.equal(sent.top_k, 5);
  const automatic = { ...body, generationConfig: { thinkingConfig: { thinkingBudget: -1 } } };
  const edits = geminiDialect.edits(automatic, {
    limit: 500,
    limitField: '',
    model: 'm',
    askForUsage: false,
    readsOnlyLimitField: true,
    limitCalls: false,
  });
  assert.deepEqual(edits, [
    { key: 'generationConfig', value: { thinkingConfig: { thinkingBudget: -1 }, maxOutputTokens: 500 } },
  ]);
});

test('a model may have a name as long as any, and no longer', async (t) => {
  const kit = await buildWires(t);
  const name = `tuned-${'x'.repeat(194)}`;
  assert.equal((await kit.ask(body, { path: `/v1beta/models/${name}:generateContent` })).status, 200);
  assert.equal(kit.upstream.calls[0]?.path, `/v1beta/models/${name}:generateContent`);
  const longer = await kit.ask(body, { path: `/v1beta/models/${name}x:streamGenerateContent` });
  assert.equal(longer.status, 400, longer.text);
  assert.equal(kit.upstream.calls.length, 1);
});

test('an alias changes the path, and the name that was asked for is recorded', async (t) => {
  const kit = await buildWires(t);
  const aliases = { 'our gemini': 'gemini-2.5-pro' };
  const set = await kit.api('/api/admin/upstreams/gemini', { method: 'PUT', body: { aliases } });
  assert.equal(set.status, 200, JSON.stringify(set.body));
  await kit.ask(body, { path: '/v1beta/models/our%20gemini:generateContent' });
  assert.equal(kit.upstream.calls[0]?.path, '/v1beta/models/gemini-2.5-pro:generateContent');
  assert.equal((await kit.settled())[0]?.model, 'our gemini');
});

test('thoughts, cached content and prompts of tools are counted where they belong', () => {
  const details = [
    { modality: 'TEXT', tokenCount: 20 },
    { modality: 'IMAGE', tokenCount: 1_290 },
  ];
  const usage = readGeminiUsage({
    promptTokenCount: 100,
    cachedContentTokenCount: 40,
    toolUsePromptTokenCount: 30,
    candidatesTokenCount: 1_310,
    thoughtsTokenCount: 50,
    totalTokenCount: 1_490,
    promptTokensDetails: [{ modality: 'AUDIO', tokenCount: 25 }],
    candidatesTokensDetails: details,
  });
  assert.deepEqual(usage, {
    promptTokens: 130,
    completionTokens: 1_360,
    cachedTokens: 40,
    reasoningTokens: 50,
    totalTokens: 1_490,
    parts: { promptAudio: 25, promptImage: 0, completionAudio: 0, completionImage: 1_290 },
  });
  // Google leaves zeros out: an answer cut by its thinking has no candidates.
  const cut = readGeminiUsage({ promptTokenCount: 10, totalTokenCount: 60, thoughtsTokenCount: 50 });
  assert.deepEqual([cut?.promptTokens, cut?.completionTokens, cut?.totalTokens], [10, 50, 60]);
  assert.equal(readGeminiUsage({}), null);
  assert.equal(readGeminiUsage({ promptTokenCount: 0 })?.totalTokens, 0);
});

test('a key that Google does not know is the operator’s trouble: told as such, and not as the client’s own key', async (t) => {
  const kit = await buildWires(t);
  const error = {
    code: 400,
    message: 'API key not valid. Please pass a valid API key.',
    status: 'INVALID_ARGUMENT',
    details: [{ '@type': 'type.googleapis.com/google.rpc.ErrorInfo', reason: 'API_KEY_INVALID' }],
  };
  for (const body of [{ error }, [{ error }]]) {
    kit.upstream.next({ refuse: { status: 400, body } });
    const answer = await kit.ask(SMALL.gemini.body, { path: SMALL.gemini.path });
    const told = JSON.parse(answer.text).error;
    assert.deepEqual([answer.status, told.details[0].reason], [502, 'UPSTREAM_CREDENTIALS']);
    assert.doesNotMatch(answer.text, /API key not valid/);
  }
  kit.upstream.next({ refuse: { status: 400, body: { error: { ...error, details: [{ reason: 'OTHER' }] } } } });
  assert.equal((await kit.ask(SMALL.gemini.body, { path: SMALL.gemini.path })).status, 400);
  const records = await kit.settled();
  assert.deepEqual(
    records.map(({ outcome, chargedTokens }) => [outcome, chargedTokens]),
    Array.from({ length: 3 }, () => ['upstream_error', 0]),
  );
});

test('a blocked prompt ends its stream and is paid as reported', async (t) => {
  const kit = await buildWires(t);
  const blocked = {
    promptFeedback: { blockReason: 'SAFETY' },
    usageMetadata: { promptTokenCount: 9, totalTokenCount: 9 },
  };
  kit.upstream.next({ body: `data: ${JSON.stringify(blocked)}\n\n`, contentType: 'text/event-stream' });
  await kit.ask(body, { path: `${path.replace(':g', ':streamG')}?alt=sse` });
  const [record] = await kit.settled();
  assert.deepEqual([record?.chargedTokens, record?.usageSource, record?.outcome], [9, 'reported', 'ok']);
});

test('several candidates end the stream with the last of them', async (t) => {
  const kit = await buildWires(t);
  kit.upstream.next({ text: words(20) });
  const answer = await kit.ask(
    { ...body, generationConfig: { candidateCount: 3 } },
    { path: `${path.replace(':g', ':streamG')}?alt=sse` },
  );
  assert.equal(answer.bytes.length, Buffer.concat(kit.upstream.calls[0]?.pieces ?? []).length);
  const [record] = await kit.settled();
  assert.deepEqual([record?.completionTokens, record?.usageSource], [60, 'reported']);
});

test('inline and linked files are weighed by what they are', () => {
  const data = 'A'.repeat(60_000);
  const weigh = (part: object) =>
    geminiDialect.readRequest({ contents: [{ role: 'user', parts: [part] }] }, TARGET).attachments;
  assert.deepEqual(weigh({ inlineData: { mimeType: 'image/png', data } }), {
    bytes: 60_000,
    images: 1,
    otherTokens: 0,
    unseenFiles: 0,
  });
  assert.deepEqual(weigh({ inline_data: { mime_type: 'audio/mp3', data } }).otherTokens, 2_000);
  assert.deepEqual(weigh({ inlineData: { mimeType: 'application/pdf', data } }).otherTokens, 60_000);
  assert.equal(weigh({ fileData: { fileUri: 'https://example.com/v' } }).unseenFiles, 1);
  const nested = {
    functionResponse: { name: 'f', response: {}, parts: [{ inlineData: { mimeType: 'image/png', data } }] },
  };
  assert.equal(weigh(nested).images, 1);
  const searching = geminiDialect.readRequest({ ...body, tools: [{ googleSearch: {} }] }, TARGET);
  assert.ok((searching.unseenTokens ?? 0) >= 10_000);
});

test('an array is cut between its elements, wherever its bytes are', () => {
  const text = '[{"a":"]},{\\"[","b":[1,{"c":2}]}\n,\r\n{"d":"\\\\"}\n]\n';
  for (const size of [1, 3, text.length]) {
    const pieces: Buffer[] = [];
    const splitter = createArraySplitter();
    const bytes = Buffer.from(text);
    for (let at = 0; at < bytes.length; at += size) {
      splitter.push(bytes.subarray(at, at + size), (piece) => pieces.push(piece));
    }
    assert.deepEqual(
      pieces.slice(0, 2).map((piece) => JSON.parse(elementText(piece))),
      [{ a: ']},{"[', b: [1, { c: 2 }] }, { d: '\\' }],
    );
    assert.equal(Buffer.concat([...pieces, splitter.take()]).toString(), text);
  }
});
