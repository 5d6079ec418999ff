import assert from 'node:assert/strict';
import { test } from 'node:test';
import { calcPrice, findProvider } from '@pydantic/genai-prices';
import type { CallFees } from '../../gateway/db/json-columns.ts';
import { cost, type PaidCalls } from '../../gateway/ledger/charge.ts';
import type { ModelOverride } from '../../gateway/proxy/model-names.ts';
import { loadPriceTable, PROVIDER_IDS } from '../../gateway/proxy/price-table.ts';
import { createPriceBook, DEFAULT_PRICE, type PricedUpstream } from '../../gateway/proxy/prices.ts';

/** An upstream by its base URL. */
function at(kind: PricedUpstream['kind'], baseUrl: string): PricedUpstream {
  const [, origin = '', pathPrefix = ''] = /^(https?:\/\/[^/]+)?(.*)$/.exec(baseUrl) ?? [];
  return { kind, origin, pathPrefix };
}

const AT = Date.UTC(2026, 10, 20, 12);
const OPENAI: PricedUpstream = at('openai', 'https://api.openai.com/v1');
const LITELLM: PricedUpstream = at('openai', 'http://127.0.0.1:4000/v1');
const table = await loadPriceTable();
const book = createPriceBook(table, []);
const free = { input: 0, cachedInput: 0, output: 0 };

const override = (id: string, input: number, cachedInput?: number, calls?: CallFees): ModelOverride => ({
  id,
  multiplier: 1_000_000,
  maxOutputTokens: null,
  price: {
    input,
    output: input * 2,
    ...(cachedInput === undefined ? {} : { cachedInput }),
    ...(calls && { calls }),
  },
  units: null,
});

test('the bundled table charges what its source charges, for every model, tier, season and hour', () => {
  const bases: Record<string, PricedUpstream> = {
    openai: OPENAI,
    anthropic: at('anthropic', 'https://api.anthropic.com'),
    google: at('gemini', 'https://generativelanguage.googleapis.com'),
    azure: at('azure', 'https://acme.openai.azure.com'),
    deepseek: at('openai', 'https://api.deepseek.com/v1'),
    mistral: at('openai', 'https://api.mistral.ai/v1'),
    groq: at('openai', 'https://api.groq.com/openai/v1'),
    openrouter: at('openai', 'https://openrouter.ai/api/v1'),
    perplexity: at('openai', 'https://api.perplexity.ai'),
  };
  const calls = { webSearches: 3, fileSearches: 2, requests: 1 };
  let compared = 0;
  let withCalls = 0;
  for (const [providerId, upstream] of Object.entries(bases)) {
    for (const { id } of findProvider({ providerId })?.models ?? []) {
      for (const moment of [AT, AT + 12 * 3_600_000, Date.UTC(2027, 5, 1, 2)]) {
        for (const prompt of [1_000, 200_000, 900_000]) {
          const searches = { web_searches: calls.webSearches, storage_searches: calls.fileSearches };
          const usage = { input_tokens: prompt, cache_read_tokens: 500, output_tokens: 2_000, ...searches };
          const theirs = calcPrice(usage, id, { providerId, timestamp: new Date(moment) });
          const ours = book.priceOf(upstream, id, moment, prompt);
          if (!theirs || !ours.known) continue;
          // What of an answer is text has another price there than what is not told apart.
          if (Object.keys(theirs.model_price).some((key) => /^output_(audio|image)/.test(key))) continue;
          // Google's fees for searches are not there.
          const searched = providerId === 'google' ? {} : calls;
          const micro = cost(ours.price, prompt, 2_000, 500, {}, searched);
          assert.ok(
            Math.abs(micro - theirs.total_price * 1e6) <= 1.001,
            `${providerId} ${id} ${prompt}: ${micro} ${theirs.total_price}`,
          );
          compared += 1;
          if (ours.price.calls) withCalls += 1;
        }
      }
    }
  }
  assert.ok(compared > 5_000, `${compared} compared`);
  assert.ok(withCalls > 200, `${withCalls} with prices of calls`);
});

