/** Scripts through the gateway with OpenAI's own client: what they get, what is metered, and what they read at quota. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Failure, failureOf, openaiClient, streamedText } from '../support/clients.ts';
import { buildMetered, type MeteredGateway, UPSTREAM_KEY } from '../support/clients-gateway.ts';
import { assertOnlyAllowedHeaders, assertRecordsMatch } from '../support/clients-oracle.ts';
import { librechatScreen, looksLikeOverflow } from '../support/clients-screen.ts';
import { texts } from '../support/mock-upstream/index.ts';

const TEXT = `Olá 世界 👩‍💻 {"a":[1,2]} ${texts.uuids(200)}`;
const ANA = { 'X-User-Email': 'ana@example.com', 'X-User-Name': 'Ana' };
const ask = (content = 'hi') => ({ model: 'gpt-4o-mini', messages: [{ role: 'user' as const, content }] });

/** The client as a script has it, with the service key and the user's headers. */
function scriptOf(gateway: MeteredGateway, headers: Record<string, string> = ANA) {
  return openaiClient({ ...gateway.endpoint, headers });
}

test('openai gets every character, streamed and not, and is charged what the upstream served', async (t) => {
  const gateway = await buildMetered(t, { upstream: { text: TEXT } });
  const client = scriptOf(gateway, { ...ANA, Cookie: 'session=secret', 'X-Real-Ip': '203.0.113.7' });
  const whole = await client.chat.completions.create({ ...ask(texts.emoji(300)), user: '65f0c0ffee0123456789abcd' });
  assert.equal(whole.choices[0]?.message.content, TEXT);
  const streamed = await streamedText(client, ask(texts.json(300)));
  assert.equal(streamed.text, TEXT);

  assert.equal(gateway.requests, 2);
  assert.equal(gateway.upstream.calls.length, 2);
  assertRecordsMatch(await gateway.records(), gateway.upstream.served);
  for (const call of gateway.upstream.calls) {
    assertOnlyAllowedHeaders(call);
    assert.equal(call.headers.authorization, `Bearer ${UPSTREAM_KEY}`);
    assert.ok(!call.rawHeaders.join('\n').includes(gateway.serviceKey));
  }
});

test('the upstream is asked for usage in streams, and only a client that asked for it too sees the usage', async (t) => {
  const gateway = await buildMetered(t, { upstream: { text: TEXT } });
  const client = scriptOf(gateway);
  const silent = await streamedText(client, ask());
  const told = await streamedText(client, { ...ask(), stream_options: { include_usage: true } });
  for (const call of gateway.upstream.calls) assert.deepEqual(call.body.stream_options, { include_usage: true });
  assert.equal(silent.usage, null);
  assert.equal(told.usage?.total_tokens, gateway.upstream.served[1]?.totalTokens);
  assert.equal(told.chunks, silent.chunks + 1);
  assertRecordsMatch(await gateway.records(), gateway.upstream.served);
});

test("answers say what is left, and nothing of the upstream's account", async (t) => {
  const gateway = await buildMetered(t, { config: { users: [{ email: 'ana@example.com', monthlyLimit: 50_000 }] } });
  const { response } = await scriptOf(gateway)
    .chat.completions.create({ ...ask(), max_tokens: 100 })
    .withResponse();
  assert.equal(response.headers.get('x-ratelimit-limit-tokens'), '50000');
  assert.match(response.headers.get('x-request-id') ?? '', /^req_/);
  for (const name of ['set-cookie', 'openai-organization', 'x-ratelimit-limit-requests', 'cf-cache-status']) {
    assert.equal(response.headers.get(name), null, name);
  }
});

const MODES = ['429', '429 with hint', '403', '402'] as const;
const LOCALES = [
  { locale: 'en', says: /quota exceeded/i, ask: 'Ask for more: credits@example.com' },
  { locale: 'pt-BR', says: /cota (excedida|esgotada)/i, ask: 'Solicite créditos: credits@example.com' },
] as const;

