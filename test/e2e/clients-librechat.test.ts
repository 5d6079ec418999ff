/** LibreChat through the gateway, with its own packages: turns, titles, tools, the stop button, and the end of a quota. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { clientsInstalled } from '../clients/packages.ts';
import { type Failure, failureOf } from '../support/clients.ts';
import { buildMetered, type MeteredGateway } from '../support/clients-gateway.ts';
import { type LibreChat, type LibreChatTool, type LibreChatUser, loadLibreChat } from '../support/clients-librechat.ts';
import { assertOnlyAllowedHeaders, assertRecordsMatch } from '../support/clients-oracle.ts';
import { type LibreChatVersion, librechatScreen, looksLikeOverflow } from '../support/clients-screen.ts';
import { assertLedgerSums } from '../support/ledger-oracle.ts';
import { createGate } from '../support/mock-upstream/index.ts';

const skip = clientsInstalled() ? false : "needs LibreChat's packages: npm ci --prefix test/clients --ignore-scripts";
const ANA: LibreChatUser = { id: '65f0c0ffee0123456789abcd', email: 'ana@example.com', name: 'Ana 王' };
const TEXT = 'Olá 世界 👩‍💻 {"a":[1,2]}';
const WEATHER: LibreChatTool = {
  name: 'weather',
  description: 'Tells the weather of a city.',
  schema: { type: 'object', properties: { city: { type: 'string' } }, required: ['city'] },
  run: ({ city }) => `sunny in ${String(city)}`,
};

test('a turn of LibreChat is delivered whole, metered under the e-mail, and tells the upstream nothing', {
  skip,
}, async (t) => {
  const gateway = await buildMetered(t, { upstream: { text: TEXT } });
  const librechat = await loadLibreChat();
  const { answer } = await librechat.turn(gateway.endpoint, ANA, 'hi');
  assert.equal((await answer).text, TEXT);
  const [call] = gateway.upstream.calls;
  assert.ok(call);
  assertOnlyAllowedHeaders(call);
  assert.deepEqual(call.body.stream_options, { include_usage: true });
  assert.ok(!call.rawHeaders.join('\n').includes(ANA.email));
  assertRecordsMatch(await gateway.records(), gateway.upstream.served);
  const [user] = await gateway.context.db.select().from(gateway.context.db.tables.users);
  assert.deepEqual([user?.email, user?.name], ['ana@example.com', 'Ana 王']);
});

test('LibreChat that asks for usage gets the exact figures', { skip }, async (t) => {
  const gateway = await buildMetered(t, { upstream: { text: TEXT } });
  const librechat = await loadLibreChat();
  const endpoint = { ...gateway.endpoint, addParams: { streamUsage: true } };
  const { usage } = await (await librechat.turn(endpoint, ANA, 'hi')).answer;
  assert.equal(usage[0]?.total_tokens, gateway.upstream.served[0]?.totalTokens);
  const silent = await (await librechat.turn(gateway.endpoint, ANA, 'hi')).answer;
  assert.deepEqual(silent.usage, []);
  assertRecordsMatch(await gateway.records(), gateway.upstream.served);
});

test('the title call beside a held stream is served, and both are one allowance', { skip }, async (t) => {
  const gateway = await buildMetered(t, { config: { users: [{ email: ANA.email, monthlyLimit: 3_000 }] } });
  const gate = createGate();
  gateway.upstream.when(({ chat }) => chat?.stream === true, { text: TEXT, wait: { 'chunk:1': gate } });
  // The title is answered while the stream is under way.
  gateway.upstream.when(({ chat }) => chat?.stream === false, {
    text: 'A Fine Title',
    wait: { headers: gate.reached },
  });
  const librechat = await loadLibreChat();
  const { answer, title } = await librechat.turn(gateway.endpoint, ANA, 'hi', { title: true });
  assert.equal(await title, 'A Fine Title');
  gate.open();
  assert.equal((await answer).text, TEXT);
  assert.equal(gateway.upstream.peak, 2);
  const records = await gateway.records();
  assertRecordsMatch(records, gateway.upstream.served);
  assert.equal(new Set(records.map(({ userId }) => userId)).size, 1);
  await assertLedgerSums(gateway.context.db);
});

test('a tool loop passes the gateway step by step', { skip }, async (t) => {
  const gateway = await buildMetered(t);
  gateway.upstream.next({ toolCalls: [{ name: 'weather', arguments: '{"city":"São Paulo"}' }] }, { text: 'Sunny.' });
  const librechat = await loadLibreChat();
  const { answer } = await librechat.turn(gateway.endpoint, ANA, 'weather?', { tools: [WEATHER] });
  const { parts, text } = await answer;
  assert.equal(text, 'Sunny.');
  assert.equal(parts.find(({ type }) => type === 'tool_call')?.tool_call?.output, 'sunny in São Paulo');
  assertRecordsMatch(await gateway.records(), gateway.upstream.served);
  assert.equal(gateway.upstream.served.length, 2);
});

test('the chat model alone streams and answers as through the agent', { skip }, async (t) => {
  const gateway = await buildMetered(t, { upstream: { text: TEXT } });
  const librechat = await loadLibreChat();
  const whole = await librechat.chatModel(gateway.endpoint, ANA, false).invoke('hi');
  assert.equal(whole.content, TEXT);
  assert.equal(whole.usage_metadata?.total_tokens, gateway.upstream.served[0]?.totalTokens);
  let streamed = '';
  const model = librechat.chatModel(gateway.endpoint, ANA, true);
  for await (const chunk of await model.stream('hi')) streamed += String(chunk.content);
  assert.equal(streamed, TEXT);
  assertRecordsMatch(await gateway.records(), gateway.upstream.served);
});

test('the stop button cancels the upstream and is charged for what was delivered', { skip }, async (t) => {
  const gateway = await buildMetered(t, { upstream: { text: ['one ', 'two ', 'three'] } });
  const gate = createGate();
  gateway.upstream.script({ wait: { 'chunk:2': gate } });
  const stop = new AbortController();
  const librechat = await loadLibreChat();
  const { answer } = await librechat.turn(gateway.endpoint, ANA, 'hi', { signal: stop.signal });
  await gate.reached;
  stop.abort();
  await answer.catch(() => undefined);
  const [record] = await gateway.settled();
  await gateway.upstream.idle();
  assert.equal(gateway.upstream.calls[0]?.state, 'aborted');
  assert.equal(record?.outcome, 'client_aborted');
  assert.equal(record?.usageSource, 'partial');
  const counted = gateway.upstream.calls[0]?.counted();
  assert.deepEqual(
    [record?.promptTokens, record?.completionTokens],
    [counted?.promptTokens, counted?.completionTokens],
  );
  assert.equal(gateway.requests, 1);
  await assertLedgerSums(gateway.context.db);
});

const LOCALES = [
  { locale: 'en', says: /quota exceeded/i },
  { locale: 'pt-BR', says: /cota (excedida|esgotada)/i },
] as const;
/** In which modes a person reads the sentence, by LibreChat version. */
const READABLE: Record<string, readonly LibreChatVersion[]> = {
  '429': ['0.8.7'],
  '429 with hint': ['0.8.7'],
  '403': ['0.8.7', '0.8.8'],
  '402': ['0.8.7', '0.8.8'],
};

