/** Upstreams that are down, slow, rude or broken: a clear answer, nothing charged that was not delivered, no hold left. */
import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import {
  brokenBodies,
  brokenStreams,
  closedPort,
  contextTooLong,
  createGate,
  emptyError,
  errorEvent,
  failedStarts,
  htmlError,
  type Knobs,
  providerQuota,
  type Refusal,
  rateLimited,
  redirect,
  startBareServer,
  words,
} from '../support/mock-upstream/index.ts';
import { ANA, buildProxy, chat, type ProxyKit } from '../support/proxy-kit.ts';
import { errorIn } from '../support/refusals.ts';
import { parseSse } from '../support/sse.ts';

const PIECES = Array.from({ length: 5 }, (_, index) => ` part${index}${words(10)}`);

/** A gateway whose only upstream is at `baseUrl`. */
function withUpstream(t: TestContext, baseUrl: string, timeouts: object | null = null): Promise<ProxyKit> {
  return buildProxy(t, {
    config: {
      upstreams: [{ id: 'mock', kind: 'openai', baseUrl, apiKey: 'sk-upstream-0000', models: ['*'], timeouts }],
      users: [{ email: ANA, plan: 'enterprise' }],
    },
  });
}

async function assertRefused(
  kit: ProxyKit,
  stream: boolean,
  status: number,
  code: string,
  name: string,
): Promise<void> {
  const answer = await kit.ask(chat({ stream }));
  const error = errorIn(answer);
  assert.deepEqual([answer.status, error.code], [status, code], name);
  assert.match(error.message, /^The (up|conn)[^{}]{20,200}\.$/, name);
  assert.ok(
    !/127\.0\.0\.1|sk-upstream|ECONN|UND_/.test(answer.text),
    `${name} tells nothing of our side: ${answer.text}`,
  );
  assert.ok(answer.headers['x-request-id'], name);
  assert.ok(answer.headers['x-ratelimit-remaining-tokens'], name);
  assert.equal(await answer.end, 'whole', name);
}

test('an upstream that fails before it answers is 502, and nothing is charged', async (t) => {
  const kit = await buildProxy(t);
  const before = Object.entries(failedStarts);
  for (const [name, knobs] of before) {
    for (const stream of [false, true]) {
      kit.upstream.next(knobs);
      await assertRefused(kit, stream, 502, 'upstream_broke', name);
    }
  }
  const records = await kit.balanced({ records: 2 * before.length, lost: 2 });
  for (const { outcome, usageSource, chargedTokens, errorMessage } of records) {
    assert.deepEqual([outcome, usageSource, chargedTokens], ['upstream_error', 'none', 0]);
    assert.ok(errorMessage);
  }
  assert.equal((await kit.ask()).status, 200, 'the next request goes through');
});

test('an upstream that is not there, or speaks no HTTP, is 502', async (t) => {
  const gone = await withUpstream(t, await closedPort());
  await assertRefused(gone, false, 502, 'upstream_unreachable', 'refused');
  await assertRefused(gone, true, 502, 'upstream_unreachable', 'refused');
  const unknown = await withUpstream(t, 'http://no-such-host.invalid/v1');
  await assertRefused(unknown, false, 502, 'upstream_unreachable', 'unknown host');
  const ssh = await startBareServer(t, { says: 'SSH-2.0-OpenSSH\r\n' });
  await assertRefused(await withUpstream(t, ssh.baseUrl), false, 502, 'upstream_broke', 'ssh');
  for (const kit of [gone, unknown]) {
    const records = await kit.settled();
    assert.ok(records.every(({ outcome, chargedTokens }) => outcome === 'upstream_error' && chargedTokens === 0));
  }
});

test('an upstream that hangs before its headers is 504 when its time is over', async (t) => {
  const silent = await startBareServer(t, 'silent');
  const kit = await withUpstream(t, silent.baseUrl, { headersMs: 150 });
  await assertRefused(kit, false, 504, 'upstream_timeout', 'silent');
  await assertRefused(kit, true, 504, 'upstream_timeout', 'silent');
  const records = await kit.balanced({ records: 2 });
  assert.ok(records.every(({ outcome, chargedTokens }) => outcome === 'upstream_error' && chargedTokens === 0));
});

test('a stream that falls silent is cut when its time is over, and what was delivered is paid for', async (t) => {
  const kit = await buildProxy(t, { upstream: { text: PIECES } });
  const { upstreams } = kit.context.db.tables;
  await kit.context.db.update(upstreams).set({ timeouts: { idleMs: 1_500 } });
  await kit.context.events.emit({ kind: 'upstreams_changed' });
  kit.upstream.next({ fault: { at: 'chunk:2', how: 'hang' } });
  const answer = await kit.ask(chat({ stream: true }));
  assert.equal(await answer.end, 'cut');
  const [record] = await kit.balanced({ records: 1 });
  assert.deepEqual([record?.outcome, record?.usageSource], ['upstream_broke', 'partial']);
  assert.equal(record?.totalTokens, kit.upstream.calls[0]?.counted().totalTokens);
});

