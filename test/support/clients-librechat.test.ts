/** What the gateway counts on in LibreChat's own packages, shown against a bare provider. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { clientsInstalled } from '../clients/packages.ts';
import { failureOf } from './clients.ts';
import { type LibreChatTool, type LibreChatUser, loadLibreChat } from './clients-librechat.ts';
import { createGate, type MockUpstream, startMockUpstream } from './mock-upstream/index.ts';

const skip = clientsInstalled() ? false : "needs LibreChat's packages: npm ci --prefix test/clients --ignore-scripts";
const ANA: LibreChatUser = { id: '65f0c0ffee0123456789abcd', email: 'ana@example.com', name: 'Ana 王' };
const WEATHER: LibreChatTool = {
  name: 'weather',
  description: 'Tells the weather of a city.',
  schema: { type: 'object', properties: { city: { type: 'string' } }, required: ['city'] },
  run: ({ city }) => `sunny in ${String(city)}`,
};
const QUOTA = {
  status: 429,
  message: 'Monthly token quota exceeded.',
  type: 'insufficient_quota',
  code: 'insufficient_quota',
};

const endpoint = (upstream: MockUpstream) => ({ baseUrl: upstream.baseUrl, key: 'sk-sol-test', model: 'gpt-4o-mini' });

test('LibreChat names the user in headers and body, and asks for no usage', { skip }, async (t) => {
  const upstream = await startMockUpstream(t, { text: 'Olá 世界 👋' });
  const librechat = await loadLibreChat();
  const turn = await librechat.turn(endpoint(upstream), ANA, 'hi');
  assert.equal((await turn.answer).text, 'Olá 世界 👋');
  const [call] = upstream.calls;
  assert.equal(call?.headers['x-user-email'], 'ana@example.com');
  assert.equal(call?.headers['x-user-name'], `b64:${Buffer.from('Ana 王').toString('base64')}`);
  assert.equal(call?.headers.authorization, 'Bearer sk-sol-test');
  assert.match(call?.headers['user-agent'] ?? '', /langchainjs-openai/);
  const body = call?.body ?? {};
  assert.equal(body.user, ANA.id);
  assert.equal(body.stream, true);
  assert.ok(!('stream_options' in body));
  assert.ok(!('max_tokens' in body));
});

test('the title call is under way before the answer has ended, not streamed, with the same identity', {
  skip,
}, async (t) => {
  const upstream = await startMockUpstream(t);
  const gate = createGate();
  upstream.when(({ chat }) => chat?.stream === true, { wait: { 'chunk:1': gate } });
  upstream.when(({ chat }) => chat?.stream === false, { text: 'A Fine Title' });
  const librechat = await loadLibreChat();
  const turn = await librechat.turn(endpoint(upstream), ANA, 'hi', { title: true });
  assert.equal(await turn.title, 'A Fine Title');
  gate.open();
  await turn.answer;
  const title = upstream.calls.find(({ chat }) => chat?.stream === false);
  assert.equal(title?.headers['x-user-email'], 'ana@example.com');
  assert.equal(title?.body.user, ANA.id);
  assert.equal(upstream.calls.length, 2);
});

test("a tool loop is one request a step, with the tool's answer in the next one", { skip }, async (t) => {
  const upstream = await startMockUpstream(t);
  upstream.next({ toolCalls: [{ name: 'weather', arguments: '{"city":"São Paulo"}' }] }, { text: 'It is sunny.' });
  const librechat = await loadLibreChat();
  const turn = await librechat.turn(endpoint(upstream), ANA, 'weather?', { tools: [WEATHER] });
  const { parts, text } = await turn.answer;
  assert.equal(text, 'It is sunny.');
  assert.equal(parts.find(({ type }) => type === 'tool_call')?.tool_call?.output, 'sunny in São Paulo');
  assert.equal(upstream.calls.length, 2);
  assert.deepEqual(
    upstream.calls[1]?.chat?.messages.map(({ role }) => role),
    ['user', 'assistant', 'tool'],
  );
});

test('the stop button closes the connection', { skip }, async (t) => {
  const upstream = await startMockUpstream(t, { text: ['a', 'b', 'c'] });
  const gate = createGate();
  upstream.script({ wait: { 'chunk:2': gate } });
  const stop = new AbortController();
  const librechat = await loadLibreChat();
  const turn = await librechat.turn(endpoint(upstream), ANA, 'hi', { signal: stop.signal });
  await gate.reached;
  stop.abort();
  await turn.answer.catch(() => undefined);
  await upstream.calls[0]?.over;
  assert.equal(upstream.calls[0]?.state, 'aborted');
  assert.equal(upstream.calls.length, 1);
});

test('the code insufficient_quota stops all retries, and the message starts with the status', { skip }, async (t) => {
  const upstream = await startMockUpstream(t, { refuse: QUOTA });
  const librechat = await loadLibreChat();
  const turn = await librechat.turn(endpoint(upstream), ANA, 'hi');
  const failure = await failureOf(turn.answer);
  assert.match(failure.message, /^429 Monthly token quota exceeded\.\n\nTroubleshooting URL: .*MODEL_RATE_LIMIT/);
  assert.equal(upstream.calls.length, 1);
  for (const streaming of [true, false]) {
    const model = librechat.chatModel(endpoint(upstream), ANA, streaming);
    assert.match((await failureOf(model.invoke('hi'))).message, /^429 Monthly token quota exceeded\./);
  }
  assert.equal(upstream.calls.length, 3);
});

test('a 429 with a short retry-after and another code is asked again', { skip }, async (t) => {
  const upstream = await startMockUpstream(t);
  upstream.next({ refuse: { ...QUOTA, code: 'tokens_reserved', type: 'rate_limit', headers: { 'retry-after': '0' } } });
  const librechat = await loadLibreChat();
  await (await librechat.turn(endpoint(upstream), ANA, 'hi')).answer;
  assert.equal(upstream.calls.length, 2);
});

test('a failed title is asked for twice and stays silent', { skip }, async (t) => {
  const upstream = await startMockUpstream(t, { refuse: QUOTA });
  const librechat = await loadLibreChat();
  const turn = await librechat.turn(endpoint(upstream), ANA, 'hi', { title: true });
  await failureOf(turn.answer);
  assert.equal(await turn.title, null);
  assert.equal(upstream.calls.filter(({ body }) => body.stream === false).length, 2);
});
