/** A real LiteLLM behind the gateway: its answers whole, its figures charged, its refusals as they are. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import Anthropic from '@anthropic-ai/sdk';
import { build } from '../support/build.ts';
import { failureOf, openaiClient, streamedText } from '../support/clients.ts';
import { assertLedgerSums } from '../support/ledger-oracle.ts';
import { LITELLM_KEY, LITELLM_TEXT, litellmMissing, startLiteLlm } from '../support/litellm.ts';

const HEADERS = { 'X-User-Email': 'ana@example.com' };
const ask = (model: string) => ({ model, messages: [{ role: 'user' as const, content: 'hi' }] });

test('LiteLLM answers, streams, refuses and fails, and is charged for what it reports', {
  skip: litellmMissing(),
}, async (t) => {
  const baseUrl = await startLiteLlm(t);
  const upstream = { id: 'litellm', kind: 'openai', baseUrl, apiKey: LITELLM_KEY, models: ['*'] };
  const gateway = await build(t, {
    config: { upstreams: [upstream], users: [{ email: 'ana@example.com', plan: 'enterprise' }] },
  });
  const { db } = gateway.context;
  const client = openaiClient({ baseUrl: `${gateway.url}/v1`, key: gateway.serviceKey, headers: HEADERS });
  const last = async () => {
    const records = await db.select().from(db.tables.usageRecords).orderBy(db.tables.usageRecords.id);
    return records.at(-1);
  };

  const whole = await client.chat.completions.create(ask('mock-chat'));
  assert.equal(whole.choices[0]?.message.content, LITELLM_TEXT);
  const record = await last();
  assert.deepEqual(
    [record?.usageSource, record?.promptTokens, record?.completionTokens, record?.chargedTokens],
    ['reported', whole.usage?.prompt_tokens, whole.usage?.completion_tokens, whole.usage?.total_tokens],
  );

  const told = await streamedText(client, { ...ask('mock-chat'), stream_options: { include_usage: true } });
  assert.equal(told.text, LITELLM_TEXT);
  const streamed = await last();
  assert.deepEqual([streamed?.usageSource, streamed?.chargedTokens], ['reported', told.usage?.total_tokens]);
  assert.equal((await streamedText(client, ask('mock-chat'))).text, LITELLM_TEXT);
  assert.equal((await last())?.usageSource, 'reported', 'the gateway asks for what the client does not');

  const anthropic = new Anthropic({ apiKey: gateway.serviceKey, baseURL: gateway.url, defaultHeaders: HEADERS });
  const message = await anthropic.messages.create({ ...ask('mock-chat'), max_tokens: 1_000 });
  assert.equal(message.content[0]?.type === 'text' && message.content[0].text, LITELLM_TEXT);
  const said = await last();
  assert.deepEqual(
    [said?.usageSource, said?.endpoint, said?.promptTokens, said?.completionTokens],
    ['reported', '/v1/messages', message.usage.input_tokens, message.usage.output_tokens],
  );

  for (const [model, status] of [
    ['mock-429', 429],
    ['mock-500', 500],
  ] as const) {
    const impatient = client.withOptions({ maxRetries: 0 });
    const failure = await failureOf(impatient.chat.completions.create(ask(model)));
    assert.equal(failure.status, status, failure.message);
    assert.match(failure.message, /litellm/i, 'in its own words');
    const refused = await last();
    assert.deepEqual([refused?.outcome, refused?.chargedTokens, refused?.statusCode], ['upstream_error', 0, status]);
  }
  await assertLedgerSums(db);
});
