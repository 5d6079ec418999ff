/** Pure: in which tier a request asks to be served, and in which one an answer says that it was. */
import type { ServiceTier } from '../service-tiers.ts';
import type { JsonObject } from './dialect.ts';
import { optionalText } from './fields.ts';

/** Names on all wires, behind Google's prefixes. `fast` is what OpenAI calls priority since July 2026. */
const TIERS: Readonly<Record<string, ServiceTier>> = {
  flex: 'flex',
  batch: 'batch',
  priority: 'priority',
  fast: 'priority',
  ultrafast: 'ultrafast',
};
const PREFIX = /^(service_tier|on_demand)_/;
/** What leaves the choice to the provider: as the name of a tier that served, it says nothing. */
const UNDECIDED = new Set(['auto', 'unspecified', '']);

/** The members that are read. */
export const TIER_MEMBERS = ['service_tier', 'speed'];

/**
 * The tier that an OpenAI or Anthropic request names.
 *
 * @throws BadRequestError where it is no text
 */
export function askedTier(body: JsonObject): ServiceTier | undefined {
  const tier = namedTier(optionalText(body, 'service_tier'));
  return body.speed === 'fast' ? 'fast' : tier;
}

/**
 * The tier of a name. Those that are not known are sold at the standard price as far as we know, like OpenAI's `scale`,
 * whose capacity is paid for beforehand.
 *
 * @returns undefined where no tier is named
 */
export function namedTier(name: unknown): ServiceTier | undefined {
  if (typeof name !== 'string') return undefined;
  const plain = name.toLowerCase().replace(PREFIX, '');
  if (UNDECIDED.has(plain)) return undefined;
  return Object.hasOwn(TIERS, plain) ? TIERS[plain] : 'standard';
}

/** The tier that the usage of a message tells, and its speed, which goes before it. */
export function tierOfUsage({ service_tier: tier, speed }: JsonObject): ServiceTier | undefined {
  return speed === 'fast' ? 'fast' : (namedTier(tier) ?? (typeof speed === 'string' ? 'standard' : undefined));
}
