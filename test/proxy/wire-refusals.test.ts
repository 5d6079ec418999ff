/** Whatever is refused is refused in the shape of the wire that asked, and costs nothing. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createGate } from '../support/mock-upstream/index.ts';
import { ANA } from '../support/proxy-kit.ts';
import { parseSse } from '../support/sse.ts';
import type { WireAnswer, WireRequest } from '../support/wire.ts';
import { buildWires, SMALL } from '../support/wires-kit.ts';

type Wire = keyof typeof SMALL;
const WIRES = Object.keys(SMALL) as Wire[];
const STREAMED: Record<Wire, { path: string; body: object }> = {
  ...SMALL,
  chat: { path: SMALL.chat.path, body: { ...SMALL.chat.body, stream: true } },
  responses: { path: SMALL.responses.path, body: { ...SMALL.responses.body, stream: true } },
  messages: { path: SMALL.messages.path, body: { ...SMALL.messages.body, stream: true } },
  gemini: { path: '/v1beta/models/gemini-2.5-flash:streamGenerateContent?alt=sse', body: SMALL.gemini.body },
};
/** The same request for JSON and for a stream: either is told of what comes instead in the same way. */
function requestsOf(wire: Wire): readonly { path: string; body: object }[] {
  return [SMALL[wire], STREAMED[wire], ...(wire === 'gemini' ? [GEMINI_ARRAY] : [])];
}
const GEMINI_ARRAY = { path: '/v1beta/models/gemini-2.5-flash:streamGenerateContent', body: SMALL.gemini.body };

/** What a refusal says, told from its wire's own shape, which is checked on the way. */
function read(wire: Wire, answer: WireAnswer): { message: string; why: string } {
  const body = JSON.parse(answer.text);
  switch (wire) {
    case 'messages':
      assert.equal(body.type, 'error');
      assert.match(body.error.type, /^[a-z_]+$/);
      return { message: body.error.message, why: body.error.code };
    case 'gemini':
      assert.equal(body.error.code, answer.status);
      assert.match(body.error.status, /^[A-Z_]+$/);
      return { message: body.error.message, why: body.error.details[0].reason.toLowerCase() };
    default:
      assert.deepEqual(Object.keys(body.error), ['message', 'type', 'param', 'code']);
      return { message: body.error.message, why: body.error.code };
  }
}

test('every refusal has the shape of the wire that asked', async (t) => {
  const kit = await buildWires(t, {
    config: {
      plans: [{ id: 'small', monthlyLimit: 100 }],
      users: [
        { email: ANA, plan: 'enterprise', monthlyLimit: 1_000_000 },
        { email: 'bob@example.com', plan: 'small' },
      ],
    },
  });
  const models = ['gpt-*', 'claude-*', 'gemini-*'];
  const limited = await kit.api('/api/admin/plans/small', {
    method: 'PUT',
    body: { allowedModels: models, reason: 'test' },
  });
  assert.equal(limited.status, 200, JSON.stringify(limited.body));
  const bob = { 'x-user-email': 'bob@example.com' };
  const other = { chat: 'model', responses: 'model', messages: 'model', gemini: null } as const;
  for (const wire of WIRES) {
    const { path, body } = SMALL[wire];
    const named = (model: string) => {
      return wire === 'gemini'
        ? { path: `/v1beta/models/${model}:generateContent`, body }
        : { path, body: { ...body, [other[wire] ?? '']: model } };
    };
    const cases: [string, object | string | Buffer, WireRequest, number, string][] = [
      ['no key', body, { headers: { authorization: null } }, 401, 'invalid_api_key'],
      ['an unknown key', body, { headers: { authorization: 'Bearer no' } }, 401, 'invalid_api_key'],
      ['no name', body, { headers: { 'x-user-email': null } }, 401, 'identity_missing'],
      ['a name that is none', body, { headers: { 'x-user-email': '{{X}}' } }, 401, 'identity_invalid'],
      ['no JSON', '{"a":', {}, 400, 'invalid_request'],
      ['JSON of another kind', '[1]', {}, 400, 'invalid_request'],
      ['nothing', {}, {}, 400, 'invalid_request'],
      ['no UTF-8', Buffer.from([0x7b, 0xff, 0x7d]), {}, 415, 'invalid_request'],
      ['a form', body, { headers: { 'content-type': 'multipart/form-data; boundary=x' } }, 415, 'invalid_request'],
      ['text', body, { headers: { 'content-type': 'text/plain' } }, 415, 'unsupported_media_type'],
      ['packed', body, { headers: { 'content-encoding': 'gzip' } }, 415, 'invalid_request'],
      [
        'a model outside the plan',
        named('o3').body,
        { path: named('o3').path, headers: bob },
        403,
        'model_not_allowed',
      ],
      ['over the quota', body, { headers: bob }, 429, 'insufficient_quota'],
    ];
    for (const [name, sent, request, status, why] of cases) {
      const answer = await kit.ask(sent, { path, ...request });
      const told = read(wire, answer);
      assert.deepEqual([answer.status, told.why], [status, why], `${wire}, ${name}: ${answer.text}`);
      assert.match(told.message, /.{10}/);
      assert.match(String(answer.headers['x-request-id']), /^req_/);
    }
    const refused = await kit.ask(body, { path, headers: bob });
    assert.match(read(wire, refused).message, /quota exceeded/i);
    assert.deepEqual([refused.headers['x-should-retry'], JSON.parse(refused.text).details.limit], ['false', 100]);
  }
  assert.equal(kit.upstream.calls.length, 0);
  await kit.balanced({ records: 0 });
});

