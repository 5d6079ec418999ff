/** Pure: what a model's tokens cost, from the operator's own prices and the bundled table. */
import type { CallFees, PriceOverride, UpstreamKind } from '../db/json-columns.ts';
import { atFactor, type CallPrices, FREE, MILLION, type TokenPrice } from '../ledger/charge.ts';
import { type ModelOverride, overridesOf } from './model-names.ts';
import { type PriceRow, type PriceTable, providerAt, rowsOf } from './price-table.ts';
import { factorOf, type ServiceTier, type TierFactors, tierFactors } from './service-tiers.ts';

export interface PriceQuote {
  readonly price: TokenPrice;
  /**
   * The dearest that a token can turn out to be (long prompts, cache writes, audio, images, the tier asked for or the
   * standard one in its place): for holds.
   */
  readonly bound: TokenPrice;
  /** False: nobody knows this model, it is the default price. */
  readonly known: boolean;
}

export interface PricedUpstream {
  readonly kind: UpstreamKind;
  /** The base URL in two parts: its provider may be known. */
  readonly origin: string;
  readonly pathPrefix: string;
}

export interface PriceBook {
  /** `YYYY-MM-DD` of the bundled table. */
  readonly date: string;
  /**
   * The price of `model` at an upstream. Prices change with the day and the hour: ask with the same `at` (epoch
   * milliseconds) when a request is held and when it is settled, and with `promptTokens` where prices have tiers.
   *
   * @param tier the one that is asked for when a request is held, the one that served when it is settled
   */
  priceOf(upstream: PricedUpstream, model: string, at: number, promptTokens?: number, tier?: ServiceTier): PriceQuote;
  /** What the price of a token is multiplied by in each tier of service. */
  factorsOf(upstream: PricedUpstream, model: string): TierFactors;
}

/** That of a middling model, micro-USD per million tokens. A row `*` in the table `models` replaces it. */
export const DEFAULT_PRICE: TokenPrice = { input: 2_500_000, cachedInput: 2_500_000, output: 10_000_000 };

/** A client may ask for any name: the memory of names is emptied when it gets this long. */
const REMEMBERED_NAMES = 2_000;
const LONGEST_NAME = 200;
const MINUTE_MS = 60_000;
const DAY_MINUTES = 1_440;

/** Providers that a name without a prefix may mean, on a server whose address says nothing. */
const GENERIC = [
  'openai',
  'anthropic',
  'google',
  'deepseek',
  'mistral',
  'x-ai',
  'moonshotai',
  'cohere',
  'perplexity',
  'zai',
  'minimax',
  'aws',
];

/** Prefixes as LiteLLM, OpenRouter and Bedrock spell them. */
const PREFIXES: ReadonlyMap<string, string> = new Map([
  ['openai', 'openai'],
  ['azure', 'azure'],
  ['azure_ai', 'azure'],
  ['anthropic', 'anthropic'],
  ['google', 'google'],
  ['gemini', 'google'],
  ['models', 'google'],
  ['vertex_ai', 'google'],
  ['bedrock', 'aws'],
  ['bedrock_converse', 'aws'],
  ['deepseek', 'deepseek'],
  ['mistral', 'mistral'],
  ['mistralai', 'mistral'],
  ['codestral', 'mistral'],
  ['xai', 'x-ai'],
  ['x-ai', 'x-ai'],
  ['moonshot', 'moonshotai'],
  ['moonshotai', 'moonshotai'],
  ['cohere', 'cohere'],
  ['cohere_chat', 'cohere'],
  ['perplexity', 'perplexity'],
  ['zai', 'zai'],
  ['z-ai', 'zai'],
  ['minimax', 'minimax'],
  ['groq', 'groq'],
  ['together_ai', 'together'],
  ['fireworks_ai', 'fireworks'],
  ['cerebras', 'cerebras'],
  ['novita', 'novita'],
  ['openrouter', 'openrouter'],
]);

interface Tier {
  readonly above: number;
  readonly quote: PriceQuote;
}
interface Season {
  readonly row: PriceRow;
  readonly tiers: readonly Tier[];
}
interface Entry {
  readonly seasons: readonly Season[];
  readonly factors: TierFactors;
}