test('cache writes, sound and pictures cost what the source says, or as other tokens where it says nothing', () => {
  const anthropic = at('anthropic', 'https://api.anthropic.com');
  const usages = [
    [
      { cacheWrite: 300, cacheWriteHour: 200 },
      { cache_write_tokens: 500, cache_write_1h_tokens: 200 },
    ],
    [
      { promptAudio: 100, completionAudio: 50 },
      { input_audio_tokens: 100, output_audio_tokens: 50 },
    ],
    [{ promptImage: 100 }, { input_image_tokens: 100 }],
  ] as const;
  let compared = 0;
  for (const [providerId, upstream, id] of [
    ['anthropic', anthropic, 'claude-sonnet-4-5'],
    ['anthropic', anthropic, 'claude-opus-4-1'],
    ['google', at('gemini', 'https://generativelanguage.googleapis.com'), 'gemini-2.5-flash'],
    ['openai', OPENAI, 'gpt-4o-mini-realtime-preview'],
    ['openai', OPENAI, 'gpt-image-1'],
  ] as const) {
    const ours = book.priceOf(upstream, id, AT, 5_000);
    assert.equal(ours.known, true, id);
    for (const [parts, extra] of usages) {
      const usage = { input_tokens: 5_000, output_tokens: 2_000, ...extra };
      const theirs = calcPrice(usage, id, { providerId, timestamp: new Date(AT) });
      const listed = Object.keys(parts).every((part) => ours.price.parts?.[part as keyof typeof ours.price.parts]);
      if (!theirs || !listed) continue;
      const micro = cost(ours.price, 5_000, 2_000, 0, parts);
      assert.ok(
        Math.abs(micro - theirs.total_price * 1e6) <= 1.001,
        `${id} ${JSON.stringify(parts)}: ${micro} ${theirs.total_price}`,
      );
      compared += 1;
    }
  }
  assert.ok(compared >= 4, `${compared} compared`);
  const own = createPriceBook(table, [override('*', 100)]).priceOf(anthropic, 'claude-sonnet-4-5', AT).price;
  assert.equal(cost(own, 10_000, 0, 0, { cacheWrite: 10_000 }), 1);
  assert.equal(cost({ ...own, parts: { cacheWrite: 500 } }, 10_000, 0, 0, { cacheWriteHour: 10_000 }), 5);
});

test('no price in the table is above its bound, and all are whole numbers', () => {
  let rows = 0;
  for (const provider of table.providers) {
    for (const [, seasons] of provider.models) {
      for (const { tiers, bound } of seasons) {
        rows += 1;
        for (const [above, input, cached, output, parts] of tiers) {
          for (const [part, price] of Object.entries(parts ?? {})) {
            assert.ok(price <= (part.startsWith('completion') ? bound[1] : bound[0]), `${part} ${price}`);
          }
          assert.ok(
            [above, input, cached, output, ...bound].every((value) => Number.isSafeInteger(value) && value >= 0),
          );
          assert.ok(input <= bound[0] && output <= bound[1]);
        }
      }
    }
  }
  assert.ok(rows > 1_000);
  assert.deepEqual(
    table.providers.map((one) => one.id),
    PROVIDER_IDS,
  );
  assert.match(book.date, /^\d{4}-\d{2}-\d{2}$/);
});

test('a hold is bounded by the dearest tier and by cache writes', () => {
  const tiered = book.priceOf(OPENAI, 'gpt-5.4', AT, 1_000);
  const long = book.priceOf(OPENAI, 'gpt-5.4', AT, 300_000);
  assert.ok(long.price.output > tiered.price.output);
  assert.deepEqual(tiered.bound, long.bound);
  assert.equal(tiered.bound.output, long.price.output);
  const claude = book.priceOf(at('anthropic', ''), 'claude-sonnet-4-5', AT);
  assert.ok(claude.bound.input > claude.price.input);
  assert.ok(claude.price.cachedInput < claude.price.input);
});