test('a body over the limit and a model that no upstream serves are told in the shape of the wire', async (t) => {
  const kit = await buildWires(t, { config: { bodyLimit: 2_000 } });
  for (const id of ['mock', 'anthropic', 'gemini', 'azure']) {
    const put = await kit.api(`/api/admin/upstreams/${id}`, { method: 'PUT', body: { models: ['none-*'] } });
    assert.equal(put.status, 200);
  }
  for (const wire of WIRES) {
    const { path, body } = SMALL[wire];
    const large = await kit.ask({ ...body, padding: 'x'.repeat(2_000) }, { path });
    assert.deepEqual([large.status, read(wire, large).why], [413, 'request_too_large'], `${wire}: ${large.text}`);
    const unserved = await kit.ask(body, { path });
    assert.deepEqual(
      [unserved.status, read(wire, unserved).why],
      [404, 'model_not_found'],
      `${wire}: ${unserved.text}`,
    );
  }
  assert.equal(kit.upstream.calls.length, 0);
  await kit.balanced({ records: 0 });
});

test('what goes wrong at the upstream is told in the shape of the wire, and is free', async (t) => {
  const kit = await buildWires(t);
  for (const wire of WIRES) {
    const { path, body } = SMALL[wire];
    kit.upstream.script({ refuse: { status: 401, message: 'Incorrect API key: sk-up' } });
    const keyed = await kit.ask(body, { path });
    assert.deepEqual([keyed.status, read(wire, keyed).why], [502, 'upstream_credentials']);
    assert.ok(!keyed.text.includes('sk-up'));
    kit.upstream.script({ refuse: { status: 307, body: '', headers: { location: 'http://127.0.0.1:1/' } } });
    const moved = await kit.ask(body, { path });
    assert.deepEqual([moved.status, read(wire, moved).why], [502, 'upstream_redirect']);
    kit.upstream.script({ body: '<html></html>', contentType: 'text/html' });
    const page = await kit.ask(body, { path });
    assert.deepEqual([page.status, read(wire, page).why], [502, 'upstream_error']);
    kit.upstream.script({ refuse: { status: 400, message: 'No such thing.' } });
    const own = await kit.ask(body, { path });
    assert.equal(own.status, 400);
    assert.equal(own.text, Buffer.concat(kit.upstream.calls.at(-1)?.pieces ?? []).toString(), 'its own words');
  }
  const records = await kit.settled();
  assert.deepEqual([...new Set(records.map(({ chargedTokens }) => chargedTokens))], [0]);
});

