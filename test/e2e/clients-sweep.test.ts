/** Every method that the providers' own clients have: what the gateway does not meter reaches no upstream. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import Anthropic from '@anthropic-ai/sdk';
import { GoogleGenAI } from '@google/genai';
import OpenAI, { AzureOpenAI, toFile } from 'openai';
import { ANA, type ProxyKit } from '../support/proxy-kit.ts';
import { recording } from '../support/script-upstream.ts';
import { buildWires } from '../support/wires-kit.ts';

const HEADERS = { 'x-user-email': ANA };
/** They speak other protocols or to nobody, or call the other methods for ever. */
const NOT_CALLED = new Set(['constructor', 'live', 'webhooks', 'toolRunner', 'poller', 'worker']);
/** No call takes longer, whatever it waits for. */
const LONGEST_CALL_MS = 60_000;

type Method = (...input: unknown[]) => unknown;

/** What any method may want, under the names that they use. */
async function anyInput(model: string): Promise<Record<string, unknown>> {
  const file = await toFile(recording(1), 'voice.wav', { type: 'audio/wav' });
  const messages = [{ role: 'user', content: 'hi' }];
  return {
    model,
    messages,
    input: 'hi',
    prompt: 'hi',
    contents: 'hi',
    max_tokens: 50,
    voice: 'alloy',
    file,
    image: file,
    purpose: 'batch',
    requests: [{ custom_id: 'a', params: { model, max_tokens: 5, messages } }],
    src: [{ contents: 'hi' }],
    config: { maxOutputTokens: 20 },
    name: 'name',
    ...Object.fromEntries(
      [
        'thread',
        'run',
        'message',
        'conversation',
        'response',
        'vector_store',
        'batch',
        'step',
        'eval',
        'assistant',
      ].map((what) => [`${what}_id`, 'x']),
    ),
    endpoint: '/v1/chat/completions',
    completion_window: '24h',
    input_file_id: 'f',
    training_file: 'f',
    tools: [],
  };
}

/** The methods of a client and of whatever hangs on it, by their names. */
function methodsOf(thing: object, path = '', seen = new Set<object>()): Map<string, Method> {
  const found = new Map<string, Method>();
  if (seen.has(thing)) return found;
  seen.add(thing);
  for (const [key, value] of Object.entries(thing)) {
    if (typeof value === 'function' && path !== '' && !NOT_CALLED.has(key)) found.set(`${path}.${key}`, value);
    if (typeof value !== 'object' || value === null) continue;
    // Resources are classes of the package; lists and maps belong to the client itself.
    const { name: kind } = value.constructor ?? { name: '' };
    const isResource = /^[A-Z]/.test(kind) && (globalThis as Record<string, unknown>)[kind] !== value.constructor;
    if (!isResource || key.startsWith('_') || /client|options|fetch|logger/i.test(key) || NOT_CALLED.has(key)) continue;
    for (const [name, method] of methodsOf(value, path === '' ? key : `${path}.${key}`, seen)) found.set(name, method);
  }
  if (path === '') return found;
  for (const key of Object.getOwnPropertyNames(Object.getPrototypeOf(thing))) {
    const method = (thing as Record<string, unknown>)[key];
    if (typeof method !== 'function' || key.startsWith('_') || NOT_CALLED.has(key)) continue;
    found.set(`${path}.${key}`, method.bind(thing) as Method);
  }
  return found;
}

/** Calls it in every way in which it might be meant, and takes what comes. */
async function callAll(client: object, input: Record<string, unknown>): Promise<number> {
  const methods = methodsOf(client);
  for (const [name, method] of methods) {
    const options = { maxRetries: 0, timeout: LONGEST_CALL_MS, signal: AbortSignal.timeout(LONGEST_CALL_MS) };
    const streamed = { ...input, stream: true };
    for (const given of [
      [input, options],
      [streamed, options],
      ['x', input, options],
      ['x', 'x', input, options],
    ]) {
      await take(() => method(...given)).catch((error: unknown) => {
        assert.ok(error instanceof Error, `${name}: ${String(error)}`);
      });
    }
  }
  return methods.size;
}

