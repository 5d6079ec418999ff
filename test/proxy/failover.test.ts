/** Several upstreams for one model: the next one answers when one does not, and nobody pays twice. */
import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { testClock } from '../support/clock.ts';
import { assertLedgerSums } from '../support/ledger-oracle.ts';
import {
  closedPort,
  createGate,
  emptyError,
  failedStarts,
  htmlError,
  type Knobs,
  type MockUpstream,
  rateLimited,
  redirect,
  startBareServer,
  startMockUpstream,
  words,
} from '../support/mock-upstream/index.ts';
import { ANA, buildProxy, chat, type ProxyKit } from '../support/proxy-kit.ts';
import { errorIn } from '../support/refusals.ts';
import { parseSse } from '../support/sse.ts';

interface Pair extends ProxyKit {
  readonly first: MockUpstream;
  readonly second: MockUpstream;
}

interface PairOptions {
  /** Where the first upstream is instead. */
  readonly firstUrl?: string;
  readonly first?: object;
  readonly second?: object;
  readonly user?: object;
  readonly clock?: ReturnType<typeof testClock>;
}

/** Two upstreams that serve everything, in order; the second knows the model `gpt-4o-mini` by another name. */
async function pair(t: TestContext, options: PairOptions = {}): Promise<Pair> {
  const first = await startMockUpstream(t, { text: words(20) });
  const second = await startMockUpstream(t, { text: words(30) });
  const kit = await buildProxy(t, {
    ...(options.clock ? { clock: options.clock } : {}),
    config: {
      upstreams: [
        {
          id: 'first',
          kind: 'openai',
          baseUrl: options.firstUrl ?? first.baseUrl,
          apiKey: 'sk-first-0000',
          ...options.first,
        },
        {
          id: 'second',
          kind: 'openai',
          baseUrl: second.baseUrl,
          apiKey: 'sk-second-0000',
          aliases: { 'gpt-4o-mini': 'house-mini' },
          ...options.second,
        },
      ],
      users: [{ email: ANA, plan: 'enterprise', monthlyLimit: 1_000_000_000, ...options.user }],
    },
  });
  return {
    ...kit,
    get requests() {
      return kit.requests;
    },
    first,
    second,
  };
}

/** Each request has one record, which names who answered, and the debits are what was reported. */
async function assertPaidOnce(kit: Pair, upstreamId: string, count: number): Promise<void> {
  const records = await kit.settled();
  assert.equal(records.length, count);
  assert.deepEqual(new Set(records.map((record) => record.upstreamId)), new Set([upstreamId]));
  assert.deepEqual(new Set(records.map(({ outcome }) => outcome)), new Set(['ok']));
  const answering = upstreamId === 'first' ? kit.first : kit.second;
  assert.equal(
    records.reduce((sum, { chargedTokens }) => sum + chargedTokens, 0),
    answering.servedTokens,
  );
  const { ledgerEntries } = kit.context.db.tables;
  const debits = (await kit.context.db.select().from(ledgerEntries)).filter(({ kind }) => kind === 'debit');
  assert.equal(debits.length, count, 'one debit for each request');
  await assertLedgerSums(kit.context.db);
}

test('whoever gives no answer is followed by the next, and only the one who answers is paid', async (t) => {
  const kit = await pair(t, { clock: testClock() });
  const cases: [string, Knobs][] = [
    ...Object.entries(failedStarts),
    ...[rateLimited(7), emptyError(500), htmlError(502), { status: 503 }, { status: 529 }, { status: 401 }].map(
      (refuse): [string, Knobs] => [`status ${refuse.status}`, { refuse }],
    ),
    ['status 402', { refuse: { status: 402, message: 'Insufficient Balance' } }],
    ['redirect', { refuse: redirect('http://127.0.0.1/elsewhere') }],
  ];
  let count = 0;
  for (const [name, knobs] of cases) {
    for (const stream of [false, true]) {
      // As if it had been repaired: what one case taught must not keep the next from asking.
      await kit.context.events.emit({ kind: 'upstreams_changed' });
      kit.first.next(knobs);
      const answer = await kit.ask(chat({ stream, stream_options: stream ? { include_usage: true } : undefined }));
      count += 1;
      assert.equal(answer.status, 200, `${name}: ${answer.text}`);
      assert.equal(answer.text, kit.second.calls.at(-1)?.pieces.join(''), `${name}: byte for byte`);
      assert.equal(kit.first.calls.length, count, name);
      assert.equal(kit.second.calls.length, count, name);
    }
  }
  await assertPaidOnce(kit, 'second', count);
  for (const { body, headers, rawHeaders, path } of kit.second.calls) {
    assert.deepEqual(
      [body.model, headers.authorization, path],
      ['house-mini', 'Bearer sk-second-0000', '/v1/chat/completions'],
    );
    assert.equal(headers.host, `127.0.0.1:${kit.second.port}`);
    assert.ok(!JSON.stringify(rawHeaders).includes('sk-first'));
    assert.ok(!JSON.stringify(rawHeaders).includes(ANA));
  }
});

