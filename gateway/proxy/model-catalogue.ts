/** What all upstreams offer, as one list; asked for once a minute. */
import type { GatewayContext } from '../context.ts';
import type { Agents } from '../upstreams/agents.ts';
import type { ListedModel } from '../upstreams/kinds.ts';
import { askForModels, modelsIn } from '../upstreams/model-list.ts';
import { matchesModel } from './model-names.ts';
import { allowsModel, type PlanRules } from './plan-directory.ts';
import type { Upstream, UpstreamDirectory } from './upstream-directory.ts';

export interface ModelCatalogue {
  /** Each name once, in the order in which upstreams are asked; only what the rules allow. @param rules null = all */
  list(rules: PlanRules | null): Promise<ListedModel[]>;
}

/** LibreChat waits 5 s for the whole list, so no upstream may take that long. */
const UPSTREAM_TIMEOUT_MS = 4_000;
const FRESH_MS = 60_000;

export function createModelCatalogue(
  { clock, log }: GatewayContext,
  upstreams: UpstreamDirectory,
  agents: Agents,
): ModelCatalogue {
  const cached = new WeakMap<Upstream, { at: number; models: Promise<ListedModel[]> }>();

  const listedBy = (upstream: Upstream): Promise<ListedModel[]> => {
    // Azure lists what could be deployed, not what is.
    if (upstream.kind === 'azure') return Promise.resolve([]);
    const now = clock.now();
    const known = cached.get(upstream);
    if (known && now - known.at < FRESH_MS && now >= known.at) return known.models;
    const models = ask(upstream).catch((err: unknown) => {
      log.warn({ err, upstreamId: upstream.id }, 'An upstream did not list its models');
      cached.delete(upstream);
      return [];
    });
    cached.set(upstream, { at: now, models });
    return models;
  };

  const ask = async (upstream: Upstream): Promise<ListedModel[]> => {
    const target = { ...upstream, baseUrl: `${upstream.origin}${upstream.pathPrefix}` };
    const response = await askForModels(target, UPSTREAM_TIMEOUT_MS, agents.of(upstream));
    if (!response.ok) {
      await response.body?.cancel();
      throw new Error(`The upstream answered ${response.status} to its list of models.`);
    }
    return (await modelsIn(response)) ?? [];
  };

  return {
    async list(rules) {
      const lists = await Promise.all(
        (await upstreams.all()).map(async (upstream) => offered(upstream, await listedBy(upstream))),
      );
      const seen = new Set<string>();
      return lists.flat().filter(({ id }) => {
        if (seen.has(id) || (rules && !allowsModel(rules, id))) return false;
        seen.add(id);
        return true;
      });
    },
  };
}

/** What an upstream lists and serves, its aliases, and the models that its patterns name outright. */
function offered(upstream: Upstream, listed: readonly ListedModel[]): ListedModel[] {
  const own = (id: string): ListedModel => ({ id, object: 'model', created: 0, owned_by: upstream.id });
  const served = listed
    .filter(({ id }) => upstream.models.some((pattern) => matchesModel(pattern, id)))
    // Some list bare ids; clients expect the rest.
    .map((model) => ({ ...own(model.id), ...model }));
  const named = upstream.models.filter((pattern) => !pattern.includes('*')).map(own);
  return [...served, ...Object.keys(upstream.aliases).map(own), ...named];
}
