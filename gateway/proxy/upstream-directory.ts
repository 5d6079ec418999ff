/** Which upstream serves a model, and what is needed to call it. Dropped and read anew when upstreams change. */
import { asc, eq } from 'drizzle-orm';
import type { GatewayContext } from '../context.ts';
import type { UpstreamKind } from '../db/json-columns.ts';
import { createRemembered, type Remembered } from '../ops/remembered.ts';
import { inOrder } from './candidates.ts';
import type { Dialect } from './dialects/dialect.ts';
import { matchesModel } from './model-names.ts';

export interface Upstream {
  readonly id: string;
  readonly kind: UpstreamKind;
  /** Origin and path prefix of the base URL, the prefix without a trailing slash. */
  readonly origin: string;
  readonly pathPrefix: string;
  readonly apiKey: string | null;
  readonly models: readonly string[];
  readonly aliases: Readonly<Record<string, string>>;
  /** The lower, the earlier it is asked. */
  readonly position: number;
  /** Share of the requests among those of the same position. */
  readonly weight: number;
  /** PEM of an authority that is trusted beside the usual ones. */
  readonly caCertificate: string | null;
  readonly connectMs: number;
  readonly headersMs: number;
  readonly idleMs: number;
  /** Learned: for what it refuses `stream_options`, and until when that is believed. See `usage-refusals.ts`. */
  readonly usageRefusals: Remembered<number>;
}

export interface Route {
  readonly upstream: Upstream;
  /** The model's name at the upstream. */
  readonly model: string;
}

export interface UpstreamDirectory {
  /**
   * The upstreams of these kinds that serve the model, in the order in which they are to be asked: native ones before
   * the others, and all that rest after failures at the end. Empty when none serves it.
   */
  routes(model: string, kinds: Dialect['kinds']): Promise<readonly Route[]>;
  all(): Promise<readonly Upstream[]>;
  /** Those that are in use: empty before the first request, so that asking starts nothing. */
  inUse(): Promise<readonly Upstream[]>;
}

/** The upstream that answers when none is configured, so that the first request works at once. */
export interface DemoUpstream {
  readonly url: string;
  readonly key: string;
  readonly model: string;
}

type DemoPlace = Pick<Upstream, 'id' | 'aliases' | 'position' | 'weight'>;

const UNCONFIGURED: DemoPlace = { id: 'demo', aliases: {}, position: 0, weight: 1 };
const REMEMBERED_REFUSALS = 200;
const DEFAULT_TIMEOUTS = { connectMs: 10_000, headersMs: 600_000, idleMs: 300_000 };

export function createUpstreamDirectory(context: GatewayContext, demo: () => Promise<DemoUpstream>): UpstreamDirectory {
  const { db, secrets, events, log } = context;
  let loaded: Promise<readonly Upstream[]> | null = null;
  events.on(['upstreams_changed'], () => {
    loaded = null;
  });

  const openKey = async (id: string, sealed: Parameters<typeof secrets.open>[0] | null): Promise<string | null> => {
    if (!sealed) return null;
    try {
      return await secrets.open(sealed);
    } catch (err) {
      log.error({ err, upstreamId: id }, 'The secret of an upstream cannot be opened; enter it again');
      return null;
    }
  };
  const load = async (): Promise<readonly Upstream[]> => {
    const { upstreams } = db.tables;
    const rows = await db
      .select()
      .from(upstreams)
      .where(eq(upstreams.enabled, true))
      .orderBy(asc(upstreams.position), asc(upstreams.id));
    if (rows.length === 0) return [demoUpstream(await demo(), UNCONFIGURED)];
    return Promise.all(
      rows.map(async (row) => {
        if (row.kind === 'demo') return demoUpstream(await demo(), row);
        const url = new URL(row.baseUrl);
        return {
          id: row.id,
          kind: row.kind,
          origin: url.origin,
          pathPrefix: url.pathname.replace(/\/+$/, ''),
          apiKey: await openKey(row.id, row.apiKey),
          models: row.models,
          aliases: row.aliases,
          position: row.position,
          weight: row.weight,
          caCertificate: row.options?.caCertificate ?? null,
          ...DEFAULT_TIMEOUTS,
          ...row.timeouts,
          usageRefusals: createRemembered<number>(REMEMBERED_REFUSALS),
        };
      }),
    );
  };
  const isServing = ({ upstream, model }: Route): boolean => context.upstreamHealth.admits(upstream.id, model);
  const all = (): Promise<readonly Upstream[]> => {
    if (!loaded) {
      const attempt = load();
      loaded = attempt;
      attempt.catch(() => {
        if (loaded === attempt) loaded = null;
      });
    }
    return loaded;
  };

  return {
    all,
    inUse: () => loaded ?? Promise.resolve([]),
    async routes(model, kinds) {
      const upstreams = await all();
      const [only, ...others] = upstreams;
      if (only && others.length === 0)
        return kinds[only.kind] ? [routeTo(only, model)].filter((route) => route !== null) : [];
      const routes = (['native', 'beside'] as const).flatMap((way) => {
        const able = upstreams.flatMap((upstream) =>
          kinds[upstream.kind] === way ? (routeTo(upstream, model) ?? []) : [],
        );
        return inOrder(able);
      });
      if (routes.every(isServing)) return routes;
      // Whoever rests is asked last, not never: a request must not fail for what may be over.
      return [...routes.filter(isServing), ...routes.filter((route) => !isServing(route))];
    },
  };
}

/** Null when the upstream does not serve the model. */
function routeTo(upstream: Upstream, model: string): Route | null {
  const alias = Object.hasOwn(upstream.aliases, model) ? upstream.aliases[model] : undefined;
  if (alias !== undefined) return { upstream, model: alias };
  return upstream.models.some((pattern) => matchesModel(pattern, model)) ? { upstream, model } : null;
}

function demoUpstream(demo: DemoUpstream, { id, aliases, position, weight }: DemoPlace): Upstream {
  const url = new URL(demo.url);
  return {
    id,
    kind: 'demo',
    origin: url.origin,
    pathPrefix: url.pathname.replace(/\/+$/, ''),
    apiKey: demo.key,
    models: [demo.model],
    aliases,
    position,
    weight,
    caCertificate: null,
    ...DEFAULT_TIMEOUTS,
    usageRefusals: createRemembered<number>(REMEMBERED_REFUSALS),
  };
}