test('a model is found behind every spelling of its name', () => {
  const plain = book.priceOf(OPENAI, 'gpt-4o-mini', AT);
  assert.equal(plain.known, true);
  const calls = { webSearches: 10_000_000, fileSearches: 2_500_000 };
  assert.deepEqual(plain.price, { input: 150_000, cachedInput: 75_000, output: 600_000, calls });
  for (const [upstream, name] of [
    [LITELLM, 'gpt-4o-mini'],
    [LITELLM, 'openai/gpt-4o-mini'],
    [LITELLM, 'azure/gpt-4o-mini'],
    [LITELLM, 'openrouter/openai/gpt-4o-mini'],
    [OPENAI, ' GPT-4o-mini'],
    [at('azure', 'https://acme.example.com'), 'gpt-4o-mini-2024-07-18'],
  ] as const) {
    assert.equal(book.priceOf(upstream, name, AT).price.output, plain.price.output, name);
  }
  const sonnet = book.priceOf(at('anthropic', ''), 'claude-sonnet-4-5-20250929', AT);
  assert.equal(sonnet.known, true);
  assert.deepEqual(book.priceOf(LITELLM, 'anthropic/claude-sonnet-4-5', AT).price, sonnet.price);
  assert.deepEqual(book.priceOf(LITELLM, 'claude-sonnet-4-5', AT).price, sonnet.price);
  assert.equal(book.priceOf(at('gemini', ''), 'models/gemini-2.5-pro', AT).known, true);
});

test('free variants of a reseller cost nothing, the paid model beside them does', () => {
  const names = (findProvider({ providerId: 'openrouter' })?.models ?? []).map((one) => one.id);
  const variant = names.find((name) => /\/.+:free$/.test(name) && names.includes(name.replace(':free', '')));
  assert.ok(variant);
  assert.deepEqual(book.priceOf(LITELLM, variant, AT).price, free);
  assert.ok(book.priceOf(LITELLM, variant.replace(':free', ''), AT).price.output > 0);
});

test('an unknown model takes the default price and says so', () => {
  for (const name of ['our-own-model', 'llama3.1:8b', 'constructor/toString', '', 'x'.repeat(10_000), 'toString']) {
    assert.deepEqual(
      book.priceOf(LITELLM, name, AT),
      { price: DEFAULT_PRICE, bound: DEFAULT_PRICE, known: false },
      name,
    );
  }
  const other = createPriceBook(table, [], free);
  assert.deepEqual(other.priceOf(LITELLM, 'our-own-model', AT).price, free);
  assert.equal(other.priceOf(LITELLM, 'our-own-model', AT).known, false);
});

test('grounding costs by the prompt up to the second generation of Gemini, and by the query from the third on', () => {
  const google = at('gemini', 'https://generativelanguage.googleapis.com');
  const fee = (model: string, calls: PaidCalls) => {
    const { price, bound } = book.priceOf(google, model, AT);
    assert.deepEqual(bound.calls, price.calls, model);
    return cost(price, 0, 0, 0, {}, calls);
  };
  for (const model of [
    'gemini-2.5-flash',
    'gemini-2.5-pro',
    'models/gemini-2.0-flash',
    'gemini-1.5-pro',
    'gemini-pro',
  ]) {
    const fees = [{}, { webSearches: 1 }, { webSearches: 9 }, { mapSearches: 1 }].map((calls) => fee(model, calls));
    assert.deepEqual(fees, [0, 35_000, 35_000, 25_000], model);
  }
  for (const model of ['gemini-3-flash-preview', 'gemini-3.1-pro-preview', 'gemini-3.8-flash', 'gemini-3-pro-image']) {
    const fees = [{}, { webSearches: 1 }, { webSearches: 9 }, { mapSearches: 1 }].map((calls) => fee(model, calls));
    assert.deepEqual(fees, [0, 14_000, 126_000, 14_000], model);
  }
  for (const model of ['gemini-embedding-001', 'gemma-3-27b-it', 'claude-opus-4-7']) {
    assert.equal(fee(model, { webSearches: 9, mapSearches: 1 }), 0, model);
  }
});

