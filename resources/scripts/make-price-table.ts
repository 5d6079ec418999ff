/**
 * Writes `resources/prices/prices.json`, the dated price table that is bundled with the gateway, from the data of
 * @pydantic/genai-prices (MIT). Loading that package itself costs 100 ms of a blocked thread and 20 MB.
 *
 * Run with `node resources/scripts/make-price-table.ts` after raising the package's version.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { type ConditionalPrice, findProvider, type MatchLogic, type ModelPrice } from '@pydantic/genai-prices';
import type { CallPrices, TokenParts } from '../../gateway/ledger/charge.ts';
import {
  type Match,
  PROVIDER_IDS,
  type PriceRow,
  type PriceTable,
  type TableProvider,
} from '../../gateway/proxy/price-table.ts';

const TARGET = new URL('../prices/prices.json', import.meta.url);
const MICRO = 1_000_000;
const INPUTS = /^(input_(text_|audio_|image_|video_)?mtok|cache_(write|audio_write)(_5m|_1h)?_mtok)$/;
const OUTPUTS = /^output_(text_|audio_|image_|video_|reasoning_|citation_)?mtok$/;

/** Where the data prices the parts of a prompt and an answer. */
const PARTS: Readonly<Record<keyof TokenParts, string>> = {
  cacheWrite: 'cache_write_mtok',
  cacheWriteHour: 'cache_write_1h_mtok',
  promptAudio: 'input_audio_mtok',
  promptImage: 'input_image_mtok',
  completionAudio: 'output_audio_mtok',
  completionImage: 'output_image_mtok',
};

/** And what is bought by the call. */
const CALLS = {
  webSearches: 'web_searches_kcount',
  fileSearches: 'storage_searches_kcount',
  requests: 'requests_kcount',
} satisfies Partial<Record<keyof CallPrices, string>>;

/**
 * What the data does not know: grounding with Google Search and Maps, in micro-USD per thousand, by the models'
 * generation, from https://ai.google.dev/gemini-api/docs/pricing as of October 2026. What Google gives free each day or
 * month is one allowance of the whole account, which no table can tell.
 */
const GROUNDING_BY_QUERY: CallPrices = { webSearches: 14_000_000, mapSearches: 14_000_000 };
const GROUNDING_BY_PROMPT: CallPrices = { searchedPrompts: 35_000_000, mapSearches: 25_000_000 };
const FIRST_BY_QUERY = 3;

function grounding(provider: string, names: string): CallPrices | null {
  if (provider !== 'google' || !names.includes('gemini') || names.includes('embedding')) return null;
  const [, generation = FIRST_BY_QUERY] = /gemini-(?:[a-z]+-)*(\d+)/.exec(names) ?? [];
  return Number(generation) < FIRST_BY_QUERY ? GROUNDING_BY_PROMPT : GROUNDING_BY_QUERY;
}

type Price = ModelPrice[string];

const match = (logic: MatchLogic): Match => {
  if ('or' in logic) return logic.or.map(match);
  if ('and' in logic) return { and: logic.and.map(match) };
  if ('equals' in logic) return `=${logic.equals.toLowerCase()}`;
  if ('starts_with' in logic) return `^${logic.starts_with.toLowerCase()}`;
  if ('ends_with' in logic) return `$${logic.ends_with.toLowerCase()}`;
  if ('contains' in logic) return `~${logic.contains.toLowerCase()}`;
  return `/${logic.regex}`;
};

const micro = (usd: number): number => Math.round(usd * MICRO);
const startsOf = (price: Price): number[] => (typeof price === 'object' ? price.tiers.map((tier) => tier.start) : []);

/** The price of a request with more than `start` input tokens. */
function priceFrom(price: Price, start: number): number | undefined {
  if (price === undefined || typeof price === 'number') return price;
  return price.tiers.reduce((found, tier) => (start >= tier.start ? tier.price : found), price.base);
}