test('a port on which nobody listens, an unknown host, and silence before or behind the headers are failed over', async (t) => {
  const mute = await startMockUpstream(t, { fault: { at: 'first-byte', how: 'hang' } });
  const silent = await startBareServer(t, 'silent');
  for (const [firstUrl, first] of [
    [await closedPort(), {}],
    ['http://no-such-host.invalid/v1', {}],
    [silent.baseUrl, { timeouts: { headersMs: 150 } }],
    [mute.baseUrl, { timeouts: { idleMs: 150 } }],
  ] as const) {
    const kit = await pair(t, { firstUrl, first });
    for (const stream of [false, true]) assert.equal((await kit.ask(chat({ stream }))).status, 200, firstUrl);
    await assertPaidOnce(kit, 'second', 2);
  }
});

test('what is wrong with the request is told by the first, and the second is not asked', async (t) => {
  const kit = await pair(t);
  for (const status of [400, 403, 404, 409, 413, 422]) {
    kit.first.next({ refuse: { status, message: 'Not like this.' } });
    const answer = await kit.ask();
    assert.equal(answer.status, status);
    assert.match(answer.text, /Not like this/);
  }
  assert.equal(kit.second.calls.length, 0);
  const records = await kit.settled();
  assert.ok(records.every(({ outcome, chargedTokens }) => outcome === 'upstream_error' && chargedTokens === 0));
});

test('after the first byte nobody else is asked: what breaks then is told, and what was delivered is paid', async (t) => {
  const kit = await pair(t);
  const broken: [stream: boolean, knobs: Knobs][] = [
    [true, { fault: { at: 'chunk:2', how: 'reset' } }],
    [true, { fault: { at: 'chunk:2', how: 'close' } }],
    [true, { insert: [{ at: 'first-byte', raw: ': a moment\n\n' }], fault: { at: 'first-byte', how: 'reset' } }],
    [false, { fault: { at: 'inside:0', how: 'reset' } }],
  ];
  for (const [stream, knobs] of broken) {
    await kit.context.events.emit({ kind: 'upstreams_changed' });
    kit.first.next(knobs);
    const answer = await kit.ask(chat({ stream }));
    if (stream) assert.equal(await answer.end, 'cut');
    else assert.equal(answer.status, 502);
  }
  assert.equal(kit.second.calls.length, 0);
  const records = await kit.settled();
  assert.equal(records.length, broken.length);
  assert.deepEqual(new Set(records.map(({ upstreamId }) => upstreamId)), new Set(['first']));
});

test('when nobody answers, the last failure is told in words, and nothing is charged', async (t) => {
  const kit = await pair(t, { clock: testClock() });
  for (const stream of [false, true]) {
    for (const [last, status, code] of [
      [rateLimited(7), 429, 'rate_limit_exceeded'],
      [{ status: 500, message: 'Sorry.', code: 'sorry' }, 500, 'sorry'],
      [{ status: 401, message: 'Incorrect API key: sk-second-0000' }, 502, 'upstream_credentials'],
      [htmlError(503), 503, 'upstream_error'],
    ] as const) {
      await kit.context.events.emit({ kind: 'upstreams_changed' });
      kit.first.next({ refuse: { status: 500, message: 'First.' } });
      kit.second.next({ refuse: last });
      const answer = await kit.ask(chat({ stream }));
      assert.equal(answer.status, status, answer.text);
      assert.equal(errorIn(answer).code, code);
      assert.ok(!answer.text.includes('sk-second'));
      assert.equal(await answer.end, 'whole');
    }
  }
  const records = await kit.settled();
  for (const { upstreamId, outcome, chargedTokens, usageSource } of records) {
    assert.deepEqual([upstreamId, outcome, chargedTokens, usageSource], ['second', 'upstream_error', 0, 'none']);
  }
  await assertLedgerSums(kit.context.db);
});

