/** The providers' own packages and LibreChat's providers through the gateway, each on its own wire. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import Anthropic from '@anthropic-ai/sdk';
import { GoogleGenAI } from '@google/genai';
import OpenAI, { AzureOpenAI } from 'openai';
import { clientsInstalled } from '../clients/packages.ts';
import { failureOf, openaiClient, streamedText } from '../support/clients.ts';
import { type LibreChatUser, loadLibreChat } from '../support/clients-librechat.ts';
import { assertRecordsMatch } from '../support/clients-oracle.ts';
import { librechatScreen } from '../support/clients-screen.ts';
import { ANA, type ProxyKit } from '../support/proxy-kit.ts';
import { buildWires } from '../support/wires-kit.ts';

const skip = clientsInstalled() ? false : "needs LibreChat's packages: npm ci --prefix test/clients --ignore-scripts";
const TEXT = `Olá 世界 👩‍💻 {"a":[1,2]} ${'word '.repeat(50)}`;
const REASONING = 'Let me think about it.';
const HEADERS = { 'X-User-Email': ANA };
const USER: LibreChatUser = { id: '65f0c0ffee0123456789abcd', email: ANA, name: 'Ana' };
const TOOL_CALL = { name: 'weather', arguments: '{"city":"São Paulo"}' };

function anthropicClient(kit: ProxyKit, headers: Record<string, string> = HEADERS): Anthropic {
  return new Anthropic({ apiKey: kit.serviceKey, baseURL: kit.url, defaultHeaders: headers });
}

function googleClient(kit: ProxyKit, headers: Record<string, string> = HEADERS): GoogleGenAI {
  return new GoogleGenAI({ apiKey: kit.serviceKey, httpOptions: { baseUrl: kit.url, headers } });
}

async function spent(kit: ProxyKit): Promise<void> {
  const users = await kit.api('/api/admin/users');
  const { id } = users.body.items[0];
  const body = { monthlyLimit: 1, reason: 'test' };
  const changed = await kit.api(`/api/admin/users/${id}`, { method: 'PUT', body });
  assert.equal(changed.status, 200, JSON.stringify(changed.body));
}

test("openai's responses are whole, streamed and not, and go on from what was kept", async (t) => {
  const kit = await buildWires(t, { upstream: { text: TEXT, reasoning: REASONING, cachedTokens: 3 } });
  const client = openaiClient({ ...kit.endpoint, headers: HEADERS });
  const request = { model: 'gpt-4o-mini', input: 'hi', instructions: 'Be brief.' };
  const whole = await client.responses.create(request);
  assert.equal(whole.output_text, TEXT);
  let text = '';
  let usage: number | undefined;
  for await (const event of await client.responses.create({
    ...request,
    previous_response_id: whole.id,
    stream: true,
  })) {
    if (event.type === 'response.output_text.delta') text += event.delta;
    if (event.type === 'response.completed') usage = event.response.usage?.total_tokens;
  }
  assert.deepEqual([text, usage], [TEXT, kit.upstream.served[1]?.totalTokens]);
  const final = await client.responses.stream(request).finalResponse();
  assert.equal(final.output_text, TEXT);
  assertRecordsMatch(await kit.settled(), kit.upstream.served);
  await spent(kit);
  const calls = kit.upstream.calls.length;
  const failure = await failureOf(client.responses.create(request));
  assert.deepEqual([failure.status, failure.code], [429, 'insufficient_quota']);
  assert.match(failure.message, /quota exceeded/i);
  await kit.set({ 'policy.quotaReply': 'assistant message' });
  assert.match((await client.responses.create(request)).output_text, /quota exceeded/i);
  assert.match((await client.responses.stream(request).finalResponse()).output_text, /quota exceeded/i);
  assert.equal(kit.upstream.calls.length, calls);
});

test("openai's client for Azure reaches deployments and v1, streamed and not", async (t) => {
  const kit = await buildWires(t, { upstream: { text: TEXT } });
  const deployments = new AzureOpenAI({
    endpoint: kit.url,
    apiKey: kit.serviceKey,
    apiVersion: '2024-10-21',
    defaultHeaders: HEADERS,
  });
  const v1 = new OpenAI({
    baseURL: `${kit.url}/openai/v1`,
    apiKey: kit.serviceKey,
    defaultHeaders: { ...HEADERS, 'api-key': kit.serviceKey },
  });
  const messages = [{ role: 'user' as const, content: 'hi' }];
  for (const [client, model] of [
    [deployments, 'gpt-4o-mini-azure'],
    [v1, 'gpt-4o-mini-azure-v1'],
  ] as const) {
    const whole = await client.chat.completions.create({ model, messages });
    assert.equal(whole.choices[0]?.message.content, TEXT);
    assert.equal((await streamedText(client, { model, messages })).text, TEXT);
    assert.equal((await client.responses.create({ model, input: 'hi' })).output_text, TEXT);
    assert.equal((await client.responses.stream({ model, input: 'hi' }).finalResponse()).output_text, TEXT);
  }
  assertRecordsMatch(await kit.settled(), kit.upstream.served);
  assert.deepEqual(
    [...new Set(kit.upstream.calls.map(({ path }) => path))],
    [
      '/openai/deployments/gpt-4o-mini-azure/chat/completions',
      '/openai/responses',
      '/openai/v1/chat/completions',
      '/openai/v1/responses',
    ],
  );
  await spent(kit);
  const failure = await failureOf(deployments.chat.completions.create({ model: 'gpt-4o-mini-azure', messages }));
  assert.deepEqual([failure.status, failure.code], [429, 'insufficient_quota']);
});

test("Anthropic's own client gets messages, thinking, tools and counts, and reads its refusals", async (t) => {
  const kit = await buildWires(t, { upstream: { text: TEXT, reasoning: REASONING, cachedTokens: 3 } });
  const client = anthropicClient(kit);
  const request = {
    model: 'claude-sonnet-4-5',
    max_tokens: 2_000,
    messages: [{ role: 'user' as const, content: 'hi' }],
  };
  const texts = (message: Anthropic.Message) =>
    message.content.map((block) =>
      block.type === 'text' ? block.text : block.type === 'thinking' ? block.thinking : '',
    );
  const whole = await client.messages.create(request);
  assert.deepEqual(texts(whole), [REASONING, TEXT]);
  const streamed = await client.messages.stream(request).finalMessage();
  assert.deepEqual(texts(streamed), [REASONING, TEXT]);
  assert.equal(streamed.usage.output_tokens, kit.upstream.served[1]?.completionTokens);
  kit.upstream.next({ toolCalls: [TOOL_CALL], text: [] });
  const called = await client.messages.stream({
    ...request,
    tools: [{ name: 'weather', input_schema: { type: 'object' } }],
  });
  const tool = (await called.finalMessage()).content.at(-1);
  assert.deepEqual(tool?.type === 'tool_use' && tool.input, { city: 'São Paulo' });
  assertRecordsMatch(await kit.settled(), kit.upstream.served);
  const counted = await client.messages.countTokens({ model: request.model, messages: request.messages });
  assert.equal(counted.input_tokens, 8);
  const nameless = await failureOf(anthropicClient(kit, {}).messages.create(request));
  assert.deepEqual([nameless.name, nameless.status], ['AuthenticationError', 401]);
  await spent(kit);
  const calls = kit.upstream.calls.length;
  const failure = await failureOf(client.messages.create(request));
  assert.deepEqual([failure.name, failure.status], ['RateLimitError', 429]);
  assert.match(failure.message, /quota exceeded/i);
  await kit.set({ 'policy.quotaReply': 'assistant message' });
  assert.match(texts(await client.messages.create(request)).join(''), /quota exceeded/i);
  assert.match(texts(await client.messages.stream(request).finalMessage()).join(''), /quota exceeded/i);
  assert.equal(kit.upstream.calls.length, calls, 'and nothing was tried again');
});

test("Google's own client gets content, streamed and not, and reads its refusals", async (t) => {
  const kit = await buildWires(t, { upstream: { text: TEXT, reasoning: REASONING, cachedTokens: 3 } });
  const client = googleClient(kit);
  const request = { model: 'gemini-2.5-flash', contents: 'hi', config: { maxOutputTokens: 2_000 } };
  const whole = await client.models.generateContent(request);
  assert.equal(whole.text, TEXT);
  assert.equal(whole.usageMetadata?.totalTokenCount, kit.upstream.served[0]?.totalTokens);
  let text = '';
  for await (const chunk of await client.models.generateContentStream(request)) text += chunk.text ?? '';
  assert.equal(text, TEXT);
  kit.upstream.next({ toolCalls: [TOOL_CALL], text: [] });
  const called = await client.models.generateContent(request);
  assert.deepEqual(called.functionCalls?.[0]?.args, { city: 'São Paulo' });
  assertRecordsMatch(await kit.settled(), kit.upstream.served);
  await spent(kit);
  const calls = kit.upstream.calls.length;
  const failure = await failureOf(client.models.generateContent(request));
  assert.equal(failure.status, 429);
  assert.match(failure.message, /quota exceeded/i);
  await kit.set({ 'policy.quotaReply': 'assistant message' });
  assert.match((await client.models.generateContent(request)).text ?? '', /quota exceeded/i);
  assert.equal(kit.upstream.calls.length, calls, 'and nothing was tried again');
});

for (const provider of ['anthropic', 'google', 'responses', 'azure'] as const) {
  test(`LibreChat's ${provider} provider is answered, streamed, and charged what was served`, { skip }, async (t) => {
    const kit = await buildWires(t, { upstream: { text: TEXT } });
    const librechat = await loadLibreChat();
    const model = {
      anthropic: 'claude-sonnet-4-5',
      google: 'gemini-2.5-flash',
      responses: 'gpt-4o-mini',
      azure: 'gpt-4o-mini-azure',
    }[provider];
    const { answer } = await librechat.turn({ ...kit.endpoint, model }, USER, 'hi', { provider });
    assert.equal((await answer).text, TEXT);
    const [call] = kit.upstream.calls;
    assert.match(
      call?.path ?? '',
      {
        anthropic: /\/messages$/,
        google: /:streamGenerateContent$/,
        responses: /\/responses$/,
        azure: /^\/openai\/deployments\/gpt-4o-mini-azure\/chat\/completions$/,
      }[provider],
    );
    assertRecordsMatch(await kit.settled(), kit.upstream.served);
    const users = await kit.api('/api/admin/users');
    assert.deepEqual(
      users.body.items.map(({ email }: { email: string }) => email),
      [ANA],
    );
    await spent(kit);
    const turn = await librechat.turn({ ...kit.endpoint, model }, USER, 'hi', { provider });
    const failure = await failureOf(turn.answer);
    assert.match(failure.message, /quota exceeded/i);
    await kit.set({ 'policy.quotaReply': '429 with hint' });
    const hinted = await librechat.turn({ ...kit.endpoint, model }, USER, 'hi', { provider });
    const screen = librechatScreen('0.8.7', await failureOf(hinted.answer), 'quota exceeded');
    assert.match(screen.text, /^Monthly token quota exceeded: [^{}]+$/, 'the sentence and nothing else');
    assert.equal(kit.upstream.calls.length, 1, 'and nothing was tried again');
  });
}