async function take(call: () => unknown): Promise<void> {
  const answer = await call();
  if (typeof answer !== 'object' || answer === null) return;
  if ('done' in answer && typeof answer.done === 'function') await answer.done();
  else if (answer instanceof Response) await answer.arrayBuffer();
  else if (Symbol.asyncIterator in answer) {
    let pieces = 0;
    for await (const _ of answer as AsyncIterable<unknown>) if (++pieces > 1_000) return;
  }
}

/** Every call that an upstream got is a list of models, or has its record. */
async function assertAllMetered(kit: ProxyKit, methods: number, wanted: readonly string[]): Promise<void> {
  assert.ok(methods > 5 * wanted.length, `${methods} methods`);
  const heard = kit.upstream.calls.filter(({ method, path }) => method !== 'GET' || !path.endsWith('/models'));
  const records = await kit.settled();
  assert.equal(records.length, heard.length, heard.map(({ method, path }) => `${method} ${path}`).join('\n'));
  assert.deepEqual([...new Set(heard.map(({ method }) => method))], ['POST']);
  const reached = new Set(heard.map(({ path }) => path));
  assert.deepEqual([...reached].sort(), [...wanted].sort());
  assert.ok(records.every(({ userId }) => userId === records[0]?.userId));
}

test('of all that OpenAI’s client can ask for, only what is metered reaches an upstream', async (t) => {
  const kit = await buildWires(t);
  const client = new OpenAI({
    baseURL: `${kit.url}/v1`,
    apiKey: kit.serviceKey,
    defaultHeaders: HEADERS,
    maxRetries: 0,
  });
  const methods = await callAll(client, await anyInput('gpt-4o-mini'));
  await assertAllMetered(kit, methods, [
    '/v1/audio/speech',
    '/v1/audio/transcriptions',
    '/v1/audio/translations',
    '/v1/chat/completions',
    '/v1/completions',
    '/v1/embeddings',
    '/v1/images/edits',
    '/v1/images/generations',
    '/v1/images/variations',
    '/v1/moderations',
    '/v1/responses',
  ]);
});

test('of all that OpenAI’s client for Azure can ask for, only what is metered reaches an upstream', async (t) => {
  const kit = await buildWires(t);
  const client = new AzureOpenAI({
    endpoint: kit.url,
    apiKey: kit.serviceKey,
    apiVersion: '2024-10-21',
    defaultHeaders: HEADERS,
    maxRetries: 0,
  });
  const methods = await callAll(client, await anyInput('gpt-4o-mini-azure'));
  const below = (path: string) => `/openai/deployments/gpt-4o-mini-azure${path}`;
  await assertAllMetered(kit, methods, [
    below('/audio/speech'),
    below('/audio/transcriptions'),
    below('/audio/translations'),
    below('/chat/completions'),
    below('/completions'),
    below('/embeddings'),
    below('/images/edits'),
    below('/images/generations'),
    '/openai/responses',
  ]);
});

test('of all that Anthropic’s client can ask for, only what is metered reaches an upstream', async (t) => {
  const kit = await buildWires(t);
  const client = new Anthropic({ baseURL: kit.url, apiKey: kit.serviceKey, defaultHeaders: HEADERS, maxRetries: 0 });
  const methods = await callAll(client, await anyInput('claude-opus-5-5'));
  await assertAllMetered(kit, methods, ['/v1/messages', '/v1/messages/count_tokens']);
});

test('of all that Google’s client can ask for, only what is metered reaches an upstream', async (t) => {
  const kit = await buildWires(t);
  const client = new GoogleGenAI({
    apiKey: kit.serviceKey,
    httpOptions: { baseUrl: kit.url, headers: HEADERS, timeout: LONGEST_CALL_MS },
  });
  const methods = await callAll(client, await anyInput('gemini-2.5-flash'));
  await assertAllMetered(kit, methods, [
    '/v1beta/models/gemini-2.5-flash:generateContent',
    '/v1beta/models/gemini-2.5-flash:streamGenerateContent',
  ]);
});