test('a client that leaves while the first is asked is not passed on', async (t) => {
  const kit = await pair(t);
  const gate = createGate();
  kit.first.next({ wait: { headers: gate }, refuse: { status: 500 } });
  const call = kit.send();
  await gate.reached;
  call.leave();
  const [record] = await kit.settled();
  gate.open();
  assert.equal(record?.outcome, 'client_aborted');
  assert.equal((await kit.ask()).status, 200);
  assert.equal(kit.second.calls.length, 0);
});

test('after three failures in a row the first rests; then one request tries, and its answer brings it back', async (t) => {
  const clock = testClock();
  const kit = await pair(t, { clock });
  kit.first.script({ refuse: { status: 500 } });
  for (let request = 0; request < 5; request++) assert.equal((await kit.ask()).status, 200);
  assert.deepEqual([kit.first.calls.length, kit.second.calls.length], [3, 5]);

  clock.advance(5_000);
  const gate = createGate();
  kit.first.script({ wait: { headers: gate } });
  const asked = Array.from({ length: 6 }, () => kit.ask());
  await gate.reached;
  await kit.second.waitForCalls(10);
  assert.equal(kit.first.calls.length, 4, 'one of six tried');
  gate.open();
  for (const answer of await Promise.all(asked)) assert.equal(answer.status, 200);
  assert.equal((await kit.ask()).status, 200);
  assert.deepEqual([kit.first.calls.length, kit.second.calls.length], [5, 10]);
});

test('a provider that asks to wait is left alone for so long, for the model that it said so of', async (t) => {
  const clock = testClock();
  const kit = await pair(t, { clock });
  kit.first.next({ refuse: rateLimited(20) });
  for (let request = 0; request < 3; request++) assert.equal((await kit.ask()).status, 200);
  assert.deepEqual([kit.first.calls.length, kit.second.calls.length], [1, 3]);
  assert.equal((await kit.ask(chat({ model: 'gpt-4o' }))).status, 200);
  assert.equal(kit.first.calls.length, 2, 'another model is not affected');
  clock.advance(20_000);
  assert.equal((await kit.ask()).status, 200);
  assert.equal(kit.first.calls.length, 3);
});

test('a request that asks for more than the credits last goes on, and the upstream does not rest for it', async (t) => {
  const kit = await pair(t, { clock: testClock() });
  const dear = 'This request requires more credits, or fewer max_tokens. You requested up to 9, but can only afford 5.';
  for (const [message, rests] of [
    [dear, false],
    ['Insufficient credits. Add more.', true],
  ] as const) {
    const before = kit.first.calls.length;
    kit.first.next({ refuse: { status: 402, message } });
    assert.equal((await kit.ask()).status, 200);
    assert.equal(kit.context.upstreamHealth.report('first').state, rests ? 'open' : 'closed', message);
    assert.equal((await kit.ask()).status, 200);
    assert.equal(kit.first.calls.length - before, rests ? 1 : 2, message);
  }
  const alone = await buildProxy(t);
  alone.upstream.next({ refuse: { status: 402, message: dear } });
  const told = await alone.ask();
  assert.deepEqual([told.status, errorIn(told).message], [402, dear]);
});

test('while all rest they are asked all the same: no request fails for what may be over', async (t) => {
  const clock = testClock();
  const kit = await pair(t, { clock });
  kit.first.script({ refuse: { status: 500, message: 'First.' } });
  kit.second.script({ refuse: { status: 500, message: 'Second.' } });
  for (let request = 0; request < 4; request++) assert.equal((await kit.ask()).status, 500);
  kit.second.script({});
  assert.equal((await kit.ask()).status, 200);
});

