/** Pure: from tokens to charged tokens and back, exact in integers. */

/** Charged tokens per token: the model's multiplier and the conversion factor, both in millionths. */
export interface Rate {
  readonly multiplier: number;
  readonly factor: number;
}

export const MILLION = 1_000_000;
const THOUSAND = 1_000;
export const UNIT_RATE: Rate = { multiplier: MILLION, factor: MILLION };
const SCALE = 1_000_000_000_000n;

/** Charged tokens for `tokens`; the one rounding of a request, upwards. */
export function charge(tokens: number, rate: Rate): number {
  if (rate.multiplier === MILLION && rate.factor === MILLION) return tokens;
  const product = BigInt(tokens) * BigInt(rate.multiplier) * BigInt(rate.factor);
  return Number((product + SCALE - 1n) / SCALE);
}

/** The most tokens whose charge is at most `charged`. Infinite where tokens cost nothing. */
export function tokensWithin(charged: number, rate: Rate): number {
  if (charged === Number.POSITIVE_INFINITY) return charged;
  if (charged <= 0) return 0;
  if (rate.multiplier === MILLION && rate.factor === MILLION) return Math.floor(charged);
  const divisor = BigInt(rate.multiplier) * BigInt(rate.factor);
  if (divisor === 0n) return Number.POSITIVE_INFINITY;
  return Number((BigInt(Math.floor(charged)) * SCALE) / divisor);
}

/** Tokens inside of a prompt or an answer that are not plain text, or are bought in another way. */
export interface TokenParts {
  /** Of the prompt, written to the provider's cache: for minutes, and for an hour. */
  readonly cacheWrite?: number;
  readonly cacheWriteHour?: number;
  readonly promptAudio?: number;
  readonly promptImage?: number;
  readonly completionAudio?: number;
  readonly completionImage?: number;
}

/**
 * What is bought by the call beside tokens: searches that the provider makes, and requests themselves. Nobody knows
 * beforehand how many there will be: holds reserve those that are to be expected at most.
 */
export interface PaidCalls {
  readonly webSearches?: number;
  readonly fileSearches?: number;
  /** Answers for which places were looked up in maps. */
  readonly mapSearches?: number;
  readonly requests?: number;
}

/** Prices of them, in micro-USD per thousand. */
export interface CallPrices extends PaidCalls {
  /** For a prompt that was searched for at all, however often. */
  readonly searchedPrompts?: number;
}

/** Prices of one model in micro-USD per million tokens, which is pico-USD per token. */
export interface TokenPrice {
  readonly input: number;
  readonly cachedInput: number;
  readonly output: number;
  /** Where they differ from `input` or `output`. */
  readonly parts?: TokenParts;
  readonly calls?: CallPrices;
}

/** Cost in micro-USD, rounded up once. `cached` tokens and `parts` are contained in `prompt` and `completion`. */
export function cost(
  price: TokenPrice,
  prompt: number,
  completion: number,
  cached = 0,
  parts?: TokenParts,
  calls?: PaidCalls,
): number {
  let pico = (prompt - cached) * price.input + cached * price.cachedInput + completion * price.output;
  for (const [kind, tokens] of Object.entries(parts ?? {}) as [keyof TokenParts, number][]) {
    const base = kind.startsWith('completion') ? price.output : price.input;
    const own = price.parts?.[kind] ?? (kind === 'cacheWriteHour' ? price.parts?.cacheWrite : undefined);
    pico += tokens * ((own ?? base) - base);
  }
  if (calls && price.calls) {
    for (const [kind, perThousand] of Object.entries(price.calls) as [keyof CallPrices, number][]) {
      const count = kind === 'searchedPrompts' ? Math.min(1, calls.webSearches ?? 0) : (calls[kind] ?? 0);
      pico += count * perThousand * THOUSAND;
    }
  }
  return Math.max(0, Math.ceil(pico / MILLION));
}

/** What so many calls cost, in micro-USD; each request is one itself. */
export function callsCost({ calls: prices }: TokenPrice, calls: PaidCalls = {}): number {
  return prices ? cost({ ...FREE, calls: prices }, 0, 0, 0, undefined, { ...calls, requests: 1 }) : 0;
}

/**
 * The price under which a hold of these prompt tokens reserves `microUsd` besides. Holds are sized by tokens alone, on
 * each engine in its own language; the prompt is the part of them that is never shortened.
 */
export function withFees(price: TokenPrice, promptTokens: number, microUsd: number): TokenPrice {
  if (microUsd === 0 || promptTokens === 0) return price;
  return { ...price, input: price.input + Math.ceil((microUsd * MILLION) / promptTokens) };
}

/** The price with its tokens at a factor in millionths, each rounded; what is bought by the call costs what it did. */
export function atFactor(price: TokenPrice, factor: number): TokenPrice {
  if (factor === MILLION) return price;
  const scaled = (perMillion: number) => Math.round((perMillion * factor) / MILLION);
  const parts = Object.entries(price.parts ?? {}).map(([kind, perMillion]) => [kind, scaled(perMillion)]);
  return {
    ...price,
    input: scaled(price.input),
    cachedInput: scaled(price.cachedInput),
    output: scaled(price.output),
    ...(price.parts && { parts: Object.fromEntries(parts) }),
  };
}

export const FREE: TokenPrice = { input: 0, cachedInput: 0, output: 0 };

/** The parts as records keep them. */
export function partSums(parts: TokenParts = {}): { cacheWrite: number; audio: number; image: number } {
  return {
    cacheWrite: (parts.cacheWrite ?? 0) + (parts.cacheWriteHour ?? 0),
    audio: (parts.promptAudio ?? 0) + (parts.completionAudio ?? 0),
    image: (parts.promptImage ?? 0) + (parts.completionImage ?? 0),
  };
}