test('a stream of another wire than asked for is an error in the shape of the wire, neither delivered nor charged', async (t) => {
  const kit = await buildWires(t);
  const streams: Record<Wire, string> = { chat: '', responses: '', messages: '', gemini: '' };
  for (const wire of WIRES) streams[wire] = (await kit.ask(STREAMED[wire].body, { path: STREAMED[wire].path })).text;
  const paid = (await kit.settled()).length;
  const others: Record<string, string> = {
    ...streams,
    'legacy completions': `data: ${JSON.stringify({ choices: [{ index: 0, text: 'hi' }] })}\n\ndata: [DONE]\n\n`,
    transcripts: `data: ${JSON.stringify({ type: 'transcript.text.delta', delta: 'hi' })}\n\n`,
    pictures: `data: ${JSON.stringify({ type: 'image_generation.completed', b64_json: 'aGk=' })}\n\n`,
    'words without JSON': 'data: hi\n\ndata: there\n\n',
    'lines of JSON': `${JSON.stringify({ message: { content: 'hi' } })}\n`.repeat(2),
    'JSON of nobody': `data: ${JSON.stringify({ text: 'hi' })}\n\n`,
  };
  let asked = 0;
  for (const wire of WIRES) {
    for (const { path, body } of requestsOf(wire)) {
      for (const [foreign, stream] of Object.entries(others)) {
        if (foreign === wire) continue;
        kit.upstream.next({ body: stream, contentType: 'text/event-stream' });
        const answer = await kit.ask(body, { path });
        asked += 1;
        const what = `${foreign} for ${wire}: ${answer.text}`;
        assert.deepEqual([answer.status, answer.headers['content-type']], [502, 'application/json'], what);
        const { message, why } = read(wire, answer);
        assert.equal(why, 'upstream_error', what);
        assert.match(message, /another wire format|not JSON/, what);
      }
    }
  }
  const records = (await kit.settled()).slice(paid);
  assert.equal(records.length, asked);
  for (const { chargedTokens, outcome } of records) {
    assert.equal(chargedTokens, 0);
    assert.match(outcome, /^upstream_(error|broke)$/);
  }
});

test('what comes before a stream shows what it is waits for it, and then goes on as it was sent', async (t) => {
  const kit = await buildWires(t);
  const own = 'data: {"status":"queued"}\n\n';
  const insert = [{ at: 'first-byte', raw: `: a moment\n\n${own}data: no JSON\n\n: another\n\n` }] as const;
  const gate = createGate();
  const next = createGate();
  kit.upstream.next({ insert, wait: { 'first-byte': gate, 'chunk:1': next }, text: ['one', 'two'] });
  const { path, body } = STREAMED.chat;
  const answer = await kit.send(body, { path }).started;
  await answer.has(': a moment');
  assert.ok(!answer.text.includes('queued'));
  gate.open();
  await answer.has('one');
  next.open();
  assert.equal(await answer.end, 'whole');
  const sent = kit.upstream.calls[0]?.pieces.map(String).filter((piece) => !piece.includes('"choices":[]'));
  assert.equal(answer.text, sent?.join(''));
  await kit.balanced({ records: 1 });
});

test('a stream of another wire behind a comment is told as an event, because the headers have left', async (t) => {
  const kit = await buildWires(t);
  for (const wire of WIRES) {
    const gate = createGate();
    const body = `data: ${JSON.stringify({ type: 'transcript.text.delta', delta: 'hi' })}\n\n`;
    const insert = [{ at: 'first-byte', raw: ': a moment\n\n' }] as const;
    kit.upstream.next({ body, contentType: 'text/event-stream', insert, wait: { 'first-byte': gate } });
    const answer = await kit.send(STREAMED[wire].body, { path: STREAMED[wire].path }).started;
    await answer.has(': a moment');
    gate.open();
    assert.equal(await answer.end, 'whole');
    const events = parseSse(answer.text);
    assert.equal(events.length, 1, answer.text);
    const told = JSON.parse(events[0]?.data ?? '');
    const message = wire === 'responses' ? told.message : told.error.message;
    assert.match(message, /another wire format/);
    const record = (await kit.settled()).at(-1);
    assert.deepEqual([record?.chargedTokens, record?.outcome], [0, 'upstream_error']);
  }
});

