import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ModelTerms } from '../../gateway/contract/models.ts';
import { build } from '../support/build.ts';

test('of every model it is said which price applies, from where it comes, and who serves it', async (t) => {
  const { api, url, serviceKey } = await build(t);
  const body = { model: 'solaris-echo', messages: [{ role: 'user', content: 'hi' }] };
  const headers = { authorization: `Bearer ${serviceKey}`, 'x-user-email': 'ana@example.com' };
  const answer = await fetch(`${url}/v1/chat/completions`, {
    method: 'POST',
    headers: { ...headers, 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  assert.equal(answer.status, 200);
  const before: ModelTerms[] = (await api('/api/admin/model-terms')).body.items;
  const [echo, ...others] = before;
  assert.deepEqual(others, []);
  assert.deepEqual(
    [echo?.model, echo?.upstream, echo?.priceSource, echo?.requests],
    ['solaris-echo', 'demo', 'free', 1],
  );

  const upstream = {
    id: 'openai',
    baseUrl: 'https://api.openai.com/v1',
    models: ['gpt-4o', 'in-house', 'gpt-5*'],
    aliases: { team: 'gpt-4o' },
  };
  assert.equal((await api('/api/admin/upstreams', { body: upstream })).status, 201);
  const price = { inputMicroUsd: 7_000_000, outputMicroUsd: 9_000_000 };
  const more = { feesMicroUsd: { webSearches: 4_000_000 }, tierFactors: { priority: 3 } };
  await api('/api/admin/models', { body: { id: 'gpt-5*', multiplier: 2, price: { ...price, ...more } } });
  await api('/api/admin/models', { body: { id: 'gpt-5-mini', multiplier: 3 } });
  const { items } = (await api('/api/admin/model-terms')).body as { items: ModelTerms[] };
  const of = (model: string) => items.find((item) => item.model === model);
  assert.deepEqual([of('gpt-4o')?.priceSource, of('gpt-4o')?.price?.inputMicroUsd], ['table', 2_500_000]);
  assert.deepEqual([of('team')?.servedAs, of('team')?.priceSource], ['gpt-4o', 'table']);
  assert.equal(of('in-house')?.priceSource, 'default');
  const mini = of('gpt-5-mini');
  assert.deepEqual([mini?.priceSource, mini?.multiplier, mini?.setBy], ['own', 3, 'gpt-5-mini']);
  assert.deepEqual(mini?.price, {
    ...price,
    cachedInputMicroUsd: 7_000_000,
    feesMicroUsd: { webSearches: 4_000_000, fileSearches: 2_500_000 },
    tierFactors: { flex: 0.5, priority: 3 },
  });
  assert.deepEqual(of('gpt-4o')?.price?.tierFactors, { flex: 0.5, priority: 1.7 });
  assert.deepEqual(of('gpt-4o')?.price?.feesMicroUsd, { webSearches: 10_000_000, fileSearches: 2_500_000 });
  // What was used, but is served by nobody any more, is there too; patterns are no models.
  assert.deepEqual([of('solaris-echo')?.upstream, of('solaris-echo')?.price], [null, null]);
  assert.equal(of('gpt-5*'), undefined);
});
