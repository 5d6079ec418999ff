import assert from 'node:assert/strict';
import { once } from 'node:events';
import http from 'node:http';
import { test } from 'node:test';
import { parseSse, readChat, readChatBody, readChatEvents, sseEvents } from '../sse.ts';
import {
  brokenStreams,
  closedPort,
  codings,
  createGate,
  failedStarts,
  htmlError,
  oddEnds,
  PROMPT_FILTER_EVENT,
  rateLimited,
  startBareServer,
  startMockUpstream,
  texts,
  usageForms,
  wireForms,
  words,
} from './index.ts';

const TEXT = 'Olá, 世界! 👩‍💻 {"a": [1, 2]} — done.';
const ask = (extra: object = {}) => ({ model: 'gpt-4o-mini', messages: [{ role: 'user', content: 'hi' }], ...extra });
const STREAMED = { stream: true, stream_options: { include_usage: true } };

function post(baseUrl: string, body: object | string, signal?: AbortSignal): Promise<Response> {
  return fetch(`${baseUrl}/chat/completions`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: typeof body === 'string' ? body : JSON.stringify(body),
    signal,
  });
}

/** Fetch would undo codings and hides resets behind its own errors; this gives the bytes as they come. */
async function rawPost(baseUrl: string, body: object): Promise<{ response: http.IncomingMessage; body: Buffer }> {
  const request = http.request(`${baseUrl}/chat/completions`, { method: 'POST' });
  request.end(JSON.stringify(body));
  const [response] = await once(request, 'response');
  const parts: Buffer[] = [];
  for await (const part of response) parts.push(part);
  return { response, body: Buffer.concat(parts) };
}

test('answers JSON and streams alike, and bills what the tokenizer counts', async (t) => {
  const upstream = await startMockUpstream(t, { text: TEXT });
  const json = readChatBody(await (await post(upstream.baseUrl, ask())).text());
  const streamed = await readChat(await post(upstream.baseUrl, ask(STREAMED)));
  assert.equal(json.text, TEXT);
  assert.equal(streamed.text, TEXT);
  assert.equal(streamed.finishReason, 'stop');
  assert.equal(streamed.usageCount, 1);
  assert.ok(streamed.done);
  assert.deepEqual(streamed.usage, json.usage);
  // OpenAI's rule for one user message "hi": 3 for the message, 1 role, 1 content, 3 to prime the reply
  assert.equal(json.usage?.prompt_tokens, 8);
  const { completion_tokens: completion = 0 } = json.usage ?? {};
  assert.ok(completion > 10 && completion <= Buffer.byteLength(TEXT));
  assert.equal(upstream.servedTokens, 2 * (8 + completion));
  assert.deepEqual(
    upstream.served.map(({ reported }) => reported),
    [true, true],
  );
});

test('sends no usage in a stream that did not ask, but knows what it cost', async (t) => {
  const upstream = await startMockUpstream(t, { text: TEXT });
  const read = await readChat(await post(upstream.baseUrl, ask({ stream: true })));
  assert.equal(read.usage, null);
  assert.equal(upstream.served[0]?.reported, false);
  assert.ok((upstream.served[0]?.completionTokens ?? 0) > 10);
});

test('obeys output limits, stop words and the number of choices', async (t) => {
  const upstream = await startMockUpstream(t, { text: words(50) });
  const limited = await readChat(await post(upstream.baseUrl, ask({ ...STREAMED, max_tokens: 7, n: 3 })));
  assert.equal(limited.finishReason, 'length');
  assert.deepEqual(limited.texts, [words(7), words(7), words(7)]);
  assert.equal(limited.usage?.completion_tokens, 21);
  const both = await readChat(await post(upstream.baseUrl, ask({ max_tokens: 9, max_completion_tokens: 4 })));
  assert.equal(both.usage?.completion_tokens, 4);
  upstream.script({ text: 'one two three' });
  const stopped = await readChat(await post(upstream.baseUrl, ask({ stop: [' three'] })));
  assert.equal(stopped.text, 'one two');
  assert.equal(stopped.finishReason, 'stop');
});

test('counts reasoning against the output limit', async (t) => {
  const upstream = await startMockUpstream(t, { reasoning: words(10), text: words(10) });
  await readChat(await post(upstream.baseUrl, ask({ max_tokens: 12 })));
  assert.deepEqual(upstream.calls[0]?.wireUsage?.completion_tokens_details, { reasoning_tokens: 10, audio_tokens: 0 });
  assert.equal(upstream.calls[0]?.wireUsage?.completion_tokens, 12);
});

test('refuses what a provider refuses', async (t) => {
  const upstream = await startMockUpstream(t);
  for (const body of ['{', '{}', '{"model":"m"}', JSON.stringify(ask({ max_tokens: -1 }))]) {
    assert.equal((await post(upstream.baseUrl, body)).status, 400);
  }
  assert.equal((await fetch(`${upstream.url}/v1/embeddings`, { method: 'POST', body: '{}' })).status, 404);
  assert.deepEqual(upstream.served, []);
  assert.equal(upstream.calls.length, 5);
});