test('JSON of another wire than asked for is told as an error, and neither delivered nor charged', async (t) => {
  const kit = await buildWires(t);
  const answers: Partial<Record<Wire, string>> = {};
  for (const wire of WIRES) answers[wire] = (await kit.ask(SMALL[wire].body, { path: SMALL[wire].path })).text;
  const paid = (await kit.settled()).length;
  let asked = 0;
  for (const wire of WIRES) {
    for (const { path, body } of requestsOf(wire)) {
      for (const foreign of WIRES) {
        if (foreign === wire) continue;
        kit.upstream.next({ body: answers[foreign] ?? '' });
        const answer = await kit.ask(body, { path });
        asked += 1;
        const { message, why } = read(wire, answer);
        assert.deepEqual([answer.status, why], [502, 'upstream_error'], `${foreign} for ${wire}: ${answer.text}`);
        assert.match(message, /another wire format/);
      }
    }
  }
  const records = (await kit.settled()).slice(paid);
  assert.equal(records.length, asked);
  for (const { chargedTokens, outcome } of records) assert.deepEqual([chargedTokens, outcome], [0, 'upstream_error']);
});

test('no body leads the upstream to a model that was not gated, whatever the wire', async (t) => {
  const kit = await buildWires(t);
  for (const wire of WIRES) {
    const { path, body } = SMALL[wire];
    const model = 'model' in body ? body.model : 'gemini-2.5-flash';
    const cases: [object, string][] = [
      [{ models: ['o3-pro'] }, 'models'],
      [{ models: [model, 'o3-pro'], route: 'fallback' }, 'models'],
      [{ models: 'o3-pro' }, 'models'],
      [{ fallbacks: ['o3-pro'] }, 'fallbacks'],
      [{ fallbacks: [{ model: 'o3-pro' }] }, 'fallbacks'],
      [{ context_window_fallbacks: [{ [model]: ['o3-pro'] }] }, 'context_window_fallbacks'],
      [{ extra_body: { models: ['o3-pro'] } }, 'extra_body'],
      [{ tools: [{ type: 'advisor_20260301', name: 'advisor', model: 'o3-pro' }] }, 'tools'],
      [{ Models: ['o3-pro'] }, 'models'],
    ];
    for (const [extra, field] of cases) {
      const answer = await kit.ask({ ...body, ...extra }, { path });
      const { message, why } = read(wire, answer);
      assert.deepEqual([answer.status, why], [400, 'invalid_request'], `${wire} ${JSON.stringify(extra)}`);
      assert.ok(message.includes(`'${field}'`), message);
    }
  }
  const other = await kit.ask({ ...SMALL.gemini.body, model: 'models/gemini-3-pro' }, { path: SMALL.gemini.path });
  assert.deepEqual([other.status, read('gemini', other).why], [400, 'invalid_request']);
  assert.equal(kit.upstream.calls.length, 0);
  const own = { models: ['gpt-4o-mini'], route: 'fallback', provider: { sort: 'price' } };
  assert.equal((await kit.ask({ ...SMALL.chat.body, ...own })).status, 200, 'a list of the model itself leads nowhere');
  await kit.balanced({ records: 1 });
});

test('a refusal for want of tokens can be said by the assistant on every wire', async (t) => {
  const kit = await buildWires(t, { config: { users: [{ email: ANA, plan: 'basic', monthlyLimit: 10 }] } });
  await kit.set({ 'policy.quotaReply': 'assistant message' });
  for (const wire of WIRES) {
    for (const stream of [false, true]) {
      const { path, body } = SMALL[wire];
      const request =
        wire === 'gemini'
          ? { path: stream ? `${path.replace(':g', ':streamG')}?alt=sse` : path, body }
          : { path, body: { ...body, stream } };
      const answer = await kit.ask(request.body, { path: request.path });
      assert.equal(answer.status, 200);
      assert.match(String(answer.headers['content-type']), stream ? /^text\/event-stream/ : /^application\/json/);
      assert.match(answer.text, /quota exceeded: 0 of 10 tokens/i, `${wire} ${stream}`);
    }
  }
  const path = SMALL.gemini.path.replace(':g', ':streamG');
  const array = JSON.parse((await kit.ask(SMALL.gemini.body, { path })).text);
  assert.match(array[0].candidates[0].content.parts[0].text, /quota exceeded/i);
  assert.equal(kit.upstream.calls.length, 0);
});