test('at quota a script gets one answer, readable, in every mode and language', async (t) => {
  const gateway = await spentGateway(t);
  for (const { locale, says, ask: where } of LOCALES) {
    for (const mode of MODES) {
      await gateway.set({ locale, 'policy.quotaReply': mode });
      for (const stream of [false, true]) {
        const before = { requests: gateway.requests, calls: gateway.upstream.calls.length };
        const client = scriptOf(gateway);
        const failure = await failureOf(
          stream ? streamedText(client, ask()) : client.chat.completions.create(ask()).then(),
        );
        const status = Number.parseInt(mode, 10);
        assert.equal(gateway.requests, before.requests + 1, `${mode}: no silent retry`);
        assert.equal(gateway.upstream.calls.length, before.calls, `${mode}: free of the upstream`);
        assert.equal(failure.status, status);
        assert.equal(failure.code, 'insufficient_quota');
        assert.ok(failure.message.startsWith(`${status} `), failure.message);
        assert.match(failure.message, says);
        assert.ok(failure.message.includes(where), failure.message);
        assert.ok(!looksLikeOverflow(failure.message));
        assert.ok(!failure.message.includes('\n'));
        if (mode !== '429 with hint') assert.doesNotMatch(failure.message, /[{}]/);
        if (!stream) t.diagnostic(shown(mode, locale, failure));
      }
    }
  }
  assert.equal((await gateway.records()).length, 1);
});

test('as an assistant message the refusal is an answer of the model, streamed and not', async (t) => {
  const gateway = await spentGateway(t);
  for (const { locale, says } of LOCALES) {
    await gateway.set({ locale, 'policy.quotaReply': 'assistant message' });
    const client = scriptOf(gateway);
    const calls = gateway.upstream.calls.length;
    const whole = await client.chat.completions.create(ask());
    const streamed = await streamedText(client, { ...ask(), stream_options: { include_usage: true } });
    assert.match(whole.choices[0]?.message.content ?? '', says);
    assert.equal(whole.choices[0]?.finish_reason, 'stop');
    assert.equal(streamed.text, whole.choices[0]?.message.content);
    assert.equal(streamed.usage?.total_tokens, 0);
    assert.equal(gateway.upstream.calls.length, calls);
    t.diagnostic(`assistant message, ${locale}: ${streamed.text}`);
  }
  assert.equal((await gateway.records()).length, 1);
});

test('with the hint LibreChat up to 0.8.7 shows the sentence and nothing else', async (t) => {
  const gateway = await spentGateway(t);
  for (const { locale, says, ask: where } of LOCALES) {
    await gateway.set({ locale, 'policy.quotaReply': '429 with hint' });
    const failure = await failureOf(scriptOf(gateway).chat.completions.create(ask()).then());
    const sentence = failure.message.slice('429 '.length, failure.message.indexOf(' {'));
    const screen = librechatScreen('0.8.7', failure, sentence);
    assert.equal(screen.text, sentence);
    assert.match(sentence, says);
    assert.ok(sentence.endsWith(where));
    assert.ok(sentence.length <= 240);
  }
});

/** A gateway whose only user has used all of 1,000 tokens in one request. */
async function spentGateway(t: Parameters<typeof buildMetered>[0]): Promise<MeteredGateway> {
  const gateway = await buildMetered(t, {
    config: { users: [{ email: 'ana@example.com', monthlyLimit: 1_000 }], creditsEmail: 'credits@example.com' },
  });
  gateway.upstream.next({
    figures: () => ({ prompt_tokens: 400, completion_tokens: 600, total_tokens: 1_000 }),
  });
  await scriptOf(gateway).chat.completions.create(ask());
  const [record] = await gateway.records();
  assert.equal(record?.chargedTokens, 1_000);
  assert.equal(record?.absorbedTokens, 0);
  return gateway;
}

function shown(mode: string, locale: string, failure: Failure): string {
  return `${mode}, ${locale}: ${failure.name}: ${failure.message}`;
}
