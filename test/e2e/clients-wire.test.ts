/** Every oddity of the mock upstream through the gateway: the client gets the same answer, and the books agree. */
import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { buildMetered, type MeteredGateway, type UsageRecord } from '../support/clients-gateway.ts';
import { assertLedgerSums } from '../support/ledger-oracle.ts';
import {
  brokenBodies,
  brokenStreams,
  codings,
  createGate,
  failedStarts,
  type Knobs,
  oddEnds,
  type Point,
  type RecordedCall,
  usageForms,
  usageGaps,
  wireForms,
} from '../support/mock-upstream/index.ts';
import { type ChatRead, parseSse, readChatBody, readChatEvents, type SseEvent, sseEvents } from '../support/sse.ts';

const TEXT = `Olá 世界 👩‍💻 {"a":[1,2]} ${'word '.repeat(30)}`;
const STREAM = { stream: true };
const STREAM_WITH_USAGE = { stream: true, stream_options: { include_usage: true } };

interface Result {
  status: number;
  read: ChatRead;
  /** Whether the answer came to a proper end. */
  whole: boolean;
  record: UsageRecord;
  call: RecordedCall;
}

/** No rate limit, so that a table of cases can run as fast as it likes. */
function buildPatient(t: TestContext): Promise<MeteredGateway> {
  return buildMetered(t, {
    upstream: { text: TEXT, chunks: 5 },
    config: { users: [{ email: 'ana@example.com', plan: 'enterprise' }] },
  });
}

function post(gateway: MeteredGateway, extra: object, signal?: AbortSignal): Promise<Response> {
  return fetch(`${gateway.endpoint.baseUrl}/chat/completions`, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      authorization: `Bearer ${gateway.serviceKey}`,
      'x-user-email': 'ana@example.com',
    },
    body: JSON.stringify({ model: 'gpt-4o-mini', messages: [{ role: 'user', content: 'hi' }], ...extra }),
    signal,
  });
}

/** One request under the knobs, read to whatever end it has, and settled. */
async function run(gateway: MeteredGateway, knobs: Knobs, extra: object): Promise<Result> {
  gateway.upstream.next(knobs);
  const response = await post(gateway, extra);
  const { read, whole } = await readAll(response);
  const records = await gateway.settled();
  await gateway.upstream.idle();
  const record = records.at(-1);
  const call = gateway.upstream.calls.at(-1);
  assert.ok(record && call);
  assert.equal(records.length, gateway.upstream.calls.length, 'one record for each call');
  return { status: response.status, read, whole, record, call };
}

async function readAll(response: Response): Promise<{ read: ChatRead; whole: boolean }> {
  if (!response.headers.get('content-type')?.startsWith('text/event-stream')) {
    return { read: readChatBody(await response.text()), whole: true };
  }
  const events: SseEvent[] = [];
  let whole = true;
  try {
    for await (const event of sseEvents(response)) events.push(event);
  } catch {
    whole = false;
  }
  return { read: readChatEvents(events), whole };
}

function figures(record: UsageRecord): number[] {
  return [record.promptTokens, record.completionTokens, record.totalTokens];
}

function counted(call: RecordedCall): number[] {
  const { promptTokens, completionTokens, totalTokens } = call.counted();
  return [promptTokens, completionTokens, totalTokens];
}

test('whatever form a stream has on the wire, the client reads the same and pays the same', async (t) => {
  const gateway = await buildPatient(t);
  for (const [name, knobs] of Object.entries({ ...wireForms, ...codings })) {
    for (const extra of [STREAM, STREAM_WITH_USAGE]) {
      const { read, whole, record, call } = await run(gateway, knobs, extra);
      assert.equal(read.text, TEXT, name);
      assert.ok(read.done && whole, name);
      assert.equal(read.usageCount, extra === STREAM ? 0 : 1, name);
      assert.deepEqual([record.outcome, record.usageSource], ['ok', 'reported'], name);
      assert.deepEqual(figures(record), counted(call), name);
    }
  }
  for (const [name, knobs] of Object.entries(codings)) {
    const { read, record, call } = await run(gateway, knobs, {});
    assert.equal(read.text, TEXT, name);
    assert.deepEqual(figures(record), counted(call), name);
  }
  await assertLedgerSums(gateway.context.db);
});

test('wherever the usage stands, the last one counts; where there is none, the tokenizer does', async (t) => {
  const gateway = await buildPatient(t);
  const cases = { ...usageForms, ...usageGaps };
  for (const [name, knobs] of Object.entries(cases)) {
    for (const extra of [STREAM, STREAM_WITH_USAGE, {}]) {
      const { read, record, call } = await run(gateway, knobs, extra);
      assert.equal(read.text, TEXT, name);
      assert.equal(record.usageSource, name in usageForms ? 'reported' : 'tokenizer', name);
      assert.deepEqual(figures(record), counted(call), name);
    }
  }
  const zero = await run(gateway, { figures: 'zero' }, STREAM);
  assert.deepEqual([zero.record.usageSource, zero.record.chargedTokens], ['reported', 0], 'zero is a number');
  await assertLedgerSums(gateway.context.db);
});

