/** Streams reach the client byte for byte, whatever their form on the wire; only the usage that we asked for is taken out. */
import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import {
  codings,
  createGate,
  hugeEvent,
  type Knobs,
  oddEnds,
  type RecordedCall,
  usageForms,
  usageGaps,
  wireForms,
} from '../support/mock-upstream/index.ts';
import { buildProxy, chat, type ProxyKit } from '../support/proxy-kit.ts';
import { parseSse } from '../support/sse.ts';

const TEXT = 'Olá, 世界! 👩‍💻 {"a": [1, 2]} "usage" [DONE] — done.';
const ASKED = { stream: true, stream_options: { include_usage: true } };

/** What the client must get of what the upstream sent. */
function expected(call: RecordedCall | undefined, clientAsked: boolean): string {
  const pieces = (call?.pieces ?? []).map((piece) => piece.toString('utf8'));
  return pieces.filter((piece) => clientAsked || !isUsageOnly(piece)).join('');
}

function isUsageOnly(piece: string): boolean {
  const data = parseSse(piece)[0]?.data ?? '';
  if (!data.startsWith('{')) return false;
  const { choices, usage } = JSON.parse(data);
  return Array.isArray(choices) && choices.length === 0 && typeof usage === 'object' && usage !== null;
}

async function assertSameBytes(kit: ProxyKit, name: string, knobs: Knobs): Promise<void> {
  for (const asked of [false, true]) {
    kit.upstream.next(knobs);
    const answer = await kit.ask(chat(asked ? ASKED : { stream: true }));
    const call = kit.upstream.calls.at(-1);
    await call?.over;
    assert.equal(answer.status, 200, name);
    assert.equal(answer.text, expected(call, asked), `${name}, usage ${asked ? '' : 'not '}asked for`);
    assert.equal(await answer.end, 'whole', name);
    assert.equal(answer.headers['content-encoding'], undefined, name);
    assert.equal(answer.headers['content-length'], undefined, name);
  }
}

function proxy(t: TestContext): Promise<ProxyKit> {
  return buildProxy(t, { upstream: { text: TEXT } });
}

test('every form that event streams take on the wire arrives as it was sent', async (t) => {
  const kit = await proxy(t);
  for (const [name, knobs] of Object.entries(wireForms)) await assertSameBytes(kit, name, knobs);
  const records = await kit.balanced({ records: 2 * Object.keys(wireForms).length });
  assert.ok(records.every(({ outcome, usageSource }) => outcome === 'ok' && usageSource === 'reported'));
});

test('streams that are coded although nobody asked arrive plain, whole and metered', async (t) => {
  const kit = await proxy(t);
  for (const [name, knobs] of Object.entries(codings)) await assertSameBytes(kit, name, knobs);
  const records = await kit.balanced({ records: 2 * Object.keys(codings).length });
  assert.ok(records.every(({ outcome, usageSource }) => outcome === 'ok' && usageSource === 'reported'));
  assert.ok(kit.upstream.calls.every(({ headers }) => headers['accept-encoding'] === undefined));
});

test('usage is metered wherever the upstream puts it, and nothing but our own usage event is taken out', async (t) => {
  const kit = await proxy(t);
  for (const [name, knobs] of Object.entries(usageForms)) await assertSameBytes(kit, name, knobs);
  const records = await kit.balanced({ records: 2 * Object.keys(usageForms).length });
  assert.ok(records.every(({ usageSource }) => usageSource === 'reported'));
});

test('usage that says nothing passes on like any other event', async (t) => {
  const kit = await proxy(t);
  for (const [name, knobs] of Object.entries(usageGaps)) {
    kit.upstream.next(knobs, knobs);
    for (const asked of [false, true]) {
      const answer = await kit.ask(chat(asked ? ASKED : { stream: true }));
      const sent = kit.upstream.calls.at(-1)?.pieces ?? [];
      assert.equal(answer.text, Buffer.concat(sent).toString('utf8'), name);
    }
  }
  const records = await kit.settled();
  assert.ok(records.every(({ outcome, usageSource }) => outcome === 'ok' && usageSource === 'tokenizer'));
});

test('streams without [DONE], with data behind it, or broken behind it are whole for the client', async (t) => {
  const kit = await proxy(t);
  const writes = [{}, { writes: 'byte' }, { writes: { bytes: 3 } }] as const;
  for (const name of ['no [DONE]', 'data after [DONE]'] as const) {
    for (const cutting of writes) await assertSameBytes(kit, name, { ...oddEnds[name], ...cutting });
  }
  const answered = createGate();
  kit.upstream.next({ ...oddEnds['reset after [DONE]'], wait: { end: answered } });
  const call = kit.send(chat({ stream: true }));
  await (await call.started).has('[DONE]\n\n');
  answered.open();
  const answer = await call.over;
  assert.equal(answer.text, expected(kit.upstream.calls.at(-1), false));
  assert.equal(await answer.end, 'whole');
  await kit.balanced({ records: 13 });
});

