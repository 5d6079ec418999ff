/** Pure: what a model's tokens cost, from the operator's own prices and the bundled table. */
import type { PriceOverride, UpstreamKind } from '../db/json-columns.ts';
import { type CallPrices, FREE, type TokenPrice } from '../ledger/charge.ts';
import { type ModelOverride, overridesOf } from './model-names.ts';
import { type PriceRow, type PriceTable, providerAt, rowsOf } from './price-table.ts';

export interface PriceQuote {
  readonly price: TokenPrice;
  /** The dearest that a token can turn out to be (tiers, cache writes, audio, images): for holds. */
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
   */
  priceOf(upstream: PricedUpstream, model: string, at: number, promptTokens?: number): PriceQuote;
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
type Entry = readonly Season[];

/** Prices of the operator first (the most specific row), then the table's, then `defaultPrice`. */
export function createPriceBook(
  table: PriceTable,
  overrides: readonly ModelOverride[],
  defaultPrice: TokenPrice = DEFAULT_PRICE,
): PriceBook {
  const priced = overrides.filter((row) => row.price !== null);
  const unknown: Entry = constant(defaultPrice, false);
  const remembered = new Map<string, Entry>();

  function resolve(upstream: PricedUpstream, model: string): Entry {
    const own = overridesOf(model, priced)[0]?.price;
    const rows = listed(upstream, model);
    // An operator's prices are those of tokens: what is paid by the call stays as it is listed.
    if (own) return constant(ownPrice(own, rows?.at(-1)?.calls), true);
    if (upstream.kind === 'demo') return constant(FREE, true);
    return rows?.map(season) ?? unknown;
  }

  function listed(upstream: PricedUpstream, model: string): readonly PriceRow[] | null {
    if (model.length > LONGEST_NAME) return null;
    for (const [provider, name] of candidates(table, upstream, model.trim().toLowerCase())) {
      const rows = rowsOf(table, provider, name);
      if (rows) return rows;
    }
    return null;
  }

  return {
    date: table.date,
    priceOf(upstream, model, at, promptTokens = 0) {
      const key = `${upstream.kind} ${upstream.origin}${upstream.pathPrefix} ${model}`;
      let entry = remembered.get(key);
      if (!entry) {
        if (remembered.size >= REMEMBERED_NAMES) remembered.clear();
        entry = resolve(upstream, model);
        remembered.set(key, entry);
      }
      const { tiers } = entry.findLast(({ row }) => holds(row, at)) ?? entry[0] ?? { tiers: [] };
      const tier = tiers.findLast(({ above }) => promptTokens > above) ?? tiers[0];
      return tier?.quote ?? { price: defaultPrice, bound: defaultPrice, known: false };
    },
  };
}

/** Where a name may be listed, the likeliest first. */
function candidates(table: PriceTable, upstream: PricedUpstream, name: string): [provider: string, name: string][] {
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
  const listed: [string, string][] = [];
  const home = providerAt(table, upstream.origin + upstream.pathPrefix);
  if (home) listed.push([home, name], [home, last]);
  if (slash < 0) return [...listed, ...GENERIC.map((id): [string, string] => [id, name])];
  const prefixed = PREFIXES.get(name.slice(0, slash));
  const direct: [string, string][] = prefixed
    ? [
        [prefixed, rest],
        [prefixed, last],
      ]
    : [];
  const resold: [string, string] = ['openrouter', name];
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

function constant(price: TokenPrice, known: boolean): Entry {
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

function ownPrice(own: PriceOverride, calls: CallPrices | undefined): TokenPrice {
  return { input: own.input, cachedInput: own.cachedInput ?? own.input, output: own.output, ...(calls && { calls }) };
}

function holds(row: PriceRow, at: number): boolean {
  if (row.from !== undefined && at < row.from) return false;
  if (!row.hours) return true;
  const [from, to] = row.hours;
  const minute = Math.floor(at / MINUTE_MS) % DAY_MINUTES;
  return from <= to ? minute >= from && minute < to : minute >= from || minute < to;
}