test('errors of the upstream reach the client as they are where they help, and are replaced where they do not', async (t) => {
  const kit = await buildProxy(t);
  const passed: Refusal[] = [
    contextTooLong(),
    rateLimited(7),
    providerQuota(),
    { status: 400, message: 'Bad.' },
    { status: 403, message: 'Your country is not served.', code: 'unsupported_country' },
    { status: 404, message: 'No such model.', code: 'model_not_found' },
    { status: 500, message: 'Sorry.' },
    { status: 503, message: 'Overloaded.', headers: { 'retry-after': '3', 'x-should-retry': 'true' } },
    { status: 529, message: 'Overloaded.' },
  ];
  for (const refuse of passed) {
    for (const stream of [false, true]) {
      kit.upstream.next({ refuse });
      const answer = await kit.ask(chat({ stream }));
      assert.equal(answer.status, refuse.status);
      assert.equal(answer.text, kit.upstream.calls.at(-1)?.pieces.join(''), 'byte for byte');
      assert.equal(answer.headers['retry-after'], refuse.headers?.['retry-after']);
      assert.equal(answer.headers['x-should-retry'], refuse.headers?.['x-should-retry']);
      assert.ok(answer.headers['x-ratelimit-remaining-tokens']);
    }
  }
  const replaced: [Refusal, number, string][] = [
    [{ status: 401, message: 'Incorrect API key provided: sk-upst***cdef.' }, 502, 'upstream_credentials'],
    [htmlError(502), 502, 'upstream_error'],
    [htmlError(404), 404, 'upstream_error'],
    [htmlError(403), 403, 'upstream_error'],
    [emptyError(500), 500, 'upstream_error'],
    [emptyError(429), 429, 'upstream_error'],
    [redirect('http://127.0.0.1/elsewhere'), 502, 'upstream_redirect'],
    [redirect('https://login.example.com/', 302), 502, 'upstream_redirect'],
  ];
  for (const [refuse, status, code] of replaced) {
    for (const stream of [false, true]) {
      kit.upstream.next({ refuse });
      await assertRefused(kit, stream, status, code, `${refuse.status}`);
    }
  }
  const records = await kit.balanced({ records: 2 * (passed.length + replaced.length) });
  for (const { outcome, chargedTokens, totalTokens } of records) {
    assert.deepEqual([outcome, chargedTokens, totalTokens], ['upstream_error', 0, 0]);
  }
});

test('JSON answers that break or cannot be read are replaced by an error, and nobody pays for them', async (t) => {
  const kit = await buildProxy(t);
  const names = Object.keys(brokenBodies).filter((name) => name !== 'JSON of another kind');
  for (const [name, knobs] of Object.entries(brokenBodies)) {
    if (!names.includes(name)) continue;
    kit.upstream.next(knobs as Knobs);
    const answer = await kit.ask();
    assert.equal(answer.status, 502, name);
    const error = errorIn(answer);
    assert.match(error.code, /^upstream_(broke|error)$/, name);
    assert.match(error.message, /^The (up|conn).*\.$/, name);
  }
  const records = await kit.settled();
  assert.equal(records.length, names.length);
  for (const { outcome, usageSource, chargedTokens } of records) {
    assert.deepEqual([outcome, usageSource, chargedTokens], ['upstream_broke', 'none', 0]);
  }
});

test('JSON that is no completion is an error, and costs nothing', async (t) => {
  const kit = await buildProxy(t);
  kit.upstream.next(brokenBodies['JSON of another kind']);
  const answer = await kit.ask();
  assert.deepEqual([answer.status, errorIn(answer).code], [502, 'upstream_error']);
  const [record] = await kit.balanced({ records: 1 });
  assert.deepEqual([record?.outcome, record?.usageSource, record?.chargedTokens], ['upstream_error', 'none', 0]);
});

test('an error inside a JSON answer of 200 passes, and costs nothing', async (t) => {
  const kit = await buildProxy(t);
  const body = '{"error":{"message":"No endpoints found.","code":404},"user_id":"u"}';
  kit.upstream.next({ body });
  const answer = await kit.ask();
  assert.deepEqual([answer.status, answer.text], [200, body]);
  const [record] = await kit.balanced({ records: 1 });
  assert.deepEqual([record?.outcome, record?.usageSource, record?.chargedTokens], ['upstream_error', 'none', 0]);
});