test('at quota a turn of LibreChat is one request, never retried, in every mode and language', { skip }, async (t) => {
  const gateway = await spentGateway(t, await loadLibreChat());
  const librechat = await loadLibreChat();
  for (const { locale, says } of LOCALES) {
    for (const [mode, readable] of Object.entries(READABLE)) {
      await gateway.set({ locale, 'policy.quotaReply': mode });
      const before = { requests: gateway.requests, calls: gateway.upstream.calls.length };
      const failure = await failureOf((await librechat.turn(gateway.endpoint, ANA, 'hi')).answer);
      assert.equal(gateway.requests, before.requests + 1, `${mode}: no silent retry`);
      assert.equal(gateway.upstream.calls.length, before.calls, `${mode}: free of the upstream`);
      assert.ok(failure.message.startsWith(`${mode.slice(0, 3)} `), failure.message);
      assert.match(failure.message, says);
      assert.ok(!looksLikeOverflow(failure.message), failure.message);
      const sentence = sentenceOf(failure);
      for (const version of ['0.8.7', '0.8.8'] as const) {
        const screen = librechatScreen(version, failure, sentence);
        assert.equal(screen.readable, readable.includes(version), `${mode} in ${version}: ${screen.text}`);
        t.diagnostic(`${mode}, ${locale}, LibreChat ${version}: ${screen.text}`);
      }
    }
  }
});

test('at quota the chat model of LibreChat fails at once too, streamed and not', { skip }, async (t) => {
  const librechat = await loadLibreChat();
  const gateway = await spentGateway(t, librechat);
  for (const streaming of [true, false]) {
    const before = gateway.requests;
    const failure = await failureOf(librechat.chatModel(gateway.endpoint, ANA, streaming).invoke('hi'));
    assert.match(failure.message, /^429 Monthly token quota exceeded/);
    assert.equal(gateway.requests, before + 1);
  }
});

test('at quota the title is asked for twice by LibreChat itself, and the upstream hears nothing', {
  skip,
}, async (t) => {
  const librechat = await loadLibreChat();
  const gateway = await spentGateway(t, librechat);
  const before = { requests: gateway.requests, calls: gateway.upstream.calls.length };
  const { answer, title } = await librechat.turn(gateway.endpoint, ANA, 'hi', { title: true });
  await failureOf(answer);
  assert.equal(await title, null);
  assert.equal(gateway.requests, before.requests + 3);
  assert.equal(gateway.upstream.calls.length, before.calls);
});

test('as an assistant message the sentence stands in the chat', { skip }, async (t) => {
  const librechat = await loadLibreChat();
  const gateway = await spentGateway(t, librechat);
  const calls = gateway.upstream.calls.length;
  for (const { locale, says } of LOCALES) {
    await gateway.set({ locale, 'policy.quotaReply': 'assistant message' });
    const { text } = await (await librechat.turn(gateway.endpoint, ANA, 'hi')).answer;
    assert.match(text, says);
    t.diagnostic(`assistant message, ${locale}: ${text}`);
  }
  assert.equal(gateway.upstream.calls.length, calls);
  assert.equal((await gateway.records()).length, 1);
});

/** A gateway on which Ana has used all of her 1,000 tokens in one turn. */
async function spentGateway(t: Parameters<typeof buildMetered>[0], librechat: LibreChat): Promise<MeteredGateway> {
  const gateway = await buildMetered(t, {
    config: { users: [{ email: ANA.email, monthlyLimit: 1_000 }], creditsEmail: 'credits@example.com' },
  });
  gateway.upstream.next({ figures: () => ({ prompt_tokens: 400, completion_tokens: 600, total_tokens: 1_000 }) });
  await (await librechat.turn(gateway.endpoint, ANA, 'hi')).answer;
  assert.equal((await gateway.records())[0]?.chargedTokens, 1_000);
  return gateway;
}

/** The gateway's own sentence, without the status before it and whatever follows it. */
function sentenceOf({ message }: Failure): string {
  const [line = ''] = message.slice('429 '.length).split('\n');
  return line.split(' {')[0] ?? '';
}
