/** `GET /v1/models`: what the upstreams offer, as far as the caller's plan allows. */
import type { FastifyInstance } from 'fastify';
import type { GatewayContext } from '../context.ts';
import { newId } from '../db/ids.ts';
import type { UserDirectory } from '../identity/directory.ts';
import type { Authenticate } from './authenticate.ts';
import { isObject } from './dialects/fields.ts';
import { identifyIfKnown } from './identify.ts';
import { matchesModel } from './model-names.ts';
import { allowsModel, type PlanDirectory } from './plan-directory.ts';
import type { Upstream, UpstreamDirectory } from './upstream-directory.ts';

export interface ModelsRouteParts {
  readonly context: GatewayContext;
  readonly authenticate: Authenticate;
  readonly directory: UserDirectory;
  readonly upstreams: UpstreamDirectory;
  readonly plans: PlanDirectory;
}

type Model = { id: string } & Record<string, unknown>;

/** LibreChat waits 5 s for the whole list, so no upstream may take that long. */
const UPSTREAM_TIMEOUT_MS = 4_000;
const FRESH_MS = 60_000;

export function registerModelsRoute(scope: FastifyInstance, parts: ModelsRouteParts): void {
  const { context, authenticate, directory, upstreams, plans } = parts;
  const cached = new WeakMap<Upstream, { at: number; models: Promise<Model[]> }>();

  const modelsOf = (upstream: Upstream): Promise<Model[]> => {
    const now = context.clock.now();
    const known = cached.get(upstream);
    if (known && now - known.at < FRESH_MS && now >= known.at) return known.models;
    const models = askUpstream(upstream).catch((err: unknown) => {
      context.log.warn({ err, upstreamId: upstream.id }, 'An upstream did not list its models');
      cached.delete(upstream);
      return [];
    });
    cached.set(upstream, { at: now, models });
    return models;
  };

  scope.get('/v1/models', async (request, reply) => {
    const key = await authenticate(request);
    const user = await identifyIfKnown(context, directory, request, key);
    const rules = user ? await plans.rules(user.planId) : null;
    const lists = await Promise.all(
      (await upstreams.all()).map(async (upstream) => offered(upstream, await modelsOf(upstream))),
    );
    const seen = new Set<string>();
    const data = lists.flat().filter(({ id }) => {
      if (seen.has(id) || (rules && !allowsModel(rules, id))) return false;
      seen.add(id);
      return true;
    });
    reply.header('x-request-id', newId('req', context.clock.now()));
    return reply.type('application/json').send(JSON.stringify({ object: 'list', data }));
  });
}

/** What an upstream lists and serves, its aliases, and the models that its patterns name outright. */
function offered(upstream: Upstream, listed: readonly Model[]): Model[] {
  const own = (id: string): Model => ({ id, object: 'model', created: 0, owned_by: upstream.id });
  const served = listed
    .filter(({ id }) => upstream.models.some((pattern) => matchesModel(pattern, id)))
    // Some list bare ids; clients expect the rest.
    .map((model) => ({ ...own(model.id), ...model }));
  const named = upstream.models.filter((pattern) => !pattern.includes('*')).map(own);
  return [...served, ...Object.keys(upstream.aliases).map(own), ...named];
}

async function askUpstream(upstream: Upstream): Promise<Model[]> {
  const response = await fetch(`${upstream.origin}${upstream.pathPrefix}/models`, {
    headers: upstream.apiKey === null ? {} : { authorization: `Bearer ${upstream.apiKey}` },
    redirect: 'error',
    signal: AbortSignal.timeout(UPSTREAM_TIMEOUT_MS),
  });
  if (!response.ok) throw new Error(`The upstream answered ${response.status} to its list of models.`);
  const body = await response.json();
  const data = isObject(body) && Array.isArray(body.data) ? body.data : [];
  return data.filter((model): model is Model => isObject(model) && typeof model.id === 'string');
}
