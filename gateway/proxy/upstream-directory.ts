/** Which upstream serves a model, and what is needed to call it. Dropped and read anew when upstreams change. */
import { asc, eq } from 'drizzle-orm';
import type { GatewayContext } from '../context.ts';
import type { UpstreamKind } from '../db/json-columns.ts';
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
  readonly connectMs: number;
  readonly headersMs: number;
  readonly idleMs: number;
  /** Learned: it answers 400 to `stream_options`. */
  refusesStreamOptions: boolean;
}

export interface Route {
  readonly upstream: Upstream;
  /** The model's name at the upstream. */
  readonly model: string;
}

export interface UpstreamDirectory {
  /** The first upstream of these kinds that serves the model, the native ones before the others; null when none does. */
  route(model: string, kinds: Dialect['kinds']): Promise<Route | null>;
  all(): Promise<readonly Upstream[]>;
}

/** The upstream that answers when none is configured, so that the first request works at once. */
export interface DemoUpstream {
  readonly url: string;
  readonly key: string;
  readonly model: string;
}

const DEFAULT_TIMEOUTS = { connectMs: 10_000, headersMs: 600_000, idleMs: 300_000 };

export function createUpstreamDirectory(context: GatewayContext, demo: () => Promise<DemoUpstream>): UpstreamDirectory {
  const { db, secrets, events, log } = context;
  let loaded: Promise<readonly Upstream[]> | null = null;
  events.on((event) => {
    if (event.kind === 'upstreams_changed') loaded = null;
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
    if (rows.length === 0) return [demoUpstream(await demo(), 'demo')];
    return Promise.all(
      rows.map(async (row) => {
        if (row.kind === 'demo') return demoUpstream(await demo(), row.id, row.aliases);
        const url = new URL(row.baseUrl);
        return {
          id: row.id,
          kind: row.kind,
          origin: url.origin,
          pathPrefix: url.pathname.replace(/\/+$/, ''),
          apiKey: await openKey(row.id, row.apiKey),
          models: row.models,
          aliases: row.aliases,
          ...DEFAULT_TIMEOUTS,
          ...row.timeouts,
          refusesStreamOptions: false,
        };
      }),
    );
  };
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
    async route(model, kinds) {
      const upstreams = await all();
      for (const rank of ['native', 'beside'] as const) {
        for (const upstream of upstreams) {
          if (kinds[upstream.kind] !== rank) continue;
          const alias = Object.hasOwn(upstream.aliases, model) ? upstream.aliases[model] : undefined;
          if (alias !== undefined) return { upstream, model: alias };
          if (upstream.models.some((pattern) => matchesModel(pattern, model))) return { upstream, model };
        }
      }
      return null;
    },
  };
}

function demoUpstream(demo: DemoUpstream, id: string, aliases: Upstream['aliases'] = {}): Upstream {
  const url = new URL(demo.url);
  return {
    id,
    kind: 'demo',
    origin: url.origin,
    pathPrefix: url.pathname.replace(/\/+$/, ''),
    apiKey: demo.key,
    models: [demo.model],
    aliases,
    ...DEFAULT_TIMEOUTS,
    refusesStreamOptions: false,
  };
}
