/** What a token costs by the tier that served it. The prices are those of the providers' own lists, in micro-USD a million. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { atFactor, cost } from '../../gateway/ledger/charge.ts';
import { namedTier } from '../../gateway/proxy/dialects/service-tier.ts';
import type { ModelOverride } from '../../gateway/proxy/model-names.ts';
import { loadPriceTable } from '../../gateway/proxy/price-table.ts';
import { createPriceBook, DEFAULT_PRICE, type PricedUpstream } from '../../gateway/proxy/prices.ts';
import type { ServiceTier } from '../../gateway/proxy/service-tiers.ts';

const AT = Date.UTC(2026, 10, 20, 12);
const OPENAI: PricedUpstream = { kind: 'openai', origin: 'https://api.openai.com', pathPrefix: '/v1' };
const LITELLM: PricedUpstream = { kind: 'openai', origin: 'http://127.0.0.1:4000', pathPrefix: '/v1' };
const GROQ: PricedUpstream = { kind: 'openai', origin: 'https://api.groq.com', pathPrefix: '/openai/v1' };
const ANTHROPIC: PricedUpstream = { kind: 'anthropic', origin: 'https://api.anthropic.com', pathPrefix: '' };
const GEMINI: PricedUpstream = { kind: 'gemini', origin: 'https://generativelanguage.googleapis.com', pathPrefix: '' };
const AZURE: PricedUpstream = { kind: 'azure', origin: 'https://acme.openai.azure.com', pathPrefix: '' };
const table = await loadPriceTable();
const book = createPriceBook(table, []);

const pricesOf = (upstream: PricedUpstream, model: string, tier: ServiceTier, promptTokens = 0) => {
  const { input, cachedInput, output } = book.priceOf(upstream, model, AT, promptTokens, tier).price;
  return [input, cachedInput, output];
};

test('a tier costs what its provider lists for it', () => {
  const listed: [PricedUpstream, string, ServiceTier, number[]][] = [
    [OPENAI, 'gpt-5', 'priority', [2_500_000, 250_000, 20_000_000]],
    [OPENAI, 'gpt-5', 'flex', [625_000, 62_500, 5_000_000]],
    [OPENAI, 'gpt-5', 'batch', [625_000, 62_500, 5_000_000]],
    [OPENAI, 'gpt-5-mini-2025-08-07', 'priority', [450_000, 45_000, 3_600_000]],
    [OPENAI, 'gpt-5.1-codex-mini', 'priority', [450_000, 45_000, 3_600_000]],
    [OPENAI, 'gpt-5.4', 'priority', [5_000_000, 500_000, 30_000_000]],
    [OPENAI, 'gpt-5.4-mini', 'priority', [1_500_000, 150_000, 9_000_000]],
    [OPENAI, 'gpt-5.5', 'priority', [12_500_000, 1_250_000, 75_000_000]],
    [OPENAI, 'gpt-6-astra', 'ultrafast', [60_000_000, 6_000_000, 300_000_000]],
    [OPENAI, 'gpt-4.1', 'priority', [3_500_000, 875_000, 14_000_000]],
    [OPENAI, 'gpt-4.1-mini', 'priority', [700_000, 175_000, 2_800_000]],
    [OPENAI, 'gpt-4.1-nano', 'priority', [200_000, 50_000, 800_000]],
    [OPENAI, 'gpt-4o', 'priority', [4_250_000, 2_125_000, 17_000_000]],
    [OPENAI, 'gpt-4o-mini', 'priority', [250_000, 125_000, 1_000_000]],
    [OPENAI, 'o3', 'priority', [3_500_000, 875_000, 14_000_000]],
    [OPENAI, 'o3', 'flex', [1_000_000, 250_000, 4_000_000]],
    [OPENAI, 'o4-mini', 'priority', [2_000_000, 500_000, 8_000_001]],
    [LITELLM, 'openai/gpt-4.1', 'priority', [3_500_000, 875_000, 14_000_000]],
    [GEMINI, 'gemini-3.5-flash', 'priority', [2_700_000, 270_000, 16_200_000]],
    [GEMINI, 'gemini-3.1-flash-lite', 'flex', [125_000, 12_500, 750_000]],
    [ANTHROPIC, 'claude-opus-5', 'fast', [10_000_000, 1_000_000, 50_000_000]],
    [ANTHROPIC, 'claude-opus-4-6', 'fast', [30_000_000, 3_000_000, 150_000_000]],
  ];
  for (const [upstream, model, tier, prices] of listed) {
    assert.deepEqual(pricesOf(upstream, model, tier), prices, `${model} ${tier}`);
  }
  const [long = 0] = pricesOf(OPENAI, 'gpt-5.4', 'flex', 300_000);
  assert.equal(long, 2_500_000, 'half of the price of a long prompt');
});

test('tiers that are paid beforehand or cost the same leave the price as it is', () => {
  for (const [upstream, model, tier] of [
    [OPENAI, 'gpt-5', 'standard'],
    [OPENAI, 'gpt-5', 'fast'],
    [ANTHROPIC, 'claude-opus-5', 'priority'],
    [ANTHROPIC, 'claude-sonnet-4-5', 'flex'],
    [GROQ, 'llama-3.3-70b-versatile', 'flex'],
    [GROQ, 'some-model-of-theirs', 'priority'],
  ] as const) {
    assert.deepEqual(
      book.priceOf(upstream, model, AT, 0, tier),
      book.priceOf(upstream, model, AT),
      `${upstream.origin} ${model} ${tier}`,
    );
  }
});

test('models that nobody knows cost half in flex and twice in priority', () => {
  const { input, output } = DEFAULT_PRICE;
  for (const upstream of [LITELLM, AZURE]) {
    for (const [tier, times] of [
      ['flex', 0.5],
      ['priority', 2],
    ] as const) {
      assert.deepEqual(pricesOf(upstream, 'our-own-model', tier), [input * times, input * times, output * times], tier);
      assert.equal(book.priceOf(upstream, 'our-own-model', AT, 0, tier).known, false);
    }
  }
});

test('every kind of token costs the factor, and what is bought by the call what it did', () => {
  const price = {
    input: 1_000_000,
    cachedInput: 100_000,
    output: 4_000_000,
    parts: { cacheWrite: 1_250_000, promptAudio: 8_000_000 },
    calls: { webSearches: 10_000_000 },
  };
  const parts = { cacheWrite: 200, promptAudio: 100 };
  const tokens = (factor: number) => cost(atFactor(price, factor), 1_000, 500, 100, parts);
  assert.equal(tokens(2_000_000), 2 * tokens(1_000_000));
  assert.equal(tokens(500_000), tokens(1_000_000) / 2);
  const searches = cost(atFactor(price, 2_000_000), 0, 0, 0, undefined, { webSearches: 3 });
  assert.equal(searches, 30_000);
});

test('a hold covers the tier that is asked for, and the standard one in its place', () => {
  const standard = book.priceOf(OPENAI, 'gpt-4.1', AT).bound;
  assert.deepEqual(book.priceOf(OPENAI, 'gpt-4.1', AT, 0, 'flex').bound, standard, 'flex may be served as standard');
  const priority = book.priceOf(OPENAI, 'gpt-4.1', AT, 0, 'priority').bound;
  assert.deepEqual(
    [priority.input, priority.output, priority.calls],
    [standard.input * 1.75, standard.output * 1.75, standard.calls],
  );
  const names = table.providers.flatMap(({ models }) => models.map(([match]) => match)).flat();
  let compared = 0;
  for (const match of names) {
    if (typeof match !== 'string' || !match.startsWith('=')) continue;
    for (const tier of ['flex', 'batch', 'priority', 'ultrafast', 'fast'] as const) {
      const { price, bound } = book.priceOf(LITELLM, match.slice(1), AT, 0, tier);
      assert.ok(price.input <= bound.input && price.output <= bound.output, `${match} ${tier}`);
      compared += 1;
    }
  }
  assert.ok(compared > 2_000, `${compared} compared`);
});

test('an operator’s own factors go before those that are known, each by itself', () => {
  const own = (tiers: { flex?: number; priority?: number }): ModelOverride => ({
    id: 'gpt-5',
    multiplier: 1_000_000,
    maxOutputTokens: null,
    price: { input: 1_000_000, output: 2_000_000, tiers },
    units: null,
  });
  const inputs = (tiers: { flex?: number; priority?: number }) => {
    const ours = createPriceBook(table, [own(tiers)]);
    return (['standard', 'flex', 'priority'] as const).map(
      (tier) => ours.priceOf(OPENAI, 'gpt-5', AT, 0, tier).price.input,
    );
  };
  assert.deepEqual(inputs({}), [1_000_000, 500_000, 2_000_000]);
  assert.deepEqual(inputs({ priority: 1_250_000 }), [1_000_000, 500_000, 1_250_000]);
  assert.deepEqual(inputs({ flex: 0, priority: 1_000_000 }), [1_000_000, 0, 1_000_000]);
});

test('tiers have one name on all wires, and what is no tier is not taken for one', () => {
  for (const [name, tier] of [
    ['priority', 'priority'],
    ['fast', 'priority'],
    ['SERVICE_TIER_FLEX', 'flex'],
    ['ON_DEMAND_PRIORITY', 'priority'],
    ['default', 'standard'],
    ['scale', 'standard'],
    ['on_demand', 'standard'],
    ['constructor', 'standard'],
    ['auto', undefined],
    ['SERVICE_TIER_UNSPECIFIED', undefined],
    ['', undefined],
    [null, undefined],
    [7, undefined],
  ] as const) {
    assert.equal(namedTier(name), tier, String(name));
  }
});
