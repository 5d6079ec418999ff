/** What arrives goes on at once; only the last bytes wait, and they wait until the settlement is on disk. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import http from 'node:http';
import { test } from 'node:test';
import { codings, createGate, type Knobs } from '../support/mock-upstream/index.ts';
import { ANA, buildProxy, CHAT, chat, type ProxyKit } from '../support/proxy-kit.ts';

/** Does `work` while the one writer of the database is busy with something else. */
async function whileWriterIsBusy({ context }: ProxyKit, work: () => Promise<void>): Promise<void> {
  const begun = Promise.withResolvers<void>();
  const released = Promise.withResolvers<void>();
  const done = context.db.tx(async () => {
    begun.resolve();
    await released.promise;
  });
  await begun.promise;
  try {
    await work();
  } finally {
    released.resolve();
    await done;
  }
}

const FORMS: Record<string, Knobs> = {
  plain: {},
  'CRLF line ends': { lineEnd: '\r\n' },
  'CR line ends': { lineEnd: '\r' },
  'every byte by itself, CRLF': { lineEnd: '\r\n', writes: 'byte' },
  'data over several lines': { multiLine: true },
  ...codings,
};

test('each event reaches the client before the upstream sends the next one', async (t) => {
  const kit = await buildProxy(t, { upstream: { text: ['alpha', 'beta', 'gamma'] } });
  for (const [name, form] of Object.entries(FORMS)) {
    const gates = { 'chunk:0': createGate(), 'chunk:1': createGate(), 'chunk:2': createGate(), finish: createGate() };
    kit.upstream.next({ ...form, wait: gates });
    const answer = await kit.send(chat({ stream: true })).started;
    await answer.has('"role"');
    gates['chunk:0'].open();
    await answer.has('alpha');
    gates['chunk:1'].open();
    await answer.has('beta');
    assert.ok(!answer.text.includes('gamma'), name);
    gates['chunk:2'].open();
    await answer.has('gamma');
    assert.ok(!answer.text.includes('[DONE]'), name);
    gates.finish.open();
    assert.equal(await answer.end, 'whole', name);
  }
  await kit.balanced({ records: Object.keys(FORMS).length });
});

test('headers reach the client before the upstream has said a word', async (t) => {
  const kit = await buildProxy(t);
  const gate = createGate();
  kit.upstream.next({ wait: { 'first-byte': gate } });
  const answer = await kit.send(chat({ stream: true })).started;
  assert.equal(answer.status, 200);
  assert.equal(answer.bytes.length, 0);
  gate.open();
  assert.equal(await answer.end, 'whole');
});

test('[DONE] is not delivered before the settlement is on disk, and everything before it is', async (t) => {
  const kit = await buildProxy(t, { upstream: { text: ['alpha', 'beta'] } });
  for (const stream_options of [undefined, { include_usage: true }]) {
    const gate = createGate();
    kit.upstream.next({ wait: { 'chunk:1': gate } });
    const call = kit.send(chat({ stream: true, stream_options }));
    const answer = await call.started;
    await answer.has('alpha');
    await whileWriterIsBusy(kit, async () => {
      gate.open();
      await answer.has('"finish_reason":"stop"');
      if (stream_options) await answer.has('"total_tokens"');
      await kit.upstream.idle();
      // A question to the database takes far longer than a byte on its way.
      assert.equal((await kit.records()).at(-1)?.outcome, 'pending');
      assert.ok(!answer.text.includes('[DONE]'));
    });
    await answer.has('[DONE]');
    assert.equal((await kit.records()).at(-1)?.outcome, 'ok', 'whoever has seen [DONE] finds the debit on disk');
    assert.equal(await answer.end, 'whole');
  }
  await kit.balanced({ records: 2 });
});

test('a stream without [DONE] does not end before the settlement is on disk', async (t) => {
  const kit = await buildProxy(t, { upstream: { text: ['alpha', 'beta'] } });
  const gate = createGate();
  kit.upstream.next({ wait: { 'chunk:1': gate }, fault: { at: 'done', how: 'stop' } });
  const answer = await kit.send(chat({ stream: true })).started;
  await answer.has('alpha');
  let ended = false;
  void answer.end.then(() => {
    ended = true;
  });
  await whileWriterIsBusy(kit, async () => {
    gate.open();
    await answer.has('"finish_reason":"stop"');
    await kit.upstream.idle();
    assert.equal((await kit.records())[0]?.outcome, 'pending');
    assert.equal(ended, false);
  });
  assert.equal(await answer.end, 'whole');
  await kit.balanced({ records: 1 });
});

test('of a JSON answer nothing is delivered before the settlement is on disk', async (t) => {
  const kit = await buildProxy(t);
  const gate = createGate();
  kit.upstream.next({ wait: { 'first-byte': gate } });
  const call = kit.send();
  await gate.reached;
  let started = false;
  void call.started.then(() => {
    started = true;
  });
  await whileWriterIsBusy(kit, async () => {
    gate.open();
    await kit.upstream.idle();
    assert.equal((await kit.records())[0]?.outcome, 'pending');
    assert.equal(started, false);
  });
  const answer = await call.over;
  assert.equal((await kit.records())[0]?.outcome, 'ok');
  assert.equal(answer.text, kit.upstream.calls[0]?.pieces.join(''));
  await kit.balanced({ records: 1 });
});

test('a reader that stops reading holds the upstream back, and counts as gone when its time is over', async (t) => {
  const kit = await buildProxy(t);
  const { upstreams } = kit.context.db.tables;
  await kit.context.db.update(upstreams).set({ timeouts: { idleMs: 1_500 } });
  await kit.context.events.emit({ kind: 'upstreams_changed' });
  const pieces = Array.from({ length: 400 }, () => 'x'.repeat(100_000));
  kit.upstream.next({ text: pieces });
  const body = JSON.stringify(chat({ stream: true, max_tokens: 30_000_000 }));
  const request = http.request(`${kit.url}${CHAT}`, {
    method: 'POST',
    headers: {
      authorization: `Bearer ${kit.serviceKey}`,
      'content-type': 'application/json',
      'x-user-email': ANA,
      'content-length': body.length,
    },
    agent: false,
  });
  request.on('error', () => undefined);
  request.end(body);
  const [response] = await once(request, 'response');
  t.after(() => response.destroy());
  // Never read: the gateway must neither gather forty megabytes nor wait for ever.
  await kit.upstream.calls[0]?.over;
  assert.equal(kit.upstream.calls[0]?.state, 'aborted');
  assert.ok((kit.upstream.calls[0]?.contentChunks ?? 400) < 400);
  const [record] = await kit.balanced({ records: 1 });
  assert.deepEqual([record?.outcome, record?.usageSource], ['client_aborted', 'partial']);
});
