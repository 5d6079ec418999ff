/** Pure: how much a hold reserves, and how a debit falls on the monthly limit and the credits. */
import { charge, cost, type Rate, type TokenPrice, tokensWithin } from './charge.ts';

/** What a request would like to reserve for its answer. All in tokens of the model, per choice. */
export interface OutputWish {
  /** The client's own limit; null when it set none. */
  readonly explicit: number | null;
  /** How many choices are generated (`n`). */
  readonly choices: number;
  /** The most that the model can produce, when known. */
  readonly modelMaximum: number | null;
  /** The setting `outputCap`. */
  readonly cap: number;
  /** The shortest answer worth sending; 0 for endpoints that have no answer in tokens. */
  readonly minimum: number;
}

export interface HoldWish {
  /** Bound or exact count of the prompt's tokens. */
  readonly promptTokens: number;
  readonly output: OutputWish;
  readonly rate: Rate;
  readonly price: TokenPrice;
}

/** What is left under one cap, in charged tokens or micro-USD; Infinity where it has none. */
export interface Room {
  readonly tokens: number;
  readonly microUsd: number;
}

export interface HoldSize {
  /** Output limit per choice that is reserved. */
  readonly outputTokens: number;
  /** Whether that limit must be written into the forwarded request. */
  readonly lowered: boolean;
  readonly chargedTokens: number;
  readonly costMicroUsd: number;
}

/** A lowered request leaves a quarter of what is left, so that the title call beside it fits. */
const LOWERED_SHARE = 0.75;
/** The model's own maximum is reserved only where this many such holds fit. */
const ROOMY_HOLDS = 4;

/**
 * Decides the size of a hold against every cap that applies.
 *
 * @param mayLower whether an answer may be shortened to fit; false asks only whether the wish fits as it is
 * @returns null when the prompt and the shortest answer do not fit (or, without `mayLower`, the wish does not)
 */
export function sizeHold(wish: HoldWish, rooms: readonly Room[], mayLower: boolean): HoldSize | null {
  const { explicit, modelMaximum, cap, minimum } = wish.output;
  if (explicit !== null) {
    const asAsked = size(wish, explicit, false);
    if (fits(asAsked, rooms, 1)) return asAsked;
    return mayLower ? lowered(wish, rooms, explicit, Math.min(explicit, minimum)) : null;
  }
  const unbounded = rooms.every((room) => room.tokens === Infinity && room.microUsd === Infinity);
  if (unbounded) return size(wish, modelMaximum ?? cap, false);
  if (modelMaximum !== null) {
    const whole = size(wish, modelMaximum, false);
    if (fits(whole, rooms, ROOMY_HOLDS)) return whole;
  }
  const most = modelMaximum === null ? cap : Math.min(cap, modelMaximum);
  const capped = size(wish, most, modelMaximum === null || most < modelMaximum);
  if (fits(capped, rooms, 1 / LOWERED_SHARE)) return capped;
  return mayLower ? lowered(wish, rooms, most, Math.min(most, minimum)) : null;
}

function lowered(wish: HoldWish, rooms: readonly Room[], most: number, least: number): HoldSize | null {
  const output = Math.min(most, outputWithin(wish, rooms));
  const candidate = size(wish, Math.max(output, least), true);
  return fits(candidate, rooms, 1) ? candidate : null;
}

/** The longest answer per choice that leaves the quarter free under every cap. */
function outputWithin(wish: HoldWish, rooms: readonly Room[]): number {
  let most = Infinity;
  for (const room of rooms) {
    const total = tokensWithin(Math.floor(room.tokens * LOWERED_SHARE), wish.rate);
    most = Math.min(most, Math.floor((total - wish.promptTokens) / wish.output.choices));
    if (room.microUsd !== Infinity && wish.price.output > 0) {
      const forOutput = room.microUsd * LOWERED_SHARE * 1e6 - wish.promptTokens * wish.price.input;
      most = Math.min(most, Math.floor(forOutput / (wish.price.output * wish.output.choices)));
    }
  }
  return most;
}

function size(wish: HoldWish, outputTokens: number, isLowered: boolean): HoldSize {
  const output = outputTokens * wish.output.choices;
  return {
    outputTokens,
    lowered: isLowered,
    chargedTokens: charge(wish.promptTokens + output, wish.rate),
    costMicroUsd: cost(wish.price, wish.promptTokens, output),
  };
}

function fits(hold: HoldSize, rooms: readonly Room[], times: number): boolean {
  return rooms.every((room) => hold.chargedTokens * times <= room.tokens && hold.costMicroUsd * times <= room.microUsd);
}

/** Where a user stands in a period, all in charged tokens. `limit` null = unlimited. */
export interface Standing {
  readonly limit: number | null;
  readonly usedMonthly: number;
  readonly heldMonthly: number;
  readonly credits: number;
  readonly heldCredits: number;
}

/** What is left of the monthly limit that nobody holds. */
export function monthlyRoom(standing: Standing): number {
  if (standing.limit === null) return Infinity;
  return Math.max(0, standing.limit - standing.usedMonthly - standing.heldMonthly);
}

/** Tokens that may still be reserved: the rest of the month, then the credits. */
export function availableTokens(standing: Standing): number {
  return monthlyRoom(standing) + Math.max(0, standing.credits - standing.heldCredits);
}

export interface Split {
  readonly monthly: number;
  readonly credits: number;
}

/** Splits a hold: the month first, credits only for what the month's remainder does not cover. */
export function splitHold(tokens: number, standing: Standing): Split {
  const monthly = Math.min(tokens, monthlyRoom(standing));
  return { monthly, credits: tokens - monthly };
}

/**
 * Splits a debit. `standing` is what it would be with the request's own hold given back.
 *
 * @param own what the request's hold reserved: it stays spendable even if the limit was lowered since
 * @returns `absorbed`: the part that neither the month nor the credits cover
 */
export function splitDebit(tokens: number, standing: Standing, own: Split): Split & { absorbed: number } {
  const monthly = Math.min(tokens, Math.max(own.monthly, monthlyRoom(standing)));
  const free = Math.max(own.credits, standing.credits - standing.heldCredits);
  const credits = Math.min(tokens - monthly, Math.max(0, Math.min(free, standing.credits)));
  return { monthly, credits, absorbed: tokens - monthly - credits };
}

/** Share used in [0, 1]: used / (used + available + held); 0/0 counts as used up. Unlimited is 0. */
export function shareUsed(standing: Standing, usedCredits: number): number {
  if (standing.limit === null) return 0;
  const used = standing.usedMonthly + usedCredits;
  const total = used + availableTokens(standing) + standing.heldMonthly + standing.heldCredits;
  return total === 0 ? 1 : used / total;
}