function dearest(prices: ModelPrice, kinds: RegExp): number {
  let most = 0;
  for (const [kind, price] of Object.entries(prices)) {
    if (price === undefined || !kinds.test(kind)) continue;
    for (const start of [0, ...startsOf(price)]) most = Math.max(most, micro(priceFrom(price, start) ?? 0));
  }
  return most;
}

/** Null when the model is not priced by tokens. Free models have no prices at all. */
function row({ constraint, prices }: ConditionalPrice): PriceRow | null {
  const { input_mtok: input, cache_read_mtok: cached, output_mtok: output } = prices;
  if (input === undefined && output === undefined && Object.keys(prices).length > 0) return null;
  const parts = Object.entries(PARTS).map(([part, kind]) => [part, prices[kind]] as const);
  const starts = [...new Set([0, ...[input, cached, output, ...parts.map(([, price]) => price)].flatMap(startsOf)])];
  starts.sort((a, b) => a - b);
  const tiers = starts.map((start): PriceRow['tiers'][number] => {
    const inputPrice = priceFrom(input, start) ?? 0;
    const partPrices: [string, number][] = parts.flatMap(([part, price]) => {
      const usd = priceFrom(price, start);
      return usd === undefined ? [] : [[part, micro(usd)]];
    });
    const tier = [
      start,
      micro(inputPrice),
      micro(priceFrom(cached, start) ?? inputPrice),
      micro(priceFrom(output, start) ?? 0),
    ] as const;
    return partPrices.length === 0 ? tier : [...tier, Object.fromEntries(partPrices)];
  });
  const calls = Object.entries(CALLS).flatMap(([call, kind]) => {
    const usd = priceFrom(prices[kind], 0);
    return usd === undefined ? [] : [[call, micro(usd)]];
  });
  return {
    ...(constraint?.type === 'start_date' ? { from: Date.parse(constraint.start_date) } : {}),
    ...(constraint?.type === 'time_of_date'
      ? { hours: [minutes(constraint.start_time), minutes(constraint.end_time)] }
      : {}),
    tiers,
    bound: [dearest(prices, INPUTS), dearest(prices, OUTPUTS)],
    ...(calls.length === 0 ? {} : { calls: Object.fromEntries(calls) }),
  };
}

function minutes(time: string): number {
  const [hours = '0', minute = '0'] = time.split(':');
  return Number(hours) * 60 + Number(minute);
}

function provider(id: string): TableProvider {
  const found = findProvider({ providerId: id });
  if (found?.id !== id) throw new Error(`The price data has no provider ${id}.`);
  const models = found.models.flatMap((model): TableProvider['models'] => {
    const conditional = Array.isArray(model.prices) ? model.prices : [{ prices: model.prices }];
    const calls = grounding(id, JSON.stringify(model.match));
    const rows = conditional
      .map(row)
      .filter((one) => one !== null)
      .map((one) => (calls ? { ...one, calls: { ...calls, ...one.calls } } : one));
    return rows.length === 0 ? [] : [[match(model.match), rows]];
  });
  const fallbacks = (found.fallback_model_providers ?? []).filter((one) => PROVIDER_IDS.includes(one));
  return { id, api: found.api_pattern, fallbacks, models };
}

const root = dirname(dirname(createRequire(import.meta.url).resolve('@pydantic/genai-prices')));
const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { version: string };
const table: PriceTable = {
  source: `@pydantic/genai-prices ${version}`,
  date: new Date().toISOString().slice(0, 10),
  providers: PROVIDER_IDS.map(provider),
};
const lines = table.providers.map(
  ({ models, ...rest }) =>
    `${JSON.stringify(rest).slice(0, -1)},"models":[\n${models.map((one) => JSON.stringify(one)).join(',\n')}\n]}`,
);
const { providers: _, ...head } = table;
writeFileSync(TARGET, `${JSON.stringify(head).slice(0, -1)},"providers":[\n${lines.join(',\n')}\n]}\n`);
