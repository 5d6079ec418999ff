/**
 * Pure: what providers take for a token by the tier that served it, as a factor of the price that is listed for it.
 *
 * As of November 2026, from OpenAI's price list and its page on fast mode (which was called priority processing before),
 * Google's "Optimization" of the Gemini API, Anthropic's "Fast mode" and "Service tiers", Groq's "Flex processing", and the
 * fields `*_flex` and `*_priority` of LiteLLM's `model_prices_and_context_window.json`.
 */
import { MILLION } from '../ledger/charge.ts';
import { bareModel } from './model-names.ts';

/** `fast` is Anthropic's own; OpenAI's word for `priority` is read as that. */
export type ServiceTier = 'standard' | 'flex' | 'batch' | 'priority' | 'ultrafast' | 'fast';

/** In millionths. A tier that is left out costs as much as the standard one. */
export type TierFactors = Readonly<Partial<Record<ServiceTier, number>>>;

const HALF = 500_000;

/** What OpenAI's tiers cost by default, and those of whoever sells by its names. */
const DEFAULT: TierFactors = { flex: HALF, batch: HALF, priority: 2_000_000, ultrafast: 6_000_000 };
/** Sold at the same price in all of its tiers. */
const ALIKE: TierFactors = {};
const ALIKE_PROVIDERS = new Set(['groq']);

/** First match wins; by the model's bare name. */
const BY_MODEL: readonly (readonly [name: RegExp, factors: TierFactors])[] = [
  [/^gpt-5[.-]5(?!\d)/, { ...DEFAULT, priority: 2_500_000 }],
  [/^gpt-5(-mini|[.-]1-(codex-)?mini)/, { ...DEFAULT, priority: 1_800_000 }],
  [/^gpt-4\.1-nano/, DEFAULT],
  [/^gpt-4\.1|^o3(-\d|$)|^gpt-4o-2024-05-13/, { ...DEFAULT, priority: 1_750_000 }],
  // 0.25 instead of 0.15 USD, and 2.00 instead of 1.10.
  [/^gpt-4o-mini/, { ...DEFAULT, priority: 1_666_667 }],
  [/^o4-mini/, { ...DEFAULT, priority: 1_818_182 }],
  [/^gpt-4o/, { ...DEFAULT, priority: 1_700_000 }],
  [/^gemini/, { ...DEFAULT, priority: 1_800_000 }],
  // Anthropic's priority is capacity that was paid for beforehand: no other price of a token is known for it.
  [/^claude-opus-4[.-][67](?!\d)/, { batch: HALF, fast: 6_000_000 }],
  [/^claude/, { batch: HALF, fast: 2_000_000 }],
];

/** @param provider its id in the price table, as far as it is known */
export function tierFactors(model: string, provider: string | undefined): TierFactors {
  if (provider !== undefined && ALIKE_PROVIDERS.has(provider)) return ALIKE;
  const name = bareModel(model);
  return BY_MODEL.find(([pattern]) => pattern.test(name))?.[1] ?? DEFAULT;
}

export function factorOf(factors: TierFactors, tier: ServiceTier): number {
  return factors[tier] ?? MILLION;
}
