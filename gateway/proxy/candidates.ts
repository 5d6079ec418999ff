/** The upstreams that may answer a request: in which order they are asked, and what the dearest of them may cost. */
import { type CallPrices, callsCost } from '../ledger/charge.ts';
import { readsEveryLimit } from '../upstreams/kinds.ts';
import type { Exchange, Hold } from './exchange.ts';
import { type ModelFacts, UNKNOWN_CONTEXT_TOKENS } from './model-facts.ts';
import type { ModelTerms, ModelTermsDirectory } from './model-terms.ts';
import type { PriceQuote } from './prices.ts';
import type { Route } from './upstream-directory.ts';
import { refusesUsage } from './usage-refusals.ts';

export interface Candidate extends Route {
  readonly terms: ModelTerms;
}

/**
 * The order in which upstreams are asked: by position, and among those of one position by lot, in proportion to their
 * weights. Those of weight 0 only stand in for the others.
 *
 * @param routes to different upstreams, sorted by position
 * @param random in [0, 1)
 */
export function inOrder(routes: readonly Route[], random: () => number = Math.random): readonly Route[] {
  if (!routes.some(({ upstream }, index) => upstream.position === routes[index + 1]?.upstream.position)) return routes;
  // Efraimidis and Spirakis: the smallest of -ln(u)/w wins as often as its weight says, and so on without it.
  const drawn = routes.map((route) => ({ route, lot: -Math.log(1 - random()) / route.upstream.weight }));
  drawn.sort((a, b) => a.route.upstream.position - b.route.upstream.position || compare(a.lot, b.lot));
  return drawn.map(({ route }) => route);
}

/** @returns the candidates in the order of the routes, and terms under which any of them can be paid */
export async function termsOfAll(
  directory: ModelTermsDirectory,
  routes: readonly Route[],
  asked: string,
): Promise<{ candidates: readonly Candidate[]; dearest: ModelTerms }> {
  const candidates: Candidate[] = [];
  for (const route of routes) candidates.push({ ...route, terms: await directory.of(route, asked) });
  const [first, ...others] = candidates;
  if (!first) throw new Error('A request needs a candidate.');
  return { candidates, dearest: others.reduce((terms, other) => dearer(terms, other.terms), first.terms) };
}

/** Turns the request to the next candidate, or to the first: what is written into it is what that one takes. */
export function aim(exchange: Exchange, candidate: Candidate, { lowered, outputTokens, cappedInUsd }: Hold): void {
  const { model, terms } = candidate;
  exchange.route = candidate;
  exchange.terms = terms;
  exchange.askedForUsage = exchange.facts.stream && !refusesUsage(exchange, candidate);
  exchange.change = {
    limit: lowered ? outputTokens : null,
    limitField: terms.facts.limitField,
    readsOnlyLimitField: !readsEveryLimit(candidate.upstream),
    model,
    askForUsage: exchange.askedForUsage,
    limitCalls: cappedInUsd && paysForCalls(exchange, terms),
  };
}

/** Whether what the provider may look up besides has a price of its own. */
function paysForCalls({ startedAt, facts }: Exchange, terms: ModelTerms): boolean {
  if (facts.paidCalls === undefined) return false;
  const { bound } = terms.quote(startedAt);
  return callsCost(bound, facts.paidCalls) > callsCost(bound);
}

/** Terms that cover both: a hold under them is enough whoever answers. */
function dearer(one: ModelTerms, other: ModelTerms): ModelTerms {
  if (one === other) return one;
  return {
    facts: dearerFacts(one.facts, other.facts),
    rate: { multiplier: Math.max(one.rate.multiplier, other.rate.multiplier), factor: one.rate.factor },
    quote: (at, promptTokens, tier) =>
      dearerQuote(one.quote(at, promptTokens, tier), other.quote(at, promptTokens, tier)),
  };
}

function dearerFacts(one: ModelFacts, other: ModelFacts): ModelFacts {
  const [mine, theirs] = [one.maximumOutputTokens, other.maximumOutputTokens];
  const units = one.unitTokens;
  return {
    ...one,
    maximumOutputTokens: mine === null || theirs === null ? null : Math.max(mine, theirs),
    contextTokens: widest(one.contextTokens, other.contextTokens),
    tokenizerExact: one.tokenizerExact && other.tokenizerExact && one.tokenizer === other.tokenizer,
    imageTokens: Math.max(one.imageTokens, other.imageTokens),
    unitTokens: {
      image: Math.max(units.image, other.unitTokens.image),
      audioSecond: Math.max(units.audioSecond, other.unitTokens.audioSecond),
      character: Math.max(units.character, other.unitTokens.character),
    },
    multiplier: Math.max(one.multiplier, other.multiplier),
  };
}

function widest(mine: number | null, theirs: number | null): number | null {
  if (mine === null && theirs === null) return null;
  return Math.max(mine ?? UNKNOWN_CONTEXT_TOKENS, theirs ?? UNKNOWN_CONTEXT_TOKENS);
}

function dearerQuote(one: PriceQuote, other: PriceQuote): PriceQuote {
  const calls = dearerCalls(one.bound.calls, other.bound.calls);
  const bound = {
    ...(calls && { calls }),
    input: Math.max(one.bound.input, other.bound.input),
    cachedInput: Math.max(one.bound.cachedInput, other.bound.cachedInput),
    output: Math.max(one.bound.output, other.bound.output),
  };
  return { price: one.price, bound, known: one.known && other.known };
}

function dearerCalls(one: CallPrices | undefined, other: CallPrices | undefined): CallPrices | undefined {
  if (!one || !other) return one ?? other;
  const kinds = [...new Set([...Object.keys(one), ...Object.keys(other)])] as (keyof CallPrices)[];
  return Object.fromEntries(kinds.map((kind) => [kind, Math.max(one[kind] ?? 0, other[kind] ?? 0)]));
}

function compare(a: number, b: number): number {
  return a === b ? 0 : a < b ? -1 : 1;
}
