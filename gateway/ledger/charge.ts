/** Pure: from tokens to charged tokens and back, exact in integers. */

/** Charged tokens per token: the model's multiplier and the conversion factor, both in millionths. */
export interface Rate {
  readonly multiplier: number;
  readonly factor: number;
}

export const MILLION = 1_000_000;
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

/** Prices of one model in micro-USD per million tokens, which is pico-USD per token. */
export interface TokenPrice {
  readonly input: number;
  readonly cachedInput: number;
  readonly output: number;
}

/** Cost in micro-USD, rounded up once. `cached` tokens are part of `prompt`. */
export function cost(price: TokenPrice, prompt: number, completion: number, cached = 0): number {
  const pico = (prompt - cached) * price.input + cached * price.cachedInput + completion * price.output;
  return Math.ceil(pico / MILLION);
}
