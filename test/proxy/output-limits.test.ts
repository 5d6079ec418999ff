/** A limit that the upstream does not read is none, and one that it reads besides ours may undo it. */
import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { chatDialect } from '../../gateway/proxy/dialects/chat.ts';
import { outline, edited as withEdits } from '../../gateway/proxy/json-outline.ts';
import { readsEveryLimit } from '../../gateway/upstreams/kinds.ts';
import { ANA, buildProxy, chat, type ProxyKit } from '../support/proxy-kit.ts';
import { errorIn } from '../support/refusals.ts';
import { buildWires, SMALL } from '../support/wires-kit.ts';

const withLimit = (t: TestContext, monthlyLimit: number): Promise<ProxyKit> =>
  buildProxy(t, { config: { users: [{ email: ANA, plan: 'enterprise', monthlyLimit }] } });

async function forwarded(kit: ProxyKit, body: object | string): Promise<string> {
  const answer = await kit.ask(body);
  assert.equal(answer.status, 200, answer.text);
  return kit.upstream.calls.at(-1)?.bytes.toString() ?? '';
}

test('the newer limit goes on under the older name where it might not be read, and nothing else changes', async (t) => {
  const kit = await withLimit(t, 1_000_000);
  const body = (fields: string, model = 'llama3.2') =>
    `{"model":"${model}", ${fields} ,"messages":[{"role":"user","content":"hi"}]}`;
  assert.equal(await forwarded(kit, body('"max_completion_tokens" : 10')), body('"max_tokens":10'));
  assert.equal(
    await forwarded(kit, body('"max_tokens" : null,"max_completion_tokens":10')),
    body('"max_tokens" : 10,"max_completion_tokens":10'),
  );
  for (const same of [
    body('"max_tokens": 10'),
    body('"max_tokens": 10,"max_completion_tokens":20'),
    body('"max_completion_tokens": null'),
    body('"max_completion_tokens": 10', 'gpt-5'),
    body('"max_tokens": 10', 'o3'),
  ]) {
    assert.equal(await forwarded(kit, same), same);
  }
  await kit.balanced({ records: 7 });
});

test('renamed, it is the one that was lowered', async (t) => {
  const kit = await withLimit(t, 2_000);
  const sent = JSON.parse(await forwarded(kit, chat({ max_completion_tokens: 90_000 })));
  assert.equal(sent.max_completion_tokens, undefined);
  assert.ok(sent.max_tokens >= 256 && sent.max_tokens <= 1_500, `${sent.max_tokens}`);
});

test('OpenAI and Azure read both names, and refuse what their model does not take', () => {
  const at = (origin: string, kind: 'openai' | 'azure' = 'openai') => readsEveryLimit({ kind, origin });
  for (const origin of [
    'https://api.openai.com',
    'https://eu.api.openai.com',
    'https://acme.openai.azure.com',
    'https://acme.services.ai.azure.com',
  ]) {
    assert.equal(at(origin), true, origin);
  }
  for (const origin of ['http://127.0.0.1:11434', 'https://openrouter.ai', 'https://api.openai.com.evil.example']) {
    assert.equal(at(origin), false, origin);
  }
  assert.equal(at('http://127.0.0.1:1', 'azure'), true);
  const text = '{"model":"m","messages":[],"max_completion_tokens":10}';
  const change = { limit: null, limitField: 'max_tokens', model: 'm', askForUsage: false, limitCalls: false };
  const edits = chatDialect.edits(JSON.parse(text), { ...change, readsOnlyLimitField: false });
  const bytes = Buffer.from(text);
  assert.equal(withEdits(bytes, outline(bytes, 9) ?? [], edits), bytes);
});

test('limits under other names are taken beside the wire’s own and come down with it, or are refused', async (t) => {
  const kit = await buildWires(t, { config: { users: [{ email: ANA, plan: 'enterprise', monthlyLimit: 20_000 }] } });
  const wires: [{ path: string; body: object }, string][] = [
    [{ path: SMALL.chat.path, body: chat() }, 'max_tokens'],
    [SMALL.responses, 'max_output_tokens'],
    [SMALL.messages, 'max_tokens'],
    [{ path: '/v1/completions', body: { model: 'gpt-4o-mini', prompt: 'hi' } }, 'max_tokens'],
  ];
  for (const [{ path, body }, own] of wires) {
    for (const [extra, field] of [
      [{ [own]: 10, n_predict: -1 }, 'n_predict'],
      [{ [own]: 10, n_predict: 11 }, 'n_predict'],
      [{ [own]: 10, n_predict: '9' }, 'n_predict'],
      [{ [own]: 10, num_predict: 1e9 }, 'num_predict'],
      [{ [own]: 10, max_new_tokens: 20 }, 'max_new_tokens'],
      [{ [own]: 10, max_length: 0 }, 'max_length'],
      [{ [own]: 10, max_gen_len: 11 }, 'max_gen_len'],
      [{ [own]: 10, auto_max_new_tokens: true }, 'auto_max_new_tokens'],
      [{ [own]: 10, n_cmpl: 8 }, 'n_cmpl'],
      ...(path === SMALL.messages.path ? [] : [[{ n_predict: 10 }, 'n_predict']]),
    ] as [object, string][]) {
      const refused = await kit.ask({ ...body, ...extra }, { path });
      assert.equal(refused.status, 400, `${path} ${JSON.stringify(extra)}`);
      assert.match(errorIn(refused).message, new RegExp(`'${field}'`));
    }
    const twice = JSON.stringify({ ...body, [own]: 10, n_predict: 10 }).replace('{', '{"n_predict":9,');
    assert.equal((await kit.ask(twice, { path })).status, 400, path);
  }
  assert.equal(kit.upstream.calls.length, 0);

  for (const [{ path, body }, own] of wires) {
    await kit.ask({ ...body, [own]: 90_000, n_predict: 80_000, max_new_tokens: 50, max_length: null }, { path });
    const sent = kit.upstream.calls.at(-1)?.body ?? {};
    const limit = Number(sent[own]);
    assert.ok(limit > 256 && limit < 20_000, `${path} ${limit}`);
    assert.deepEqual([sent.n_predict, sent.max_new_tokens, sent.max_length], [limit, 50, null], path);
  }
});
