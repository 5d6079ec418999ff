/** What a model costs and can do, on the operators' terms; remembered until they change. */

import type { GatewayContext } from '../context.ts';
import type { Rate } from '../ledger/charge.ts';
import { createRemembered } from '../ops/remembered.ts';
import { type ModelFacts, modelFacts } from './model-facts.ts';
import type { ModelOverride } from './model-names.ts';
import { loadPriceTable } from './price-table.ts';
import { createPriceBook, type PriceBook, type PriceQuote } from './prices.ts';
import type { ServiceTier } from './service-tiers.ts';
import type { Route } from './upstream-directory.ts';

export interface ModelTerms {
  readonly facts: ModelFacts;
  /** Charged tokens per token. */
  readonly rate: Rate;
  /** Prices at an instant (epoch ms); ask with the same one for hold and settlement. See `PriceBook.priceOf`. */
  quote(at: number, promptTokens?: number, tier?: ServiceTier): PriceQuote;
}

export interface ModelTermsDirectory {
  /** @param asked the name that the client used, which may be an alias with terms of its own */
  of(route: Route, asked: string): Promise<ModelTerms>;
}

const REMEMBERED_MODELS = 1_000;

export function createModelTerms(context: GatewayContext): ModelTermsDirectory {
  const { db, events, settings } = context;
  const remembered = createRemembered<ModelTerms>(REMEMBERED_MODELS);
  let loaded: Promise<{ overrides: ModelOverride[]; book: PriceBook }> | null = null;
  let generation = 0;
  events.on(['models_changed', 'settings_changed', 'upstreams_changed'], () => {
    generation++;
    loaded = null;
    remembered.clear();
  });

  const load = async () => {
    const { models } = db.tables;
    const overrides: ModelOverride[] = await db.select().from(models);
    return { overrides, book: createPriceBook(await loadPriceTable(), overrides) };
  };

  return {
    async of(route, asked) {
      const cacheKey = `${route.upstream.id}\n${route.model}\n${asked}`;
      const known = remembered.get(cacheKey);
      if (known) return known;
      const since = generation;
      loaded ??= load();
      const { overrides, book } = await loaded.catch((error: unknown) => {
        loaded = null;
        throw error;
      });
      const facts = modelFacts(route.model, overrides);
      const multiplier =
        route.model === asked ? facts.multiplier : Math.max(facts.multiplier, modelFacts(asked, overrides).multiplier);
      const terms: ModelTerms = {
        facts,
        rate: { multiplier, factor: settings.current().conversionFactor },
        quote: (at, promptTokens, tier) => book.priceOf(route.upstream, route.model, at, promptTokens, tier),
      };
      if (since === generation) remembered.set(cacheKey, terms);
      return terms;
    },
  };
}
