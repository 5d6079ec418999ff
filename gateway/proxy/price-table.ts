/** The bundled price table: its shape, its loading and its search. Made by `resources/scripts/make-price-table.ts`. */
import type { CallPrices, TokenParts } from '../ledger/charge.ts';

/**
 * How a model's name is recognised. Text starts with its kind: `=` equals, `^` starts with, `$` ends with, `~` contains
 * (all lower case), `/` regular expression. A list is "any of".
 */
export type Match = string | readonly Match[] | { readonly and: readonly Match[] };

/** `parts`: those that cost otherwise than `input` or `output`. */
export type PriceTier = readonly [
  above: number,
  input: number,
  cachedInput: number,
  output: number,
  parts?: TokenParts,
];

/** Prices in micro-USD per million tokens. */
export interface PriceRow {
  /** Epoch milliseconds from which it holds; the last row that holds counts. */
  readonly from?: number;
  /** Minutes of the UTC day between which it holds. */
  readonly hours?: readonly [from: number, to: number];
  /** In order; the last whose `above` is under the prompt's tokens counts. */
  readonly tiers: readonly PriceTier[];
  /** The dearest that a token can be: any tier, cache writes, audio, images. */
  readonly bound: readonly [input: number, output: number];
  readonly calls?: CallPrices;
}

export interface TableProvider {
  readonly id: string;
  /** Regular expression of its base URLs. */
  readonly api: string;
  /** Providers whose models it sells too. */
  readonly fallbacks: readonly string[];
  readonly models: readonly (readonly [Match, readonly PriceRow[]])[];
}

export interface PriceTable {
  readonly source: string;
  /** `YYYY-MM-DD`. */
  readonly date: string;
  readonly providers: readonly TableProvider[];
}

/** Providers in the table. Hosts that only resell the same models under the same names are left out. */
export const PROVIDER_IDS: readonly string[] = [
  'openai',
  'anthropic',
  'google',
  'azure',
  'aws',
  'deepseek',
  'mistral',
  'x-ai',
  'moonshotai',
  'cohere',
  'perplexity',
  'zai',
  'minimax',
  'groq',
  'together',
  'fireworks',
  'cerebras',
  'novita',
  'openrouter',
];

/** Reads the bundled table: 2 ms and under 2 MB, so at start, off the path of requests. */
export async function loadPriceTable(): Promise<PriceTable> {
  const module = await import('../../resources/prices/prices.json', { with: { type: 'json' } });
  return module.default as unknown as PriceTable;
}

/** The rows of `name` (lower case) at a provider, or at one whose models it sells; null when it is not listed. */
export function rowsOf(table: PriceTable, providerId: string, name: string): readonly PriceRow[] | null {
  const provider = table.providers.find((one) => one.id === providerId);
  if (!provider) return null;
  for (const spelling of new Set([name, dashedDates(name)])) {
    for (const id of [providerId, ...provider.fallbacks]) {
      const models = table.providers.find((one) => one.id === id)?.models ?? [];
      const found = models.find(([match]) => matches(match, spelling));
      if (found) return found[1];
    }
  }
  return null;
}

/** The provider whose API lies at `baseUrl`; null for a server of one's own. */
export function providerAt(table: PriceTable, baseUrl: string): string | null {
  return table.providers.find((one) => new RegExp(`^(?:${one.api})`).test(baseUrl))?.id ?? null;
}

function matches(match: Match, name: string): boolean {
  if (typeof match !== 'string') {
    return 'and' in match ? match.and.every((one) => matches(one, name)) : match.some((one) => matches(one, name));
  }
  const text = match.slice(1);
  switch (match[0]) {
    case '=':
      return name === text;
    case '^':
      return name.startsWith(text);
    case '$':
      return name.endsWith(text);
    case '~':
      return name.includes(text);
    default:
      return new RegExp(text).test(name);
  }
}

/** `…-20250929` as the `…-2025-09-29` that the table may list. */
function dashedDates(name: string): string {
  return name.replace(/-(20\d\d)(0[1-9]|1[0-2])(0[1-9]|[12]\d|3[01])(?=-|:|$)/g, '-$1-$2-$3');
}