test('a stream that breaks breaks for the client too, and costs what was delivered', async (t) => {
  const gateway = await buildPatient(t);
  for (const [name, knobs] of Object.entries<Knobs>(brokenStreams)) {
    if (name === 'an event that is not JSON') continue;
    const { status, read, whole, record, call } = await run(gateway, knobs, STREAM);
    // What breaks before its first word is an error like any other.
    if (status === 502) assert.equal(read.text, '', name);
    else {
      assert.ok(!read.done, name);
      if (knobs.fault?.how !== 'stop') assert.ok(!whole, `${name}: the client must see that something is missing`);
    }
    if (read.text === '') assert.deepEqual([record.outcome, record.chargedTokens], ['upstream_error', 0], name);
    else assert.deepEqual(figures(record), counted(call), name);
  }
  await assertLedgerSums(gateway.context.db);
});

test('an odd end after the usage changes nothing of the price', async (t) => {
  const gateway = await buildPatient(t);
  for (const [name, knobs] of Object.entries(oddEnds)) {
    const { read, record, call } = await run(gateway, knobs, STREAM);
    assert.equal(read.text, TEXT, name);
    assert.equal(record.usageSource, 'reported', name);
    assert.deepEqual(figures(record), counted(call), name);
  }
});

test('an answer that never began or cannot be read is an error for the client and free', async (t) => {
  const gateway = await buildPatient(t);
  for (const [name, knobs] of Object.entries(failedStarts)) {
    const { status, whole, record } = await run(gateway, knobs, STREAM);
    assert.ok(status === 502 || !whole, `${name}: status ${status}`);
    assert.deepEqual([record.outcome, record.chargedTokens], ['upstream_error', 0], name);
  }
  for (const [name, knobs] of Object.entries({ ...failedStarts, ...brokenBodies })) {
    if (name === 'JSON of another kind') continue;
    const { status, read, record } = await run(gateway, knobs, {});
    assert.equal(status, 502, name);
    assert.ok(read.error?.message, name);
    assert.equal(record.chargedTokens, 0, name);
  }
  await assertLedgerSums(gateway.context.db);
});

/** How far an answer came when its client left, and what it costs then. */
const LEAVES: { at: Point; events: number; outcome: string; source: string }[] = [
  { at: 'headers', events: 0, outcome: 'client_aborted', source: 'partial' },
  { at: 'first-byte', events: 0, outcome: 'client_aborted', source: 'partial' },
  { at: 'chunk:0', events: 1, outcome: 'client_aborted', source: 'partial' },
  { at: 'chunk:3', events: 4, outcome: 'client_aborted', source: 'partial' },
  { at: 'finish', events: 6, outcome: 'client_aborted', source: 'partial' },
  { at: 'done', events: 7, outcome: 'client_aborted', source: 'reported' },
  { at: 'end', events: 8, outcome: 'ok', source: 'reported' },
];

test('a client that leaves a stream cancels the upstream and pays for the prompt and what it got', async (t) => {
  const gateway = await buildPatient(t);
  for (const { at, events, outcome, source } of LEAVES) {
    const gate = createGate();
    const leave = new AbortController();
    gateway.upstream.next({ wait: { [at]: gate } });
    const answer = post(gateway, STREAM, leave.signal).then((response) => readEvents(response, events, leave));
    await gate.reached;
    if (events === 0) leave.abort();
    await answer.catch(() => undefined);
    const record = (await gateway.settled()).at(-1);
    await gateway.upstream.idle();
    const call = gateway.upstream.calls.at(-1);
    assert.ok(record && call);
    assert.equal(call.state, 'aborted', at);
    assert.deepEqual([record.outcome, record.usageSource], [outcome, source], at);
    assert.deepEqual(figures(record), counted(call), at);
    assert.ok(record.chargedTokens > 0, `${at}: nobody gains tokens by hanging up`);
    gate.open();
  }
  await assertLedgerSums(gateway.context.db);
});

test('a client that leaves behind the finish reason pays the whole price, once the usage comes', async (t) => {
  const gateway = await buildPatient(t);
  const gate = createGate();
  const leave = new AbortController();
  gateway.upstream.next({ wait: { usage: gate } });
  await readEvents(await post(gateway, STREAM, leave.signal), 7, leave).catch(() => undefined);
  await gate.reached;
  gate.open();
  const [record] = await gateway.settled();
  await gateway.upstream.idle();
  const [call] = gateway.upstream.calls;
  assert.ok(record && call);
  assert.equal(record.usageSource, 'reported');
  assert.deepEqual(figures(record), counted(call));
});

test('a client that leaves before a whole answer cancels the upstream and pays for the prompt', async (t) => {
  const gateway = await buildPatient(t);
  for (const at of ['headers', 'first-byte', 'inside:0'] as const) {
    const gate = createGate();
    const leave = new AbortController();
    gateway.upstream.next({ wait: { [at]: gate } });
    const answer = post(gateway, {}, leave.signal);
    await gate.reached;
    leave.abort();
    await assert.rejects(answer);
    const record = (await gateway.settled()).at(-1);
    await gateway.upstream.idle();
    const call = gateway.upstream.calls.at(-1);
    assert.ok(record && call);
    assert.equal(call.state, 'aborted', at);
    assert.deepEqual([record.outcome, record.usageSource], ['client_aborted', 'partial'], at);
    assert.deepEqual([record.promptTokens, record.completionTokens], [call.counted().promptTokens, 0], at);
    gate.open();
  }
  await assertLedgerSums(gateway.context.db);
});

/** Reads so many events, then leaves. */
async function readEvents(response: Response, count: number, leave: AbortController): Promise<void> {
  let seen = 0;
  let bytes = '';
  for await (const part of response.body ?? []) {
    bytes += Buffer.from(part).toString('latin1');
    seen = parseSse(bytes).length;
    if (seen >= count) break;
  }
  leave.abort();
}
