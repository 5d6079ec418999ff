/** OpenAI's responses: what is read of them, what is lowered, and whose the kept ones are. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { PLAIN_TARGET } from '../../gateway/proxy/dialects/dialect.ts';
import { responsesDialect } from '../../gateway/proxy/dialects/responses.ts';
import { createGate, words } from '../support/mock-upstream/index.ts';
import { loadTokenCounters } from '../support/mock-upstream/token-count.ts';
import { ANA } from '../support/proxy-kit.ts';
import { errorIn } from '../support/refusals.ts';
import { buildWires, SMALL } from '../support/wires-kit.ts';

const { path, body } = SMALL.responses;
const counter = (await loadTokenCounters())('gpt-4o-mini');
const BOB = { 'x-user-email': 'bob@example.com' };

test('what is at fault in a request is named, and nothing of it is forwarded', async (t) => {
  const kit = await buildWires(t);
  const cases: [object, string][] = [
    [{ ...body, background: true }, 'background'],
    [{ model: 'gpt-4o-mini' }, 'input'],
    [{ ...body, input: 5 }, 'input'],
    [{ ...body, max_output_tokens: 'many' }, 'max_output_tokens'],
    [{ ...body, max_output_tokens: 0 }, 'max_output_tokens'],
    [{ ...body, previous_response_id: 7 }, 'previous_response_id'],
    [{ ...body, conversation: 7 }, 'conversation'],
    [{ ...body, conversation: {} }, 'conversation'],
    [{ ...body, stream: 1 }, 'stream'],
  ];
  for (const [sent, param] of cases) {
    const answer = await kit.ask(sent, { path });
    assert.deepEqual([answer.status, errorIn(answer).param], [400, param], answer.text);
  }
  const spelled = '{"model":"gpt-4o-mini","input":"hi","Max_Output_Tokens":9}';
  assert.equal((await kit.ask(spelled, { path })).status, 400);
  assert.equal(kit.upstream.calls.length, 0);
});

test('a kept response can be gone on with by its user alone, and what it brings is reserved', async (t) => {
  const kit = await buildWires(t);
  for (const stream of [false, true]) {
    kit.upstream.next({ text: words(200) });
    const first = await kit.ask({ ...body, input: words(500), stream }, { path });
    const id = /"id":"(resp_\w+)"/.exec(first.text)?.[1] ?? '';
    const item = /"id":"(msg_\w+)"/.exec(first.text)?.[1] ?? '';
    const before = (await kit.settled()).at(-1);
    const calls = kit.upstream.calls.length;
    for (const [extra, headers, status] of [
      [{ previous_response_id: id }, {}, 200],
      [{ input: [{ type: 'item_reference', id: item }] }, {}, 200],
      [{ previous_response_id: id }, BOB, 404],
      [{ input: [{ type: 'item_reference', id: item }] }, BOB, 404],
      [{ input: [{ id: item }] }, BOB, 404],
      [{ previous_response_id: `${id}x` }, {}, 404],
      [{ conversation: 'conv_1' }, {}, 404],
      [{ conversation: { id: 'conv_1' } }, {}, 404],
    ] as const) {
      const answer = await kit.ask({ ...body, max_output_tokens: 300, ...extra, stream }, { path, headers });
      assert.equal(answer.status, status, `${JSON.stringify(extra)}: ${answer.text}`);
      if (status !== 200) {
        assert.equal(errorIn(answer).code, 'not_found');
        continue;
      }
      const record = (await kit.settled()).at(-1);
      assert.ok((record?.reservedTokens ?? 0) >= (before?.totalTokens ?? 0) + 300, `${record?.reservedTokens}`);
    }
    assert.equal(kit.upstream.calls.length, calls + 2, 'nothing of a stranger reached the upstream');
  }
  const { keptAnswers } = kit.context.db.tables;
  const kept = JSON.stringify(await kit.context.db.select().from(keptAnswers));
  assert.ok(!kept.includes('resp_') && !kept.includes('msg_'), 'ids are kept as hashes');
});

test('a picture that was drawn earlier is gone on with by its user alone', async (t) => {
  const kit = await buildWires(t);
  const picture = { type: 'image_generation_call', id: 'ig_1', status: 'completed', result: 'aGVsbG8=' };
  kit.upstream.next({ body: JSON.stringify({ id: 'resp_1', object: 'response', output: [picture] }) });
  assert.equal((await kit.ask(body, { path })).status, 200);
  const goOn = (item: object) => ({ ...body, input: [{ role: 'user', content: 'larger' }, item] });
  const byId = { type: 'image_generation_call', id: 'ig_1' };
  assert.equal((await kit.ask(goOn(byId), { path })).status, 200);
  for (const item of [byId, { ...byId, result: null }]) {
    assert.equal((await kit.ask(goOn(item), { path, headers: BOB })).status, 404);
  }
  assert.equal((await kit.ask(goOn(picture), { path, headers: BOB })).status, 200, 'who brings it along needs no id');
});

test('a conversation is gone on with by the user whose answers are in it, and what it holds is reserved', async (t) => {
  const kit = await buildWires(t);
  const inConversation = (total: number, extra: object = {}) => ({
    body: JSON.stringify({
      id: 'resp_c1',
      object: 'response',
      conversation: { id: 'conv_c1' },
      output: [],
      usage: { input_tokens: total - 1, output_tokens: 1, total_tokens: total },
      ...extra,
    }),
  });
  kit.upstream.next(inConversation(5_000));
  assert.equal((await kit.ask(body, { path })).status, 200);
  const goOn = { ...body, max_output_tokens: 300, conversation: { id: 'conv_c1' } };
  // What is not kept by itself stays in the conversation.
  kit.upstream.next(inConversation(20_000, { store: false }));
  assert.equal((await kit.ask({ ...goOn, conversation: 'conv_c1' }, { path })).status, 200);
  assert.ok(((await kit.settled()).at(-1)?.reservedTokens ?? 0) >= 5_300);
  const gate = createGate();
  kit.upstream.next({ wait: { 'chunk:1': gate } });
  const call = kit.send({ ...goOn, stream: true }, { path });
  await gate.reached;
  call.leave();
  const left = (await kit.settled()).at(-1);
  assert.equal(left?.outcome, 'client_aborted');
  assert.ok((left?.promptTokens ?? 0) >= 20_000, 'what the conversation brought was read');
  kit.upstream.next(inConversation(30_000));
  assert.equal((await kit.ask(goOn, { path })).status, 200);
  assert.ok(((await kit.settled()).at(-1)?.reservedTokens ?? 0) >= (left?.totalTokens ?? 0) + 300);
  const calls = kit.upstream.calls.length;
  for (const conversation of ['conv_c1', { id: 'conv_c1' }]) {
    const answer = await kit.ask({ ...goOn, conversation }, { path, headers: BOB });
    assert.deepEqual([answer.status, errorIn(answer).code], [404, 'not_found']);
  }
  for (const method of ['POST', 'GET', 'DELETE']) {
    const answer = await kit.ask({}, { path: '/v1/conversations', method });
    assert.equal(answer.status, 404, 'what is in a conversation comes through responses alone');
  }
  assert.equal(kit.upstream.calls.length, calls);
});

test('a picture that is drawn on the way is gated, reserved and paid, reported or not', async (t) => {
  const kit = await buildWires(t, { config: { plans: [{ id: 'drawers', monthlyLimit: 1_000_000 }] } });
  const tools = [{ type: 'image_generation', model: 'gpt-image-1' }];
  const picture = { type: 'image_generation_call', id: 'ig_1', status: 'completed', result: 'aGVsbG8=' };
  const usage = { input_tokens: 10, output_tokens: 20, total_tokens: 30 };
  const response = (extra: object = {}) => ({ id: 'resp_1', object: 'response', output: [picture], ...extra });
  const streamOf = (last: object) => {
    const events = [
      { type: 'response.output_item.done', output_index: 0, item: picture },
      { type: 'response.completed', response: last },
    ];
    return events.map((data) => `event: ${data.type}\ndata: ${JSON.stringify(data)}\n\n`).join('');
  };
  const reported = { tool_usage: { image_gen: { input_tokens: 100, output_tokens: 4_000, total_tokens: 4_100 } } };
  const prompt = counter.text('hi');
  for (const stream of [false, true]) {
    for (const [said, [promptTokens, completionTokens], source] of [
      [response({ usage }), [10, 20 + 6_300], 'reported'],
      [response({ usage, ...reported }), [110, 4_020], 'reported'],
      [response({ usage, output: [] }), [10, 20], 'reported'],
      [response(), [prompt, 6_300], 'tokenizer'],
    ] as const) {
      const answer = stream
        ? { body: streamOf(said), contentType: 'text/event-stream' }
        : { body: JSON.stringify(said) };
      kit.upstream.next(answer);
      const received = await kit.ask({ ...body, tools, stream }, { path });
      assert.equal(received.text, answer.body);
      const record = (await kit.settled()).at(-1);
      assert.equal(record?.completionTokens, completionTokens, `${stream} ${JSON.stringify(said)}`);
      assert.ok(Math.abs((record?.promptTokens ?? 0) - promptTokens) <= 60, `${record?.promptTokens}`);
      assert.deepEqual([record?.usageSource, record?.absorbedTokens], [source, 0]);
      assert.ok((record?.reservedTokens ?? 0) >= 6_300);
    }
  }
  const limits = { allowedModels: ['gpt-4o*'], reason: 'test' };
  assert.equal((await kit.api('/api/admin/plans/drawers', { method: 'PUT', body: limits })).status, 200);
  const bob = { email: 'bob@example.com', name: 'Bob', plan: 'drawers', reason: 'test' };
  assert.equal((await kit.api('/api/admin/users', { body: bob })).status, 201);
  const calls = kit.upstream.calls.length;
  for (const tool of [{ type: 'image_generation' }, ...tools]) {
    const refused = await kit.ask({ ...body, tools: [tool] }, { path, headers: BOB });
    const error = errorIn(refused);
    assert.deepEqual([refused.status, error.code, error.param], [403, 'model_not_allowed', 'tools']);
  }
  assert.equal(kit.upstream.calls.length, calls);
});

test('the container of a program can be used again by the user whose response opened it alone', async (t) => {
  const kit = await buildWires(t);
  const opened = (container: string, as: object, extra: object = {}) => ({
    id: `resp_${container}`,
    output: [as],
    usage: { input_tokens: 500, output_tokens: 20, total_tokens: 520 },
    ...extra,
  });
  const whole = opened('cntr_1', { type: 'code_interpreter_call', id: 'ci_1', container_id: 'cntr_1' });
  const shell = opened(
    'cntr_2',
    { type: 'shell_call', id: 'sh_1', environment: { type: 'container_reference', container_id: 'cntr_2' } },
    { store: false },
  );
  kit.upstream.next({ body: JSON.stringify(whole) });
  assert.equal((await kit.ask({ ...body, tools: [{ type: 'code_interpreter' }] }, { path })).status, 200);
  const events = `data: ${JSON.stringify({ type: 'response.completed', response: shell })}\n\n`;
  kit.upstream.next({ body: events, contentType: 'text/event-stream' });
  assert.equal((await kit.ask({ ...body, stream: true, tools: [{ type: 'shell' }] }, { path })).status, 200);
  const calls = kit.upstream.calls.length;
  const interpreter = (container: unknown) => [{ type: 'code_interpreter', container }];
  const inShell = (id: string) => [{ type: 'shell', environment: { type: 'container_reference', container_id: id } }];
  for (const [tools, headers, status] of [
    [interpreter('cntr_1'), {}, 200],
    [inShell('cntr_2'), {}, 200],
    [interpreter({ type: 'auto' }), BOB, 200],
    [interpreter('cntr_1'), BOB, 404],
    [inShell('cntr_2'), BOB, 404],
    [interpreter('cntr_3'), {}, 404],
    [[...interpreter('cntr_1'), ...inShell('cntr_3')], {}, 404],
  ] as const) {
    const answer = await kit.ask({ ...body, max_output_tokens: 300, tools }, { path, headers });
    assert.equal(answer.status, status, `${JSON.stringify(tools)}: ${answer.text}`);
    if (status === 404) assert.equal(errorIn(answer).code, 'not_found');
  }
  const twice = `{"model":"gpt-4o-mini","input":"hi","tools":[{"type":"code_interpreter","container":"cntr_1","container":{"type":"auto"}}]}`;
  assert.equal((await kit.ask(twice, { path })).status, 400);
  assert.equal(kit.upstream.calls.length, calls + 3, 'nothing of a stranger reached the upstream');
});

test('what is not kept is not remembered', async (t) => {
  const kit = await buildWires(t);
  const answer = {
    id: 'resp_1',
    object: 'response',
    store: false,
    output: [],
    usage: { input_tokens: 1, output_tokens: 1 },
  };
  kit.upstream.next({ body: JSON.stringify(answer) });
  await kit.ask({ ...body, store: false }, { path });
  assert.equal((await kit.ask({ ...body, previous_response_id: 'resp_1' }, { path })).status, 404);
});

test('an incomplete answer is paid like a complete one, and a failed one as far as it was delivered', async (t) => {
  const kit = await buildWires(t);
  const cut = await kit.ask({ ...body, max_output_tokens: 3, stream: true }, { path });
  assert.match(cut.text, /event: response\.incomplete\n/);
  const record = (await kit.settled()).at(-1);
  assert.deepEqual([record?.completionTokens, record?.usageSource, record?.outcome], [3, 'reported', 'ok']);
  const failed = { type: 'response.failed', response: { id: 'resp_2', output: [], error: { code: 'server_error' } } };
  const said = { type: 'response.output_text.delta', delta: words(7) };
  kit.upstream.next({
    body: `data: ${JSON.stringify(said)}\n\ndata: ${JSON.stringify(failed)}\n\n`,
    contentType: 'text/event-stream',
  });
  await kit.ask({ ...body, stream: true }, { path });
  const broken = (await kit.settled()).at(-1);
  assert.deepEqual([broken?.completionTokens, broken?.usageSource, broken?.outcome], [7, 'partial', 'upstream_broke']);
});

test('a limit comes down in its own field, or is added there', async (t) => {
  const kit = await buildWires(t, { config: { users: [{ email: ANA, plan: 'enterprise', monthlyLimit: 2_000 }] } });
  await kit.ask('{"model":"gpt-4o-mini", "input":"hi", "temperature":1.0}', { path });
  await kit.ask({ ...body, max_output_tokens: 9_000, reasoning: { effort: 'low', max_tokens: 8_000 } }, { path });
  const [, asked] = kit.upstream.calls;
  const budget = { effort: 'low', max_tokens: Number(asked?.body.max_output_tokens) - 1 };
  assert.deepEqual(asked?.body.reasoning, budget, "OpenRouter's budget for thinking comes down with it");
  for (const { bytes, body: sent } of kit.upstream.calls) {
    const limit = Number(sent.max_output_tokens);
    assert.ok(limit >= 256 && limit < 2_000, bytes.toString());
    assert.equal(sent.max_tokens, undefined);
  }
  assert.ok(
    kit.upstream.calls[0]?.bytes.toString().endsWith('"model":"gpt-4o-mini", "input":"hi", "temperature":1.0}'),
  );
});

test('attachments and tools that the provider runs are weighed; drawn pictures are paid', () => {
  const data = 'A'.repeat(50_000);
  const read = (content: object[], extra: object = {}) =>
    responsesDialect.readRequest({ ...body, ...extra, input: [{ role: 'user', content }] }, PLAIN_TARGET);
  const picture = { type: 'input_image', image_url: `data:image/png;base64,${data}` };
  assert.equal(read([picture]).attachments.images, 1);
  assert.ok(read([picture]).attachments.bytes >= 50_000);
  assert.equal(read([{ type: 'input_file', file_data: data }]).attachments.otherTokens, 50_000);
  assert.equal(read([{ type: 'input_file', file_id: 'file_1' }]).attachments.unseenFiles, 1);
  assert.equal(read([]).unseenTokens, 0);
  assert.equal(read([], { tools: [{ type: 'function', name: 'f', parameters: {} }] }).unseenTokens, 0);
  const searching = read([], { tools: [{ type: 'web_search' }, { type: 'file_search' }] });
  assert.ok((searching.unseenTokens ?? 0) >= 60_000);
  const { usage } = responsesDialect.readAnswer({
    output: [],
    usage: { input_tokens: 10, output_tokens: 20, total_tokens: 30, output_tokens_details: { reasoning_tokens: 5 } },
    tool_usage: { image_gen: { input_tokens: 100, output_tokens: 4_000 } },
  });
  assert.deepEqual(usage, {
    promptTokens: 110,
    completionTokens: 4_020,
    cachedTokens: 0,
    reasoningTokens: 5,
    totalTokens: 4_130,
    parts: { completionImage: 4_000 },
  });
});
