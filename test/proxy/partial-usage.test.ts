/** Usage that comes before the answer is whole is no price: hanging up behind it is not free, and the whole is not charged twice. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createGate, words } from '../support/mock-upstream/index.ts';
import { buildProxy, chat, type ProxyKit } from '../support/proxy-kit.ts';
import { buildWires, SMALL } from '../support/wires-kit.ts';

const SSE = 'text/event-stream';
const DONE = 'data: [DONE]\n\n';
const event = (data: object) => `data: ${JSON.stringify(data)}\n\n`;
const usage = (prompt: number, completion: number, more: object = {}) => ({
  usage: { prompt_tokens: prompt, completion_tokens: completion, total_tokens: prompt + completion, ...more },
});
const piece = (delta: object, more: object = {}, finish: string | null = null) =>
  event({ id: 'c', choices: [{ index: 0, delta, finish_reason: finish }], ...more });
const said = (count: number, more: object = {}) => piece({ content: words(count) }, more);
const stop = (more: object = {}) => piece({}, more, 'stop');
/** The prompt of `chat()`, as the tokenizer counts it. */
const PROMPT = 10;

interface Paid {
  readonly source: string | null | undefined;
  readonly prompt: number;
  readonly completion: number;
}

async function lastPaid(kit: ProxyKit, outcome: string): Promise<Paid> {
  const record = (await kit.settled()).at(-1);
  assert.equal(record?.outcome, outcome);
  assert.equal(record?.chargedTokens, record?.totalTokens);
  return {
    source: record?.usageSource,
    prompt: record?.promptTokens ?? 0,
    completion: (record?.totalTokens ?? 0) - (record?.promptTokens ?? 0),
  };
}

/** Leaves a stream behind these events, which end with the word `here`. */
async function left(kit: ProxyKit, events: string): Promise<Paid> {
  const gate = createGate();
  const body = events + piece({ content: ' here' });
  const inside = Buffer.byteLength(body);
  kit.upstream.next({ body: body + stop() + DONE, contentType: SSE, inside, wait: { 'inside:0': gate } });
  const call = kit.send(chat({ stream: true }));
  await gate.reached;
  await (await call.started).has(' here');
  call.leave();
  await kit.upstream.calls.at(-1)?.over;
  return lastPaid(kit, 'client_aborted');
}

async function whole(kit: ProxyKit, events: string): Promise<Paid & { text: string }> {
  kit.upstream.next({ body: events, contentType: SSE });
  const { text } = await kit.ask(chat({ stream: true }));
  return { ...(await lastPaid(kit, 'ok')), text };
}

test('who leaves behind usage that text followed pays for the text', async (t) => {
  const kit = await buildProxy(t);
  const first = piece({ role: 'assistant', content: '' }, usage(8, 0));
  assert.deepEqual(await left(kit, first + said(40)), { source: 'partial', prompt: 8, completion: 41 });
  const alone = event({ id: 'c', choices: [], ...usage(8, 0) });
  assert.deepEqual(await left(kit, said(3) + alone + said(40)), { source: 'partial', prompt: 8, completion: 44 });
});

test('who leaves behind usage that counts for nothing pays for prompt and text', async (t) => {
  const kit = await buildProxy(t);
  const zeros = said(20, usage(0, 0)) + said(20, usage(0, 0));
  assert.deepEqual(await left(kit, zeros), { source: 'partial', prompt: PROMPT, completion: 41 });
});

test('who leaves pays what was reported so far where that is more than the text shows', async (t) => {
  const kit = await buildProxy(t);
  const thought = said(5, usage(8, 300)) + said(5, usage(8, 400));
  assert.deepEqual(await left(kit, thought), { source: 'partial', prompt: 8, completion: 400 });
  const onlyInTotal = said(5, usage(8, 20, { total_tokens: 508 }));
  assert.deepEqual(await left(kit, onlyInTotal), { source: 'partial', prompt: 8, completion: 500 });
});