/** Prices of the operator first (the most specific row), then the table's, then `defaultPrice`. */
export function createPriceBook(
  table: PriceTable,
  overrides: readonly ModelOverride[],
  defaultPrice: TokenPrice = DEFAULT_PRICE,
): PriceBook {
  const priced = overrides.filter((row) => row.price !== null);
  const unknown = constant(defaultPrice, false);
  const remembered = new Map<string, Entry>();

  function entryOf(upstream: PricedUpstream, model: string): Entry {
    const key = `${upstream.kind} ${upstream.origin}${upstream.pathPrefix} ${model}`;
    let entry = remembered.get(key);
    if (!entry) {
      if (remembered.size >= REMEMBERED_NAMES) remembered.clear();
      entry = resolve(upstream, model);
      remembered.set(key, entry);
    }
    return entry;
  }

  function resolve(upstream: PricedUpstream, model: string): Entry {
    const own = overridesOf(model, priced)[0]?.price;
    const places = model.length > LONGEST_NAME ? [] : candidates(table, upstream, model.trim().toLowerCase());
    const rows = listed(places);
    const factors = { ...(places[0] && tierFactors(model, places[0][0])), ...own?.tiers };
    if (own) return { seasons: constant(ownPrice(own, rows?.at(-1)?.calls), true), factors };
    if (upstream.kind === 'demo') return { seasons: constant(FREE, true), factors };
    return { seasons: rows?.map(season) ?? unknown, factors };
  }

  function listed(places: readonly Place[]): readonly PriceRow[] | null {
    for (const [provider, name] of places) {
      const rows = rowsOf(table, provider, name);
      if (rows) return rows;
    }
    return null;
  }

  return {
    date: table.date,
    priceOf(upstream, model, at, promptTokens = 0, served = 'standard') {
      const { seasons, factors } = entryOf(upstream, model);
      const { tiers } = seasons.findLast(({ row }) => holds(row, at)) ?? seasons[0] ?? { tiers: [] };
      const tier = tiers.findLast(({ above }) => promptTokens > above) ?? tiers[0];
      const quote = tier?.quote ?? { price: defaultPrice, bound: defaultPrice, known: false };
      return inTier(quote, factorOf(factors, served));
    },
    factorsOf: (upstream, model) => entryOf(upstream, model).factors,
  };
}

/** Whatever tier is asked for, the standard one may serve: a hold is never smaller than for that. */
function inTier(quote: PriceQuote, factor: number): PriceQuote {
  if (factor === MILLION) return quote;
  const { price, bound, known } = quote;
  return { price: atFactor(price, factor), bound: atFactor(bound, Math.max(MILLION, factor)), known };
}

type Place = [provider: string, name: string];

/** Where a name may be listed, the likeliest first. */
function candidates(table: PriceTable, upstream: PricedUpstream, name: string): Place[] {
  const slash = name.indexOf('/');
  const rest = name.slice(slash + 1);
  const last = name.slice(name.lastIndexOf('/') + 1);
  switch (upstream.kind) {
    case 'demo':
      return [];
    case 'anthropic':
      return [['anthropic', last]];
    case 'gemini':
      return [['google', last]];
    case 'azure':
      return [['azure', last]];
    case 'openai':
      break;
  }
  const listed: Place[] = [];
  const home = providerAt(table, upstream.origin + upstream.pathPrefix);
  if (home) listed.push([home, name], [home, last]);
  if (slash < 0) return [...listed, ...GENERIC.map((id): Place => [id, name])];
  const prefixed = PREFIXES.get(name.slice(0, slash));
  const direct: Place[] = prefixed
    ? [
        [prefixed, rest],
        [prefixed, last],
      ]
    : [];
  const resold: Place = ['openrouter', name];
  // `…:free` and the like are OpenRouter's own, at a price of its own.
  return [...listed, ...(last.includes(':') ? [resold, ...direct] : [...direct, resold])];
}

function season(row: PriceRow): Season {
  const [boundInput, boundOutput] = row.bound;
  const calls = row.calls && { calls: row.calls };
  const bound: TokenPrice = { input: boundInput, cachedInput: boundInput, output: boundOutput, ...calls };
  return {
    row,
    tiers: row.tiers.map(([above, input, cachedInput, output, parts]) => ({
      above,
      quote: { price: { input, cachedInput, output, ...(parts && { parts }), ...calls }, bound, known: true },
    })),
  };
}

function constant(price: TokenPrice, known: boolean): readonly Season[] {
  const row: PriceRow = { tiers: [], bound: [price.input, price.output] };
  const dearestInput = Math.max(price.input, price.cachedInput);
  const bound: TokenPrice = {
    input: dearestInput,
    cachedInput: dearestInput,
    output: price.output,
    ...(price.calls && { calls: price.calls }),
  };
  return [{ row, tiers: [{ above: 0, quote: { price, bound, known } }] }];
}

function ownPrice(own: PriceOverride, listed: CallPrices | undefined): TokenPrice {
  const calls = ownCalls(own.calls, listed);
  return { input: own.input, cachedInput: own.cachedInput ?? own.input, output: own.output, ...(calls && { calls }) };
}

/** What an operator does not set costs what is listed. Searches have one price, by the search or by the prompt. */
function ownCalls(own: CallFees | undefined, listed: CallPrices | undefined): CallPrices | undefined {
  if (!own) return listed;
  const { searchedPrompts, ...rest } = listed ?? {};
  const byPrompt = own.webSearches === undefined && searchedPrompts !== undefined ? { searchedPrompts } : {};
  return { ...rest, ...byPrompt, ...own };
}

function holds(row: PriceRow, at: number): boolean {
  if (row.from !== undefined && at < row.from) return false;
  if (!row.hours) return true;
  const [from, to] = row.hours;
  const minute = Math.floor(at / MINUTE_MS) % DAY_MINUTES;
  return from <= to ? minute >= from && minute < to : minute >= from || minute < to;
}
