import assert from 'node:assert/strict';
import { test } from 'node:test';
import { UNIT_RATE } from '../../gateway/ledger/charge.ts';
import { inOrder, termsOfAll } from '../../gateway/proxy/candidates.ts';
import { modelFacts } from '../../gateway/proxy/model-facts.ts';
import type { ModelTermsDirectory } from '../../gateway/proxy/model-terms.ts';
import { loadPriceTable } from '../../gateway/proxy/price-table.ts';
import { createPriceBook, DEFAULT_PRICE } from '../../gateway/proxy/prices.ts';
import type { Route, Upstream } from '../../gateway/proxy/upstream-directory.ts';
import { chance } from '../support/random.ts';

const route = (id: string, position: number, weight = 1): Route => ({
  model: 'm',
  upstream: { id, position, weight } as Upstream,
});
const MILLION = 1_000_000;
const lots = (seed: number) => {
  const { below } = chance(seed);
  return () => below(MILLION) / MILLION;
};
const ids = (routes: readonly Route[]) => routes.map(({ upstream }) => upstream.id).join('');

test('upstreams are asked by position', () => {
  const routes = [route('a', 0), route('b', 1), route('c', 5)];
  assert.equal(inOrder(routes), routes);
  assert.deepEqual(inOrder([]), []);
});

test('those of one position share it by weight, and follow each other in every order', () => {
  const random = lots(7);
  const routes = [route('a', 0, 3), route('b', 0, 1), route('c', 1)];
  const firsts = { a: 0, b: 0 };
  for (let draw = 0; draw < 4_000; draw++) {
    const order = ids(inOrder(routes, random));
    assert.ok(order === 'abc' || order === 'bac', order);
    firsts[order[0] as 'a' | 'b']++;
  }
  assert.ok(Math.abs(firsts.a / 4_000 - 0.75) < 0.03, `${firsts.a}`);
});

test('whoever has no weight only stands in', () => {
  const random = lots(3);
  for (let draw = 0; draw < 200; draw++) {
    assert.equal(ids(inOrder([route('a', 0, 0), route('b', 0, 1)], random)), 'ba');
  }
});

test('what is held for a tier covers the dearest of those who may answer in it', async () => {
  const book = createPriceBook(await loadPriceTable(), []);
  const directory: ModelTermsDirectory = {
    of: async ({ upstream, model }) => ({
      facts: modelFacts(model, []),
      rate: UNIT_RATE,
      quote: (at, promptTokens, tier) => book.priceOf(upstream, model, at, promptTokens, tier),
    }),
  };
  const at = (origin: string, pathPrefix: string): Route => ({
    model: 'our-own-model',
    upstream: { id: origin, kind: 'openai', origin, pathPrefix } as Upstream,
  });
  // The first sells all of its tiers at one price.
  const routes = [at('https://api.groq.com', '/openai/v1'), at('http://127.0.0.1:4000', '/v1')];
  for (const order of [routes, routes.toReversed()]) {
    const { dearest } = await termsOfAll(directory, order, 'our-own-model');
    assert.equal(dearest.quote(0).bound.output, DEFAULT_PRICE.output);
    assert.equal(dearest.quote(0, 0, 'flex').bound.output, DEFAULT_PRICE.output);
    assert.equal(dearest.quote(0, 0, 'priority').bound.output, 2 * DEFAULT_PRICE.output);
  }
});