test('of a stream that ended whole the last usage counts, wherever it stood behind the last text', async (t) => {
  const kit = await buildProxy(t);
  const cases: Record<string, string> = {
    'with the finish reason': said(9) + stop(usage(8, 5)) + DONE,
    'with the last text': said(9, usage(8, 3)) + said(9, usage(8, 5)) + stop() + DONE,
    'with the last text of a stream that names no finish reason': said(9, usage(8, 5)) + DONE,
    'behind the finish reason, beside an empty choice': said(9) + stop() + piece({ content: '' }, usage(8, 5)) + DONE,
    'by itself': said(9, usage(8, 0)) + stop() + event({ id: 'c', choices: [], ...usage(8, 5) }) + DONE,
  };
  for (const [name, events] of Object.entries(cases)) {
    const { text, ...paid } = await whole(kit, events);
    assert.deepEqual(paid, { source: 'reported', prompt: 8, completion: 5 }, name);
  }
  const early = await whole(kit, piece({ role: 'assistant' }, usage(8, 0)) + said(40) + stop() + DONE);
  assert.deepEqual([early.source, early.prompt, early.completion], ['tokenizer', 8, 40]);
});

test('a stream that breaks behind early usage is paid for by its text', async (t) => {
  const kit = await buildProxy(t);
  const body = piece({ role: 'assistant', content: '' }, usage(8, 0)) + said(40);
  const fault = { at: 'inside:0', how: 'close' } as const;
  kit.upstream.next({ body: `${body}${DONE}`, inside: Buffer.byteLength(body), contentType: SSE, fault });
  assert.equal(await (await kit.ask(chat({ stream: true }))).end, 'cut');
  assert.deepEqual(await lastPaid(kit, 'upstream_broke'), { source: 'partial', prompt: 8, completion: 40 });
});

test('the chunk of usage that was not asked for is dropped, however it says that it has no choices', async (t) => {
  const kit = await buildProxy(t);
  for (const choices of [{ choices: [] }, { choices: null }, {}]) {
    const events = said(3) + stop();
    const { text, ...paid } = await whole(kit, events + event({ id: 'c', ...choices, ...usage(8, 5) }) + DONE);
    assert.equal(text, events + DONE, JSON.stringify(choices));
    assert.deepEqual(paid, { source: 'reported', prompt: 8, completion: 5 });
  }
});

test('thoughts that are told under both of their names are paid for once', async (t) => {
  const kit = await buildProxy(t);
  const both = piece({ reasoning: words(30), reasoning_content: words(30) });
  assert.equal((await left(kit, both)).completion, 31);
  assert.equal((await left(kit, piece({ reasoning: words(30), reasoning_content: '' }))).completion, 31);
  const message = { role: 'assistant', content: 'x', reasoning: words(20), reasoning_content: words(30) };
  kit.upstream.next({ body: JSON.stringify({ choices: [{ index: 0, message, finish_reason: 'stop' }] }) });
  await kit.ask();
  const { completion } = await lastPaid(kit, 'ok');
  assert.ok(completion >= 30 && completion <= 32, `${completion}`);
});

test('a later zero does not take back what a message said of its prompt', async (t) => {
  const kit = await buildWires(t);
  const { path, body } = SMALL.messages;
  const began = { input_tokens: 1_200, cache_read_input_tokens: 40, cache_creation_input_tokens: 60, output_tokens: 1 };
  const end = { input_tokens: 0, cache_read_input_tokens: 0, cache_creation_input_tokens: 0, output_tokens: 50 };
  const events = (first: object, last: object) =>
    [
      { type: 'message_start', message: { id: 'm', type: 'message', role: 'assistant', content: [], usage: first } },
      { type: 'content_block_delta', index: 0, delta: { type: 'text_delta', text: 'hi' } },
      { type: 'message_delta', delta: { stop_reason: 'end_turn' }, usage: last },
      { type: 'message_stop' },
    ]
      .map((data) => `event: ${data.type}\n${event(data)}`)
      .join('');
  const cases: [first: object, last: object, prompt: number, cached: number][] = [
    [began, end, 1_300, 40],
    [end, { ...began, output_tokens: 50 }, 1_300, 40],
    [began, { input_tokens: 1_100, output_tokens: 50 }, 1_200, 40],
    [end, end, 0, 0],
  ];
  for (const [first, last, prompt, cached] of cases) {
    kit.upstream.next({ body: events(first, last), contentType: SSE });
    assert.equal((await kit.ask({ ...body, stream: true }, { path })).status, 200);
    const record = (await kit.settled()).at(-1);
    assert.deepEqual([record?.promptTokens, record?.cachedTokens, record?.completionTokens], [prompt, cached, 50]);
  }
});
