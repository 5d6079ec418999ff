/** What the gateway counts on in OpenAI's own client, shown against a bare provider. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { failureOf, openaiClient, streamedText } from './clients.ts';
import { librechatScreen, looksLikeOverflow } from './clients-screen.ts';
import { contextTooLong, errorEvent, startMockUpstream } from './mock-upstream/index.ts';

const ASK = { model: 'gpt-4o-mini', messages: [{ role: 'user' as const, content: 'hi' }] };
const QUOTA = { status: 429, message: 'Monthly token quota exceeded.', code: 'insufficient_quota' };

test('openai reads what the mock sends, streamed and not', async (t) => {
  const upstream = await startMockUpstream(t, { text: 'Olá 世界 👋' });
  const client = openaiClient({ baseUrl: upstream.baseUrl, key: 'pk-sol-test' });
  const whole = await client.chat.completions.create(ASK);
  assert.equal(whole.choices[0]?.message.content, 'Olá 世界 👋');
  const streamed = await streamedText(client, { ...ASK, stream_options: { include_usage: true } });
  assert.equal(streamed.text, 'Olá 世界 👋');
  assert.deepEqual(streamed.usage, whole.usage);
  assert.deepEqual((await client.models.list()).data.map(({ id }) => id).slice(0, 1), ['gpt-4o-mini']);
});

test('x-should-retry: false keeps openai from its two silent retries', async (t) => {
  const upstream = await startMockUpstream(t, { refuse: { ...QUOTA, headers: { 'retry-after-ms': '1' } } });
  const client = openaiClient({ baseUrl: upstream.baseUrl, key: 'pk-sol-test' });
  const retried = await failureOf(client.chat.completions.create(ASK));
  assert.equal(upstream.calls.length, 3);
  upstream.script({ refuse: { ...QUOTA, headers: { 'x-should-retry': 'false' } } });
  const failure = await failureOf(client.chat.completions.create(ASK));
  assert.equal(upstream.calls.length, 4);
  assert.deepEqual(failure, retried);
  assert.deepEqual(failure, {
    name: 'RateLimitError',
    message: '429 Monthly token quota exceeded.',
    status: 429,
    code: 'insufficient_quota',
  });
});

test('openai throws on an error inside a stream', async (t) => {
  const upstream = await startMockUpstream(t, { insert: [{ at: 'chunk:1', raw: errorEvent('It broke.') }] });
  const client = openaiClient({ baseUrl: upstream.baseUrl, key: 'pk-sol-test' });
  assert.equal((await failureOf(streamedText(client, ASK))).message, 'It broke.');
});

test('LibreChat up to 0.8.7 shows the info of a hint alone, and misleads on a code inside the braces', () => {
  const show = (message: string) =>
    librechatScreen('0.8.7', { name: 'Error', message, status: 429, code: null }, 'Quota exceeded.');
  assert.deepEqual(show('429 Quota exceeded. {"type":"google_error","info":"Quota exceeded."}\n\nTroubleshooting'), {
    text: 'Quota exceeded.',
    readable: true,
  });
  assert.match(show('429 Quota exceeded.').text, /^Something went wrong\. .* request: 429 Quota exceeded\.$/);
  assert.equal(show('429 Quota exceeded. {"code":"insufficient_quota"}').readable, false);
});

test('LibreChat from 0.8.8 hides the words of a 429 and shows those of a 403', () => {
  const show = (message: string, status: number) =>
    librechatScreen('0.8.8', { name: 'Error', message, status, code: null }, 'Quota exceeded.').readable;
  assert.equal(show('429 Quota exceeded.\n\nTroubleshooting URL: https://example.com/MODEL_RATE_LIMIT/', 429), false);
  assert.equal(show('403 Quota exceeded.', 403), true);
  assert.ok(looksLikeOverflow(contextTooLong().message ?? ''));
  assert.ok(!looksLikeOverflow('429 Monthly token quota exceeded.'));
});