test('the hold covers the dearest who may answer, and the charge is that of who did', async (t) => {
  const kit = await pair(t, { user: { monthlyLimit: 30_000 } });
  const { models } = kit.context.db.tables;
  const at = kit.context.clock.now();
  await kit.context.db
    .insert(models)
    .values({ id: 'house-mini', multiplier: 10_000_000, createdAt: at, updatedAt: at });
  await kit.context.events.emit({ kind: 'models_changed' });

  const gate = createGate();
  kit.first.next({ wait: { headers: gate } });
  const asked = kit.ask(chat({ max_tokens: 1_000 }));
  await gate.reached;
  const { users } = kit.context.db.tables;
  const [ana] = await kit.context.db.select().from(users);
  const period = kit.context.calendar().period(at).id;
  const { held } = (await kit.context.db.ledger.balance(ana?.id ?? '', period)) ?? { held: 0 };
  assert.ok(held >= 10_000, `${held} covers ten times the answer`);
  gate.open();
  await asked;
  kit.first.next({ refuse: { status: 500 } });
  await kit.ask(chat({ max_tokens: 1_000 }));
  const [cheap, dear] = await kit.settled();
  assert.deepEqual([cheap?.upstreamId, cheap?.chargedTokens], ['first', cheap?.totalTokens]);
  assert.deepEqual([dear?.upstreamId, dear?.chargedTokens], ['second', (dear?.totalTokens ?? 0) * 10]);
  assert.deepEqual([cheap?.absorbedTokens, dear?.absorbedTokens], [0, 0]);

  const tooDear = await kit.ask(chat({ max_tokens: 5_000, messages: [{ role: 'user', content: 'x'.repeat(3_000) }] }));
  assert.equal(tooDear.status, 200);
  assert.ok(Number(kit.first.calls.at(-1)?.body.max_tokens) < 5_000, 'lowered for what the second would cost');
});

test('the second may refuse what the first takes: its stream is asked for without usage then', async (t) => {
  const kit = await pair(t);
  kit.first.next({ refuse: { status: 500 } });
  kit.second.script({ refuseFields: ['stream_options'], usage: 'always' });
  const answer = await kit.ask(chat({ stream: true }));
  assert.equal(answer.status, 200, answer.text);
  assert.ok(parseSse(answer.text).length > 2);
  assert.equal(kit.second.calls.length, 2);
  assert.equal(kit.second.calls.at(-1)?.body.stream_options, undefined);
  const [record] = await kit.settled();
  assert.deepEqual([record?.upstreamId, record?.usageSource], ['second', 'reported']);
});

test('the API, the health report and the metrics tell who rests, and why', async (t) => {
  const clock = testClock();
  const kit = await pair(t, { clock });
  kit.first.next({ refuse: { status: 401, message: 'Incorrect API key.' } });
  await kit.ask();
  const { items } = (await kit.api('/api/admin/upstreams')).body;
  const [first, second] = items.map(({ health }: { health: object }) => health);
  assert.deepEqual(first, {
    state: 'open',
    retryAt: clock.now() + 5_000,
    restingModels: [],
    lastAnswerAt: null,
    lastFailure: { kind: 'credentials', statusCode: 401, at: clock.now() },
    failures: 1,
  });
  assert.deepEqual([second.state, second.lastAnswerAt, second.failures], ['closed', clock.now(), 0]);
  const health = (await kit.api('/health/detailed')).body.checks.upstreams;
  assert.deepEqual(
    [health.status, ...health.items.map(({ id, status }: { id: string; status: string }) => `${id} ${status}`)],
    ['degraded', 'first down', 'second up'],
  );
  const metrics = (await kit.api('/metrics')).body;
  assert.match(metrics, /ia_solaris_upstream_failures_total\{upstream="first",reason="credentials"\} 1/);
  assert.match(metrics, /ia_solaris_failovers_total\{upstream="first"\} 1/);
  assert.match(metrics, /ia_solaris_upstream_serving\{upstream="first"\} 0/);
  assert.match(metrics, /ia_solaris_upstream_serving\{upstream="second"\} 1/);
  const put = { method: 'PUT', body: { apiKey: 'sk-first-1111' } };
  assert.equal((await kit.api('/api/admin/upstreams/first', put)).body.health.state, 'open');
  assert.equal((await kit.api('/api/admin/upstreams/first')).body.health.state, 'closed', 'a repair counts at once');
});

test('whoever keeps an earlier answer goes on with it, whatever the order is by then', async (t) => {
  const kit = await pair(t, { clock: testClock() });
  const ask = (body: object) => kit.ask({ model: 'gpt-4o', input: 'hello', ...body }, { path: '/v1/responses' });
  kit.first.next({ refuse: { status: 500 } });
  const { id } = JSON.parse((await ask({})).text);
  assert.equal(kit.second.calls.length, 1);
  for (let turn = 0; turn < 3; turn++) {
    assert.equal((await ask({ previous_response_id: id })).status, 200);
  }
  assert.deepEqual([kit.first.calls.length, kit.second.calls.length], [1, 4]);
  kit.second.next({ refuse: { status: 500, message: 'Sorry.' } });
  assert.equal((await ask({ previous_response_id: id })).status, 500, 'the first does not know it');
  assert.equal(kit.first.calls.length, 1);
  await ask({});
  assert.equal(kit.first.calls.length, 2);
});
