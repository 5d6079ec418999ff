/** Nobody gains tokens by hanging up, and nobody pays for what was not delivered. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import net, { type AddressInfo } from 'node:net';
import { test } from 'node:test';
import { createGate, type Knobs, texts, words } from '../support/mock-upstream/index.ts';
import { ANA, buildProxy, chat } from '../support/proxy-kit.ts';

const PIECES = Array.from({ length: 5 }, (_, index) => ` part${index}${words(10)}`);
const upstream: Knobs = { text: PIECES };

test('who leaves before the upstream has answered pays for the prompt, and the upstream is told', async (t) => {
  const kit = await buildProxy(t, { upstream });
  await kit.ask();
  const promptTokens = (await kit.records())[0]?.promptTokens ?? 0;
  assert.ok(promptTokens > 0);
  for (const stream of [false, true]) {
    const gate = createGate();
    kit.upstream.next({ wait: { headers: gate } });
    const call = kit.send(chat({ stream }));
    await gate.reached;
    call.leave();
    await kit.upstream.calls.at(-1)?.over;
    assert.equal(kit.upstream.calls.at(-1)?.state, 'aborted');
    const record = (await kit.settled()).at(-1);
    assert.deepEqual(
      [record?.outcome, record?.usageSource, record?.promptTokens, record?.completionTokens],
      ['client_aborted', 'partial', promptTokens, 0],
    );
    assert.deepEqual([record?.chargedTokens, record?.firstByteMs], [promptTokens, null]);
  }
  await kit.balanced({ records: 3 });
});

test('who leaves while the upstream is still being reached pays nothing', async (t) => {
  // It takes the connection and never answers its TLS handshake, so that no request is ever written.
  const server = net.createServer((socket) => socket.on('error', () => socket.destroy()));
  t.after(() => server.close());
  const { port } = (await once(server.listen(0, '127.0.0.1'), 'listening').then(() => server.address())) as AddressInfo;
  const baseUrl = `https://127.0.0.1:${port}/v1`;
  const kit = await buildProxy(t, {
    config: {
      upstreams: [{ id: 'mock', kind: 'openai', baseUrl, apiKey: 'sk-upstream-0000', models: ['*'] }],
      users: [{ email: ANA, plan: 'enterprise' }],
    },
  });
  const call = kit.send();
  const [socket] = await once(server, 'connection');
  call.leave();
  const [record] = await kit.balanced({ records: 1 });
  assert.deepEqual([record?.outcome, record?.usageSource, record?.chargedTokens], ['client_aborted', 'none', 0]);
  socket.destroy();
});

test('who leaves while a refusal of the upstream is on its way pays nothing', async (t) => {
  const kit = await buildProxy(t, { upstream });
  const { upstreamHealth } = kit.context;
  const { answered } = upstreamHealth;
  // A stream's refusal is looked into before it is delivered.
  for (const stream of [false, true]) {
    const begun = Promise.withResolvers<void>();
    upstreamHealth.answered = (...of) => {
      answered(...of);
      begun.resolve();
    };
    const gate = createGate();
    kit.upstream.next({ refuse: { status: 400, message: 'Too long.' }, wait: { 'first-byte': gate } });
    const call = kit.send(chat({ stream }));
    await begun.promise;
    call.leave();
    await kit.upstream.calls.at(-1)?.over;
    const record = (await kit.settled()).at(-1);
    assert.deepEqual([record?.outcome, record?.usageSource, record?.chargedTokens], ['client_aborted', 'none', 0]);
  }
  await kit.balanced({ records: 2 });
});

test('who leaves behind the headers of a stream pays for the prompt', async (t) => {
  const kit = await buildProxy(t, { upstream });
  const gate = createGate();
  // A comment, so that the headers go out.
  kit.upstream.next({ insert: [{ at: 'first-byte', raw: ': a moment\n\n' }], wait: { 'first-byte': gate } });
  const call = kit.send(chat({ stream: true }));
  await call.started;
  call.leave();
  await kit.upstream.calls[0]?.over;
  const [record] = await kit.balanced({ records: 1 });
  const counted = kit.upstream.calls[0]?.counted();
  assert.deepEqual(
    [record?.outcome, record?.usageSource, record?.promptTokens, record?.completionTokens, record?.statusCode],
    ['client_aborted', 'partial', counted?.promptTokens, 0, 200],
  );
  assert.equal(kit.upstream.calls[0]?.state, 'aborted');
});

test('who leaves after some chunks pays for the prompt and for the text that was delivered', async (t) => {
  const kit = await buildProxy(t, { upstream });
  for (const chunks of [1, 3, 5]) {
    const gate = createGate();
    const point = chunks === 5 ? 'finish' : (`chunk:${chunks}` as const);
    kit.upstream.next({ wait: { [point]: gate } });
    const call = kit.send(chat({ stream: true }));
    await (await call.started).has(` part${chunks - 1}`);
    call.leave();
    const upstreamCall = kit.upstream.calls.at(-1);
    await upstreamCall?.over;
    assert.equal(upstreamCall?.state, 'aborted', 'the upstream is cancelled');
    const record = (await kit.settled()).at(-1);
    const counted = upstreamCall?.counted();
    assert.equal(upstreamCall?.textWritten, PIECES.slice(0, chunks).join(''));
    assert.deepEqual(
      [record?.outcome, record?.usageSource, record?.promptTokens, record?.completionTokens],
      ['client_aborted', 'partial', counted?.promptTokens, counted?.completionTokens],
    );
  }
  await kit.balanced({ records: 3 });
});

test('where usage comes with every chunk, what it said of the prompt and the larger of both answers is the price', async (t) => {
  const kit = await buildProxy(t, { upstream });
  const gate = createGate();
  kit.upstream.next({ usage: 'every-chunk', wait: { 'chunk:3': gate } });
  const call = kit.send(chat({ stream: true }));
  await (await call.started).has(' part2');
  call.leave();
  await kit.upstream.calls[0]?.over;
  const [record] = await kit.balanced({ records: 1, lost: 1 });
  assert.deepEqual([record?.outcome, record?.usageSource], ['client_aborted', 'partial']);
  assert.equal(record?.totalTokens, kit.upstream.calls[0]?.wireUsage?.total_tokens);
});

test('thoughts and tool calls that were delivered are paid for like text', async (t) => {
  const kit = await buildProxy(t);
  const gate = createGate();
  kit.upstream.next({
    reasoning: words(30),
    text: [],
    toolCalls: [{ name: 'weather', arguments: `{"city":"${words(20)}"}` }],
    wait: { finish: gate },
  });
  const call = kit.send(chat({ stream: true }));
  await gate.reached;
  await (await call.started).has('weather');
  await (await call.started).has('word"}');
  call.leave();
  await kit.upstream.calls[0]?.over;
  const [record] = await kit.balanced({ records: 1 });
  const counted = kit.upstream.calls[0]?.counted().completionTokens ?? 0;
  assert.ok(counted > 50);
  assert.ok(Math.abs((record?.completionTokens ?? 0) - counted) <= 3, `${record?.completionTokens} of ${counted}`);
});

test('who leaves behind the finish reason does not cut the price: the usage is waited for', async (t) => {
  const kit = await buildProxy(t, { upstream: { ...upstream, reasoning: words(25) } });
  const gate = createGate();
  // More than the text shows: reasoning that is not in the stream.
  const hidden = { prompt_tokens: 20, completion_tokens: 500, total_tokens: 520 };
  kit.upstream.next({ wait: { usage: gate }, figures: () => hidden });
  const call = kit.send(chat({ stream: true }));
  await (await call.started).has('"finish_reason":"stop"');
  await gate.reached;
  call.leave();
  // The gateway has seen the client leave when it has let go of its socket.
  await kit.untilGone();
  assert.equal(kit.upstream.calls[0]?.state, 'answering', 'the upstream may finish');
  gate.open();
  const [record] = await kit.balanced({ records: 1 });
  assert.deepEqual(
    [record?.outcome, record?.usageSource, record?.totalTokens, record?.chargedTokens],
    ['client_aborted', 'reported', 520, 520],
  );
});

test('an upstream that owes its usage to a client that left is given two seconds, then cancelled', async (t) => {
  const kit = await buildProxy(t, { upstream });
  const gate = createGate();
  kit.upstream.next({ wait: { usage: gate } });
  const call = kit.send(chat({ stream: true }));
  await (await call.started).has('"finish_reason":"stop"');
  await gate.reached;
  call.leave();
  await kit.upstream.calls[0]?.over;
  assert.equal(kit.upstream.calls[0]?.state, 'aborted');
  const [record] = await kit.balanced({ records: 1 });
  const counted = kit.upstream.calls[0]?.counted();
  assert.deepEqual(
    [record?.outcome, record?.usageSource, record?.totalTokens],
    ['client_aborted', 'partial', counted?.totalTokens],
  );
});

test('who leaves behind the usage pays what was reported', async (t) => {
  const kit = await buildProxy(t, { upstream });
  const gate = createGate();
  kit.upstream.next({ wait: { done: gate } });
  const call = kit.send(chat({ stream: true, stream_options: { include_usage: true } }));
  await (await call.started).has('"total_tokens"');
  call.leave();
  await kit.upstream.calls[0]?.over;
  const [record] = await kit.balanced({ records: 1 });
  assert.deepEqual([record?.outcome, record?.usageSource], ['client_aborted', 'reported']);
});

test('who leaves while a JSON answer is on its way pays for the prompt', async (t) => {
  const kit = await buildProxy(t, { upstream });
  for (const point of ['first-byte', 'inside:0'] as const) {
    const gate = createGate();
    kit.upstream.next({ wait: { [point]: gate } });
    const call = kit.send();
    await gate.reached;
    call.leave();
    const upstreamCall = kit.upstream.calls.at(-1);
    await upstreamCall?.over;
    assert.equal(upstreamCall?.state, 'aborted', point);
    const record = (await kit.settled()).at(-1);
    assert.deepEqual(
      [record?.outcome, record?.usageSource, record?.promptTokens, record?.completionTokens],
      ['client_aborted', 'partial', upstreamCall?.counted().promptTokens, 0],
      point,
    );
  }
  await kit.balanced({ records: 2 });
});

test('who leaves while waiting for the hold pays nothing, and nothing is sent', async (t) => {
  const kit = await buildProxy(t, { upstream });
  const busy = Promise.withResolvers<void>();
  const begun = Promise.withResolvers<void>();
  const done = kit.context.db.tx(async () => {
    begun.resolve();
    await busy.promise;
  });
  await begun.promise;
  const call = kit.send();
  await kit.untilOpen(1);
  call.leave();
  await kit.untilGone();
  busy.resolve();
  await done;
  const records = await kit.settled();
  for (const record of records) {
    assert.deepEqual([record.outcome, record.usageSource, record.chargedTokens], ['client_aborted', 'none', 0]);
  }
  await kit.balanced({ records: records.length });
  assert.equal(kit.upstream.calls.length, 0);
});

test('who leaves while a long prompt is counted holds nothing', async (t) => {
  const text = texts.base64(200_000);
  const config = { users: [{ email: ANA, plan: 'enterprise', monthlyLimit: 190_000 }] };
  const kit = await buildProxy(t, { upstream, config });
  const long = chat({ model: 'gpt-4o', max_tokens: 300, messages: [{ role: 'user', content: text }] });
  const { ledger } = kit.context.db;
  const hold = ledger.hold.bind(ledger);
  const short = Promise.withResolvers<void>();
  ledger.hold = async (order) => {
    const result = await hold(order);
    if (result.kind === 'short') short.resolve();
    return result;
  };
  const call = kit.send(long);
  await short.promise;
  call.leave();
  await kit.untilGone();
  // Its count would have been done before this one's.
  assert.equal((await kit.ask(long)).status, 200);
  await kit.balanced({ records: 1 });
});

test('a client that leaves while nothing can be written is settled when it can, and nothing breaks', async (t) => {
  const kit = await buildProxy(t, { upstream });
  const gate = createGate();
  kit.upstream.next({ wait: { 'first-byte': gate } });
  const call = kit.send();
  await gate.reached;
  const { ledger } = kit.context.db;
  const settle = ledger.settle.bind(ledger);
  let refused = 0;
  ledger.settle = (settlement) => {
    refused += 1;
    return refused < 8 ? Promise.reject(new Error('disk full')) : settle(settlement);
  };
  call.leave();
  const [record] = await kit.balanced({ records: 1 });
  assert.deepEqual([record?.outcome, record?.usageSource], ['client_aborted', 'partial']);
  assert.equal(refused, 8);
  assert.equal((await kit.ask()).status, 200);
});
