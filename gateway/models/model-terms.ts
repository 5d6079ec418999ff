/** Which price and which bounds apply to the models that people meet, and where each comes from. */
import { asc, eq, gte } from 'drizzle-orm';
import type { GatewayContext } from '../context.ts';
import type { ModelTerms } from '../contract/models.ts';
import { MILLION } from '../ledger/charge.ts';
import { ECHO_MODEL, modelFacts } from '../proxy/model-facts.ts';
import { type ModelOverride, matchesModel, overridesOf } from '../proxy/model-names.ts';
import { loadPriceTable } from '../proxy/price-table.ts';
import { createPriceBook, type PriceBook, type PricedUpstream } from '../proxy/prices.ts';
import { factorOf, type ServiceTier } from '../proxy/service-tiers.ts';
import { sum } from '../reports/sums.ts';
import { fromMillionths } from './queries.ts';

interface Serving extends PricedUpstream {
  readonly id: string;
  readonly models: readonly string[];
  readonly aliases: Readonly<Record<string, string>>;
}
interface Use {
  readonly requests: number;
  readonly chargedTokens: number;
  readonly costMicroUsd: number;
}

const UNUSED: Use = { requests: 0, chargedTokens: 0, costMicroUsd: 0 };

/** @returns each model once for every upstream that serves it; models that nobody serves once, without a price */
export async function listModelTerms(context: GatewayContext): Promise<{ items: ModelTerms[]; tableDate: string }> {
  const { db } = context;
  const overrides: ModelOverride[] = await db.select().from(db.tables.models);
  const book = createPriceBook(await loadPriceTable(), overrides);
  const serving = await servingUpstreams(context);
  const use = await sumsOfPeriod(context);
  const now = context.clock.now();

  const names = new Set([
    ...use.keys(),
    ...overrides.map(({ id }) => id).filter(isName),
    ...serving.flatMap(({ models, aliases }) => [...models.filter(isName), ...Object.keys(aliases)]),
  ]);
  const items = [...names].flatMap((model): ModelTerms[] => {
    const offers = serving.flatMap((upstream) => {
      const servedAs = nameAt(upstream, model);
      return servedAs === null ? [] : [{ upstream, servedAs }];
    });
    const used = use.get(model) ?? UNUSED;
    if (offers.length === 0) return [{ ...known(model, model, overrides), ...NOBODY, ...used }];
    return offers.map(({ upstream, servedAs }) => ({
      ...known(model, servedAs, overrides),
      upstream: upstream.id,
      servedAs,
      ...priceAt(book, upstream, servedAs, now, overrides),
      ...used,
    }));
  });
  items.sort((a, b) => b.chargedTokens - a.chargedTokens || (a.model < b.model ? -1 : a.model > b.model ? 1 : 0));
  return { items, tableDate: book.date };
}

const NOBODY = { upstream: null, servedAs: null, price: null, priceSource: null };

function isName(text: string): boolean {
  return !text.includes('*');
}

function nameAt({ models, aliases }: Serving, model: string): string | null {
  if (Object.hasOwn(aliases, model)) return aliases[model] ?? null;
  return models.some((pattern) => matchesModel(pattern, model)) ? model : null;
}

/** The multiplier is the larger one of the alias and of what stands behind it, as when a request is charged. */
function known(model: string, servedAs: string, overrides: readonly ModelOverride[]) {
  const facts = modelFacts(servedAs, overrides);
  const multiplier = Math.max(facts.multiplier, modelFacts(model, overrides).multiplier) / MILLION;
  const setBy = overridesOf(servedAs, overrides)[0]?.id ?? overridesOf(model, overrides)[0]?.id ?? null;
  return { model, multiplier, maxOutputTokens: facts.maximumOutputTokens, setBy };
}

function priceAt(book: PriceBook, upstream: Serving, name: string, now: number, overrides: readonly ModelOverride[]) {
  const { price, known: isKnown } = book.priceOf(upstream, name, now);
  const factors = book.factorsOf(upstream, name);
  const factorIn = (tier: ServiceTier) => fromMillionths(factorOf(factors, tier));
  const isOwn = overridesOf(name, overrides).some((row) => row.price !== null);
  const priceSource = isOwn ? 'own' : upstream.kind === 'demo' ? 'free' : isKnown ? 'table' : 'default';
  return {
    price: {
      inputMicroUsd: price.input,
      outputMicroUsd: price.output,
      cachedInputMicroUsd: price.cachedInput,
      feesMicroUsd: price.calls ?? {},
      tierFactors: { flex: factorIn('flex'), priority: factorIn('priority') },
    },
    priceSource,
  } as const;
}

/** The upstreams that are on; where there are none the demo answers. */
async function servingUpstreams({ db }: GatewayContext): Promise<Serving[]> {
  const { upstreams } = db.tables;
  const rows = await db
    .select()
    .from(upstreams)
    .where(eq(upstreams.enabled, true))
    .orderBy(asc(upstreams.position), asc(upstreams.id));
  if (rows.length === 0) return [demo('demo', {})];
  return rows.map(({ id, kind, baseUrl, models, aliases }) => {
    if (kind === 'demo') return demo(id, aliases);
    const { origin, pathname } = new URL(baseUrl);
    return { id, kind, origin, pathPrefix: pathname.replace(/\/+$/, ''), models, aliases };
  });
}

function demo(id: string, aliases: Serving['aliases']): Serving {
  return { id, kind: 'demo', origin: '', pathPrefix: '', models: [ECHO_MODEL], aliases };
}

async function sumsOfPeriod(context: GatewayContext): Promise<Map<string, Use>> {
  const { db, clock } = context;
  const { dailyTotals } = db.tables;
  const calendar = context.calendar();
  const rows = await db
    .select({
      model: dailyTotals.model,
      requests: sum(dailyTotals.requests),
      chargedTokens: sum(dailyTotals.chargedTokens),
      costMicroUsd: sum(dailyTotals.costMicroUsd),
    })
    .from(dailyTotals)
    .where(gte(dailyTotals.day, calendar.day(calendar.period(clock.now()).startsAt)))
    .groupBy(dailyTotals.model);
  return new Map(rows.map(({ model, ...use }) => [model, use]));
}