test('what an operator’s own price says nothing of is paid by the call as it is listed', () => {
  const own = createPriceBook(table, [override('gpt-4o*', 10), override('sonar', 10)]);
  const fees = { webSearches: 10_000_000, fileSearches: 2_500_000 };
  for (const what of ['price', 'bound'] as const) {
    assert.deepEqual(own.priceOf(OPENAI, 'gpt-4o', AT)[what].calls, fees);
    assert.deepEqual(own.priceOf(OPENAI, 'sonar', AT)[what].calls, { requests: 12_000_000 });
    assert.equal(own.priceOf(OPENAI, 'gpt-4o-of-ours', AT)[what].calls, undefined);
  }
});

test('an operator’s own fees go before the listed ones, each by itself, and in holds too', () => {
  const google = at('gemini', 'https://generativelanguage.googleapis.com');
  const own = createPriceBook(table, [
    override('gpt-4o', 10, undefined, { webSearches: 4_000_000 }),
    override('gpt-4o-mini', 10, undefined, { webSearches: 0, requests: 1_000_000 }),
    override('gemini-2.5-flash', 10, undefined, { webSearches: 2_000_000 }),
    override('gemini-2.5-pro', 10, undefined, { mapSearches: 0 }),
    override('in-house', 10, undefined, { requests: 5_000_000 }),
  ]);
  for (const what of ['price', 'bound'] as const) {
    const callsOf = (model: string, upstream = OPENAI) => own.priceOf(upstream, model, AT)[what].calls;
    assert.deepEqual(callsOf('gpt-4o'), { webSearches: 4_000_000, fileSearches: 2_500_000 });
    assert.deepEqual(callsOf('gpt-4o-mini'), { webSearches: 0, fileSearches: 2_500_000, requests: 1_000_000 });
    // By the search instead of by the prompt that was searched for, not both.
    assert.deepEqual(callsOf('gemini-2.5-flash', google), { webSearches: 2_000_000, mapSearches: 25_000_000 });
    assert.deepEqual(callsOf('gemini-2.5-pro', google), { searchedPrompts: 35_000_000, mapSearches: 0 });
    assert.deepEqual(callsOf('in-house'), { requests: 5_000_000 });
  }
});

test('the operator’s own price wins, the most specific first, also for the demo upstream', () => {
  const calls = { webSearches: 10_000_000, fileSearches: 2_500_000 };
  const own = createPriceBook(table, [override('*', 1), override('gpt-4o*', 10, 5), override('gpt-4o-mini', 20)]);
  assert.deepEqual(own.priceOf(OPENAI, 'gpt-4o', AT).price, { input: 10, cachedInput: 5, output: 20, calls });
  assert.deepEqual(own.priceOf(OPENAI, 'gpt-4o', AT, 900_000).bound, { input: 10, cachedInput: 10, output: 20, calls });
  assert.deepEqual(own.priceOf(OPENAI, 'gpt-4o-mini', AT).price, { input: 20, cachedInput: 20, output: 40, calls });
  assert.equal(own.priceOf(OPENAI, 'our-own-model', AT).known, true);
  assert.equal(own.priceOf(OPENAI, 'our-own-model', AT).price.input, 1);
  const demo: PricedUpstream = at('demo', 'http://127.0.0.1:1');
  assert.equal(own.priceOf(demo, 'solaris-echo', AT).price.input, 1);
  assert.deepEqual(book.priceOf(demo, 'solaris-echo', AT), { price: free, bound: free, known: true });
});

test('thousands of made-up names do not make it forget or grow a wrong price', () => {
  const before = book.priceOf(OPENAI, 'gpt-4o', AT);
  for (let index = 0; index < 3_000; index += 1)
    assert.equal(book.priceOf(OPENAI, `made-up-${index}`, AT).known, false);
  assert.deepEqual(book.priceOf(OPENAI, 'gpt-4o', AT), before);
});