test('an error as the first event of a stream passes, ends the stream and costs nothing', async (t) => {
  const kit = await buildProxy(t);
  const raw = errorEvent('The model is overloaded.');
  kit.upstream.next({ body: raw }, { body: `${raw}data: [DONE]\n\n` });
  for (const end of ['', 'data: [DONE]\n\n']) {
    const answer = await kit.ask(chat({ stream: true }));
    assert.deepEqual([answer.status, answer.text, await answer.end], [200, raw + end, 'whole']);
  }
  const records = await kit.balanced({ records: 2 });
  for (const { outcome, usageSource, chargedTokens } of records) {
    assert.deepEqual([outcome, usageSource, chargedTokens], ['upstream_error', 'none', 0]);
  }
});

test('an error in the middle of a stream passes, and what came before it is paid for', async (t) => {
  const kit = await buildProxy(t, { upstream: { text: PIECES } });
  kit.upstream.next(brokenStreams['an error event, then the end']);
  const answer = await kit.ask(chat({ stream: true }));
  assert.equal(answer.text, kit.upstream.calls[0]?.pieces.join(''));
  assert.equal(await answer.end, 'whole');
  const [record] = await kit.balanced({ records: 1 });
  assert.deepEqual([record?.outcome, record?.usageSource], ['upstream_broke', 'partial']);
  assert.equal(record?.totalTokens, kit.upstream.calls[0]?.counted().totalTokens);
  assert.ok(record?.errorMessage);
});

test('a stream that breaks before its first word costs nothing, and the client sees that it broke', async (t) => {
  const kit = await buildProxy(t);
  const comment = ': a moment\n\n';
  const breaks = ['reset', 'close', 'garbage'] as const;
  for (const how of breaks) {
    kit.upstream.next({ fault: { at: 'first-byte', how } });
    await assertRefused(kit, true, 502, 'upstream_broke', how);
    const gate = createGate();
    const insert = [{ at: 'first-byte', raw: comment }] as const;
    kit.upstream.next({ insert, fault: { at: 'first-byte', how }, wait: { 'first-byte': gate } });
    const call = kit.send(chat({ stream: true }));
    await call.started;
    gate.open();
    const answer = await call.over;
    assert.deepEqual([answer.text, await answer.end], [comment, 'cut'], how);
  }
  const records = await kit.balanced({ records: 2 * breaks.length });
  for (const { outcome, chargedTokens } of records) assert.deepEqual([outcome, chargedTokens], ['upstream_error', 0]);
});

test('a stream that ends before it has said anything is an error, and costs nothing', async (t) => {
  const kit = await buildProxy(t);
  kit.upstream.next({ body: '', contentType: 'text/event-stream' });
  await assertRefused(kit, true, 502, 'upstream_broke', 'nothing at all');
  const gate = createGate();
  const comment = ': a moment\n\n';
  const insert = [{ at: 'first-byte', raw: comment }] as const;
  kit.upstream.next({ insert, fault: { at: 'first-byte', how: 'stop' }, wait: { 'first-byte': gate } });
  const answer = await kit.send(chat({ stream: true })).started;
  await answer.has(comment);
  gate.open();
  assert.equal(await answer.end, 'whole');
  const [told, ...more] = parseSse(answer.text);
  assert.equal(JSON.parse(told?.data ?? '').error.code, 'upstream_broke', 'its headers have left by then');
  assert.equal(more.length, 0);
  const records = await kit.balanced({ records: 2 });
  for (const { outcome, chargedTokens } of records) assert.deepEqual([outcome, chargedTokens], ['upstream_error', 0]);
});

test('a stream that breaks is cut for the client too, and what was delivered is paid for', async (t) => {
  const kit = await buildProxy(t, { upstream: { text: PIECES } });
  for (const how of ['reset', 'close', 'garbage'] as const) {
    for (const at of ['chunk:2', 'inside:2', 'finish', 'usage'] as const) {
      const gate = createGate();
      kit.upstream.next({ fault: { at, how }, wait: { [at]: gate } });
      const call = kit.send(chat({ stream: true }));
      const answer = await call.started;
      await answer.has(at === 'usage' ? '"finish_reason":"stop"' : at === 'finish' ? ' part4' : ' part1');
      gate.open();
      assert.equal(await answer.end, 'cut', `${how} at ${at}`);
      const record = (await kit.settled()).at(-1);
      const delivered = textOf(answer.text);
      assert.equal(delivered, PIECES.slice(0, at.endsWith('2') ? 2 : 5).join(''), `${how} at ${at}`);
      const counted = kit.upstream.calls.at(-1)?.counted();
      assert.deepEqual(
        [record?.outcome, record?.usageSource, record?.promptTokens, record?.completionTokens],
        ['upstream_broke', 'partial', counted?.promptTokens, counted?.completionTokens],
        `${how} at ${at}`,
      );
    }
  }
  await kit.balanced({ records: 12 });
});

