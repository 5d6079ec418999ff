/** Azure: deployments in the path or models in the body, versions in the query, and base URLs as people paste them. */
import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { buildProxy, type ProxyKit } from '../support/proxy-kit.ts';
import { errorIn } from '../support/refusals.ts';

const MESSAGES = { messages: [{ role: 'user', content: 'hi' }] };
const CHAT = '/openai/deployments/house-4o/chat/completions';
const V1 = '/openai/v1/chat/completions';
const KEY = 'sk-azure-0000';

/** A gateway whose models are at an Azure resource with this behind its host. */
async function azure(t: TestContext, base: string): Promise<ProxyKit> {
  const kit = await buildProxy(t);
  const elsewhere = { method: 'PUT', body: { models: ['none'] } };
  assert.equal((await kit.api('/api/admin/upstreams/mock', elsewhere)).status, 200);
  const aliases = { 'gpt-4o': 'house-4o' };
  const baseUrl = `${kit.upstream.url}${base}`;
  const body = { id: 'azure', kind: 'azure', baseUrl, apiKey: KEY, models: ['house-*'], aliases };
  assert.equal((await kit.api('/api/admin/upstreams', { body })).status, 201);
  return kit;
}

function ask(kit: ProxyKit, path: string, body: object = MESSAGES) {
  return kit.ask(body, { path, headers: { authorization: null, 'api-key': kit.serviceKey } });
}

test('whatever follows the host in the base URL, requests find their place there', async (t) => {
  const deployment = '/openai/deployments/house-4o/chat/completions';
  for (const [base, path, version] of [
    ['', deployment, '?api-version=2024-10-21'],
    ['/', deployment, '?api-version=2024-10-21'],
    ['/openai', deployment, '?api-version=2024-10-21'],
    ['/openai/v1', '/openai/v1/chat/completions', ''],
    ['/openai/v1/', '/openai/v1/chat/completions', ''],
  ] as const) {
    const kit = await azure(t, base);
    const named = { model: 'gpt-4o', ...MESSAGES };
    for (const [from, body] of [
      [CHAT, MESSAGES],
      [V1, named],
      ['/v1/chat/completions', named],
    ] as const) {
      assert.equal((await ask(kit, from, body)).status, 200, `${base} ${from}`);
      const call = kit.upstream.calls.at(-1);
      assert.deepEqual([call?.path, call?.query, call?.body.model], [path, version, 'house-4o'], `${base} ${from}`);
      assert.deepEqual([call?.headers['api-key'], call?.headers.authorization], [KEY, undefined]);
    }
    const models = (await kit.settled()).map(({ model }) => model);
    assert.deepEqual(models, ['house-4o', 'gpt-4o', 'gpt-4o'], 'recorded as they were asked for');
  }
});

test('the version that a client names goes on, and nothing else of its query', async (t) => {
  const kit = await azure(t, '');
  assert.equal((await ask(kit, `${CHAT}?api-version=2025-01-01%2B&key=secret&x=1`)).status, 200);
  assert.equal(kit.upstream.calls[0]?.query, '?api-version=2025-01-01%2B');
  const v1 = await azure(t, '/openai/v1');
  assert.equal((await ask(v1, `${V1}?api-version=preview`, { model: 'house-4o', ...MESSAGES })).status, 200);
  assert.equal(v1.upstream.calls[0]?.query, '?api-version=preview');
});

test('the deployment in the path is the model, whatever the body says', async (t) => {
  const kit = await azure(t, '');
  assert.equal((await ask(kit, CHAT, { model: 'o3-pro', ...MESSAGES })).status, 200);
  assert.equal((await kit.settled())[0]?.model, 'house-4o');
  assert.equal(kit.upstream.calls[0]?.body.model, 'house-4o', 'nor can the upstream read another one');
});

test('a deployment may have a name as long as any, encoded or not', async (t) => {
  const kit = await azure(t, '');
  for (const name of [`house-${'x'.repeat(194)}`, `house-${'é'.repeat(194)}`]) {
    const path = `/openai/deployments/${encodeURIComponent(name)}/chat/completions`;
    assert.equal((await ask(kit, path)).status, 200);
    assert.equal(kit.upstream.calls.at(-1)?.path, path);
  }
});

test('no name leads out of the path of its deployment: nothing is sent or held', async (t) => {
  const kit = await azure(t, '');
  const any = { method: 'PUT', body: { models: ['*'] } };
  assert.equal((await kit.api('/api/admin/upstreams/azure', any)).status, 200);
  const names = ['..', '.', '../..', './x', 'x/..', 'x/../y', '..x', 'x..', 'x/..y', '..\\x', 'x\ud800'];
  for (const name of names) {
    const paths = name.isWellFormed()
      ? [name, encodeURIComponent(name), encodeURIComponent(name).replaceAll('.', '%2e')]
      : [];
    const inPath = paths.map((part) => [`/openai/deployments/${part}/chat/completions`, MESSAGES] as const);
    for (const [path, body] of [...inPath, ['/v1/chat/completions', { model: name, ...MESSAGES }] as const]) {
      const answer = await ask(kit, path, body);
      assert.ok([400, 404].includes(answer.status), `${path} ${name}: ${answer.text}`);
      assert.match(errorIn(answer).code, /^(invalid_request|not_found)$/);
    }
  }
  assert.equal(kit.upstream.calls.length, 0);
  assert.equal((await kit.records()).length, 0);
  assert.equal((await ask(kit, '/openai/deployments/gpt-4..1/chat/completions')).status, 200, 'dots inside are dots');
});

test('what is at fault is refused in OpenAI’s shape, and nothing is sent or held', async (t) => {
  const kit = await azure(t, '');
  for (const [path, body, status, code] of [
    [`${CHAT}?api-version=1&api-version=2`, MESSAGES, 400, 'invalid_request'],
    [`/openai/deployments/${'x'.repeat(201)}/chat/completions`, MESSAGES, 400, 'invalid_request'],
    [`/openai/deployments/${'x'.repeat(1_001)}/chat/completions`, MESSAGES, 404, 'not_found'],
    ['/openai/deployments/%zz/chat/completions', MESSAGES, 400, 'invalid_request'],
    ['/openai/deployments/other/chat/completions', MESSAGES, 404, 'model_not_found'],
    ['/openai/deployments/house-4o/assistants', MESSAGES, 404, 'not_found'],
    ['/openai/deployments/house-4o/../other/chat/completions', MESSAGES, 404, 'not_found'],
    ['/openai/deployments', MESSAGES, 404, 'not_found'],
    ['/openai/v1/files', MESSAGES, 404, 'not_found'],
    [V1, MESSAGES, 400, 'invalid_request'],
  ] as const) {
    const answer = await ask(kit, path, body);
    const error = errorIn(answer);
    assert.deepEqual([answer.status, error.code], [status, code], `${path}: ${answer.text}`);
  }
  assert.equal(kit.upstream.calls.length, 0);
  assert.equal((await kit.records()).length, 0);
});