test('bytes behind [DONE] keep their order when they come in two halves of an event', async (t) => {
  const kit = await proxy(t);
  const half = createGate();
  kit.upstream.next({
    writes: 'whole',
    insert: [{ at: 'done', raw: 'data: [DONE]\n\n: begun' }],
    wait: { done: half },
    fault: { at: 'end', how: 'stop' },
  });
  const call = kit.send(chat({ stream: true }));
  await (await call.started).has(': begun');
  half.open();
  const answer = await call.over;
  assert.equal(answer.text, expected(kit.upstream.calls.at(-1), false));
  assert.match(answer.text, /data: \[DONE]\n\n: begundata: \[DONE]\n\n$/);
  await kit.balanced({ records: 1 });
});

test('[DONE] is known in an event with fields and comments of its own, and ends nothing that goes on', async (t) => {
  const kit = await proxy(t);
  const done = `: ${'padding '.repeat(20)}\nid: 0f8fad5b-d9cb-469f-a165-70867728950e\nevent: message\ndata: [DONE]\n\n`;
  kit.upstream.next({ insert: [{ at: 'done', raw: done }], fault: { at: 'done', how: 'hang' } });
  const call = kit.send(chat({ stream: true }));
  const answer = await call.started;
  // The upstream never ends its answer; the last word is settled and delivered all the same.
  await answer.has(done);
  await kit.balanced({ records: 1 });
  call.leave();
  await kit.upstream.calls[0]?.over;
  assert.equal(kit.upstream.calls[0]?.state, 'aborted', 'the upstream is not left talking to nobody');
});

test('an event of 10 MB in one line passes, and the usage behind it is metered', async (t) => {
  const kit = await proxy(t);
  await assertSameBytes(kit, '10 MB', { insert: [{ at: 'chunk:1', raw: hugeEvent(10_000_000) }] });
  await assertSameBytes(kit, '10 MB, gzip', {
    insert: [{ at: 'chunk:1', raw: hugeEvent(10_000_000) }],
    encoding: 'gzip',
  });
  const records = await kit.balanced({ records: 4 });
  assert.ok(records.every(({ usageSource }) => usageSource === 'reported'));
});

test('JSON in answer to a stream request, and a stream in answer to none, pass as they are', async (t) => {
  const kit = await proxy(t);
  kit.upstream.next({ format: 'json' }, { format: 'sse', usage: 'always' });
  const json = await kit.ask(chat({ stream: true }));
  assert.equal(json.text, kit.upstream.calls[0]?.pieces.join(''));
  assert.match(String(json.headers['content-type']), /^application\/json/);
  const stream = await kit.ask(chat());
  assert.equal(stream.text, kit.upstream.calls[1]?.pieces.join(''));
  assert.match(String(stream.headers['content-type']), /^text\/event-stream/);
  const records = await kit.balanced({ records: 2 });
  assert.ok(records.every(({ usageSource }) => usageSource === 'reported'));
});

test('a stream that does not say that it is one is one all the same, where one was asked for', async (t) => {
  const kit = await proxy(t);
  for (const contentType of ['text/plain', 'application/octet-stream', 'TEXT/EVENT-STREAM', 'text/event-stream;x=1']) {
    await assertSameBytes(kit, contentType, { contentType });
  }
  const records = await kit.balanced({ records: 8 });
  assert.ok(records.every(({ usageSource, streamed }) => usageSource === 'reported' && streamed));
  kit.upstream.next({ body: '<html>Welcome</html>', contentType: 'text/html' });
  assert.equal((await kit.ask(chat({ stream: true }))).status, 502);
});

test('usage is found behind another member of that name', async (t) => {
  const kit = await proxy(t);
  const usage = { prompt_tokens: 11, completion_tokens: 7, total_tokens: 18 };
  const last = `data: ${JSON.stringify({ x_groq: { usage: null }, choices: [], usage })}\n\n`;
  kit.upstream.next({ usage: 'missing', insert: [{ at: 'done', raw: last }] });
  const answer = await kit.ask(chat({ stream: true }));
  assert.ok(!answer.text.includes('x_groq'));
  const [record] = await kit.settled();
  assert.deepEqual([record?.usageSource, record?.totalTokens], ['reported', 18]);
});