test('scripts: the queue comes first, then rules, then the script, over the defaults', async (t) => {
  const upstream = await startMockUpstream(t, { text: 'default' });
  upstream.script(() => ({ text: 'script' }));
  upstream.when(({ chat }) => chat?.model === 'ruled', { text: 'rule' });
  upstream.next({ text: 'queued' });
  const said = async (body: object) => (await readChat(await post(upstream.baseUrl, body))).text;
  assert.equal(await said(ask({ model: 'ruled' })), 'queued');
  assert.equal(await said(ask({ model: 'ruled' })), 'rule');
  assert.equal(await said(ask()), 'script');
  upstream.script({});
  assert.equal(await said(ask()), 'default');
});

test('every wire form carries the same answer and the same usage', async (t) => {
  const upstream = await startMockUpstream(t, { text: TEXT });
  for (const [name, knobs] of Object.entries(wireForms)) {
    upstream.next(knobs);
    const read = readChatEvents(parseSse((await rawPost(upstream.baseUrl, ask(STREAMED))).body.toString()));
    assert.equal(read.text, TEXT, name);
    assert.equal(read.usageCount, 1, name);
    assert.equal(upstream.served.at(-1)?.totalTokens, read.usage?.total_tokens, name);
  }
});

test('every byte by itself really is a write of its own', async (t) => {
  const upstream = await startMockUpstream(t, { writes: 'byte' });
  const request = http.request(`${upstream.baseUrl}/chat/completions`, { method: 'POST' });
  request.end(JSON.stringify(ask(STREAMED)));
  const [response] = await once(request, 'response');
  let reads = 0;
  let bytes = 0;
  response.on('data', (part: Buffer) => {
    reads += 1;
    bytes += part.length;
  });
  await once(response, 'end');
  assert.equal(bytes, upstream.calls[0]?.bytesWritten);
  assert.equal(reads, bytes);
});

test('every coding is undone by a client that knows it', async (t) => {
  const upstream = await startMockUpstream(t, { text: TEXT });
  for (const [name, knobs] of Object.entries(codings)) {
    upstream.next(knobs, knobs);
    assert.equal((await readChat(await post(upstream.baseUrl, ask(STREAMED)))).text, TEXT, name);
    const json = await post(upstream.baseUrl, ask());
    assert.equal(json.headers.get('content-encoding'), knobs.encoding);
    assert.equal((await readChat(json)).text, TEXT, name);
  }
});

test('every usage form ends with the right figures', async (t) => {
  const upstream = await startMockUpstream(t, { text: TEXT });
  for (const [name, knobs] of Object.entries(usageForms)) {
    upstream.next(knobs);
    const read = await readChat(await post(upstream.baseUrl, ask(STREAMED)));
    const call = upstream.calls.at(-1);
    assert.equal(read.usage?.total_tokens, call?.wireUsage?.total_tokens, name);
    if (!name.startsWith('with the last')) assert.equal(read.usage?.total_tokens, call?.counted().totalTokens, name);
  }
});

test('every broken stream breaks for the client, and only what was delivered is counted', async (t) => {
  const upstream = await startMockUpstream(t, { text: words(50), chunks: 5 });
  for (const [name, knobs] of Object.entries(brokenStreams)) {
    upstream.next(knobs);
    const read = post(upstream.baseUrl, ask(STREAMED)).then(readChat);
    const outcome = await read.then(
      (chat) => (chat.error ? 'error event' : chat.done ? 'whole' : 'cut'),
      () => 'broken',
    );
    assert.notEqual(outcome, 'whole', name);
    await upstream.idle();
    if ('fault' in knobs) {
      assert.equal(upstream.calls.at(-1)?.state, 'broken', name);
      assert.ok(upstream.calls.at(-1)?.wireUsage === null, name);
    }
  }
  assert.equal(upstream.calls[0]?.textWritten, words(20));
  assert.equal(upstream.calls[0]?.counted().completionTokens, 20);
});

test('odd ends come after the usage', async (t) => {
  const upstream = await startMockUpstream(t);
  for (const [name, knobs] of Object.entries(oddEnds)) {
    upstream.next(knobs);
    const events: string[] = [];
    try {
      for await (const event of sseEvents(await post(upstream.baseUrl, ask(STREAMED)))) events.push(event.data);
    } catch {
      // a reset may take the last events with it; the server has written them
    }
    assert.ok(upstream.calls.at(-1)?.wireUsage, name);
  }
});

test('failed starts give no answer at all', async (t) => {
  const upstream = await startMockUpstream(t);
  for (const [name, knobs] of Object.entries(failedStarts)) {
    upstream.next(knobs);
    await assert.rejects(
      post(upstream.baseUrl, ask(STREAMED)).then((response) => response.text()),
      name,
    );
  }
  const bare = await startBareServer(t, { says: 'SSH-2.0-OpenSSH\r\n' });
  await assert.rejects(post(bare.baseUrl, ask()));
  await assert.rejects(post(await closedPort(), ask()));
  assert.equal(bare.connections, 1);
});