test('a stream that breaks behind its usage is paid as reported, and still cut', async (t) => {
  const kit = await buildProxy(t, { upstream: { text: PIECES } });
  const gate = createGate();
  kit.upstream.next({ fault: { at: 'done', how: 'reset' }, wait: { done: gate } });
  const call = kit.send(chat({ stream: true, stream_options: { include_usage: true } }));
  const answer = await call.started;
  await answer.has('"total_tokens"');
  gate.open();
  assert.equal(await answer.end, 'cut');
  const [record] = await kit.balanced({ records: 1 });
  assert.deepEqual([record?.outcome, record?.usageSource], ['upstream_broke', 'reported']);
});

test('a stream that its upstream ends too early ends for the client as well, and is counted', async (t) => {
  const kit = await buildProxy(t, { upstream: { text: PIECES } });
  for (const at of ['finish', 'inside:3'] as const) {
    kit.upstream.next({ fault: { at, how: 'stop' } });
    const answer = await kit.ask(chat({ stream: true }));
    assert.equal(answer.text, kit.upstream.calls.at(-1)?.pieces.join(''), at);
    assert.equal(await answer.end, 'whole', at);
  }
  const records = await kit.balanced({ records: 2 });
  assert.deepEqual(
    records.map(({ outcome, usageSource }) => [outcome, usageSource]),
    [
      ['ok', 'tokenizer'],
      ['ok', 'tokenizer'],
    ],
  );
  assert.equal(records[0]?.totalTokens, kit.upstream.calls[0]?.counted().totalTokens);
});

test('an event that is not JSON passes like any other', async (t) => {
  const kit = await buildProxy(t, { upstream: { text: PIECES } });
  kit.upstream.next(brokenStreams['an event that is not JSON']);
  const answer = await kit.ask(chat({ stream: true, stream_options: { include_usage: true } }));
  assert.equal(answer.text, kit.upstream.calls[0]?.pieces.join(''));
  const [record] = await kit.balanced({ records: 1 });
  assert.deepEqual([record?.outcome, record?.usageSource], ['ok', 'reported']);
});

test('a coding that breaks, was only claimed, or is unknown never reaches the client as nonsense', async (t) => {
  const kit = await buildProxy(t, { upstream: { text: PIECES } });
  const codings: Knobs[] = [
    brokenStreams['gzip that breaks'],
    brokenStreams['gzip in the header only'],
    { headers: { 'content-encoding': 'compress' } },
    { headers: { 'content-encoding': 'gzip, br' } },
  ];
  for (const knobs of codings) {
    kit.upstream.next(knobs);
    const answer = await kit.ask(chat({ stream: true }));
    assert.ok(answer.status === 502 || (await answer.end) === 'cut', JSON.stringify(knobs));
    assert.ok(!/[^\x20-\x7e\n]/.test(answer.text), JSON.stringify(answer.text));
    kit.upstream.next(knobs);
    const json = await kit.ask();
    assert.equal(json.status, 502, JSON.stringify(knobs));
  }
  const records = await kit.settled();
  assert.equal(records.length, 2 * codings.length);
  assert.ok(records.every(({ outcome }) => outcome !== 'ok'));
});

test('an answer beyond every size is cut, and the gateway goes on', async (t) => {
  const kit = await buildProxy(t, { config: { bodyLimit: 100_000, users: [{ email: ANA, plan: 'enterprise' }] } });
  kit.upstream.next({ body: `{"choices":[],"filler":"${'x'.repeat(200_000)}"}` });
  const answer = await kit.ask();
  assert.deepEqual([answer.status, errorIn(answer).code], [502, 'upstream_error']);
  const event = `data: ${'x'.repeat(17 * 1024 * 1024)}`;
  kit.upstream.next({ insert: [{ at: 'chunk:1', raw: event }], fault: { at: 'chunk:1', how: 'hang' } });
  const stream = await kit.ask(chat({ stream: true }));
  assert.equal(await stream.end, 'cut');
  assert.equal((await kit.ask()).status, 200);
  await kit.balanced({ records: 3 });
});

function textOf(stream: string): string {
  return parseSse(stream)
    .map(({ data }) => (data.startsWith('{') ? (JSON.parse(data).choices[0]?.delta?.content ?? '') : ''))
    .join('');
}