test('a gate holds an answer until the test opens it', async (t) => {
  const upstream = await startMockUpstream(t, { text: ['a', 'b', 'c'] });
  const gate = createGate();
  upstream.next({ wait: { 'chunk:2': gate } });
  const response = await post(upstream.baseUrl, ask(STREAMED));
  await gate.reached;
  assert.equal(upstream.calls[0]?.textWritten, 'ab');
  assert.equal(upstream.calls[0]?.state, 'answering');
  gate.open();
  assert.equal((await readChat(response)).text, 'abc');
});

test('notices a client that leaves, wherever it waits', async (t) => {
  const upstream = await startMockUpstream(t, { text: ['a', 'b', 'c'] });
  for (const point of ['headers', 'first-byte', 'chunk:1', 'usage', 'done'] as const) {
    const gate = createGate();
    const abort = new AbortController();
    upstream.next({ wait: { [point]: gate } });
    const answer = post(upstream.baseUrl, ask(STREAMED), abort.signal).then((response) => response.text());
    await gate.reached;
    abort.abort();
    await assert.rejects(answer, { name: 'AbortError' });
    const call = upstream.calls.at(-1);
    await call?.over;
    assert.equal(call?.state, 'aborted', point);
    assert.equal(call?.wireUsage !== null, point === 'done', point);
  }
});

test('records requests as they came', async (t) => {
  const upstream = await startMockUpstream(t);
  const body = ask({ user: 'é' });
  const response = post(`${upstream.url}/openai/v1`, body);
  await upstream.waitForCalls(1);
  await (await response).text();
  const [call] = upstream.calls;
  assert.equal(call?.path, '/openai/v1/chat/completions');
  assert.deepEqual(call?.body, body);
  assert.equal(call?.bytes.toString(), JSON.stringify(body));
  assert.ok(call?.rawHeaders.includes('content-type'));
  await upstream.idle();
  assert.equal(call?.state, 'finished');
});

test('refusals carry their status, headers and error object', async (t) => {
  const upstream = await startMockUpstream(t);
  upstream.next({ refuse: rateLimited(2) }, { refuseFields: ['stream_options'] }, { refuseFields: ['stream_options'] });
  const limited = await post(upstream.baseUrl, ask());
  assert.equal(limited.status, 429);
  assert.equal(limited.headers.get('retry-after'), '2');
  assert.equal((await readChat(limited)).error?.code, 'rate_limit_exceeded');
  assert.equal((await post(upstream.baseUrl, ask(STREAMED))).status, 400);
  assert.equal((await post(upstream.baseUrl, ask({ stream: true }))).status, 200);
});

test('an upload can be refused before it is read', async (t) => {
  const upstream = await startMockUpstream(t);
  upstream.script({ refuse: { ...htmlError(413), beforeBody: true } });
  const request = http.request(`${upstream.baseUrl}/chat/completions`, { method: 'POST' });
  request.on('error', () => undefined);
  request.write('{"model":');
  const [response] = await once(request, 'response');
  assert.equal(response.statusCode, 413);
  assert.equal(response.headers['content-type'], 'text/html');
  assert.equal(upstream.calls[0]?.bytes.length, 0);
  request.destroy();
});

test('tool calls stream in pieces and come whole in JSON', async (t) => {
  const upstream = await startMockUpstream(t, { toolCalls: [{ name: 'weather', arguments: '{"city":"São Paulo"}' }] });
  const tools = [{ type: 'function', function: { name: 'weather', parameters: { type: 'object', properties: {} } } }];
  const streamed = await readChat(await post(upstream.baseUrl, ask({ ...STREAMED, tools })));
  const whole = await readChat(await post(upstream.baseUrl, ask({ tools })));
  assert.equal(streamed.finishReason, 'tool_calls');
  assert.equal(streamed.toolCalls[0]?.arguments, '{"city":"São Paulo"}');
  assert.deepEqual(
    whole.toolCalls.map(({ name, arguments: given }) => [name, given]),
    [['weather', '{"city":"São Paulo"}']],
  );
  assert.equal(whole.usage?.total_tokens, streamed.usage?.total_tokens);
});

test('texts are of the size asked for, and no text has more tokens than bytes', async (t) => {
  const upstream = await startMockUpstream(t);
  for (const [name, make] of Object.entries(texts)) {
    const text = make(3000);
    assert.ok(text.length <= 3000 && text.length > 2950, name);
    await post(upstream.baseUrl, ask({ messages: [{ role: 'user', content: text }] }));
    const tokens = upstream.served.at(-1)?.promptTokens ?? Infinity;
    assert.ok(tokens <= Buffer.byteLength(text), `${name}: ${tokens} tokens`);
  }
});

test("reads event streams by the book, Azure's first event included", () => {
  const text = `\ufeff: hi\r\n${PROMPT_FILTER_EVENT}event: x\nid: 7\ndata: a\ndata:  b\n\nretry: 1\n\ndata: unfinished`;
  assert.deepEqual(
    parseSse(text).map(({ data, event }) => [data.slice(0, 4), event]),
    [
      ['{"id', null],
      ['a\n b', 'x'],
    ],
  );
});
