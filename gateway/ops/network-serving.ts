/** From a ready app to open ports and back: the main listener, those for the network, and the way out. */
import type { FastifyInstance } from 'fastify';
import { SYSTEM } from '../audit/audit-writer.ts';
import type { GatewayContext } from '../context.ts';
import { readInstallation } from '../db/installation.ts';
import { isWildcard } from './network-exposure.ts';
import { listen } from './network-listen.ts';
import type { NetworkListeners } from './network-listeners.ts';

/** Where the gateway can be reached. */
export interface Addresses {
  /** Base URL on this machine, without a slash at the end. */
  readonly url: string;
  /** Base URLs for containers and neighbours: metered routes only. */
  readonly network: readonly string[];
  /** What people outside use, when it is configured. */
  readonly publicUrl: string | null;
}

/** Set when an installation listened for the first time: from then on its port is known to others and never moves. */
const FIRST_LISTENED = 'first_listened_at';
/** What is not metered, such as a live view, gets this long to end by itself. */
const LAST_CALLS_MS = 2_000;

/** Opens the ports. See `listen` for what it throws. */
export async function startServing(
  app: FastifyInstance,
  context: GatewayContext,
  listeners: NetworkListeners,
): Promise<Addresses> {
  const { db, settings, clock } = context;
  const { host, port: wished, networkHosts, tls } = settings.current();
  const described = settings.describe().find(({ key }) => key === 'port');
  const listenedBefore = (await readInstallation(db, FIRST_LISTENED)) !== null;

  const port = await listen(app, {
    host,
    port: wished,
    mayMove: described?.source === 'default' && !listenedBefore,
    portSetBy: described?.setBy ?? (described?.source === 'console' ? 'kept from an earlier start' : 'the default'),
  });
  if (!listenedBefore) {
    const value = String(clock.now());
    await db.insert(db.tables.installation).values({ key: FIRST_LISTENED, value }).onConflictDoNothing();
  }
  if (port !== wished && wished !== 0) await settings.set({ port }, SYSTEM);

  await listeners.open(networkHosts, port);
  context.events.on(['settings_changed'], () => listeners.open(settings.current().networkHosts, port));
  return {
    url: `${tls.certFile === null ? 'http' : 'https'}://${hostInUrl(host)}:${port}`,
    network: listeners.urls(),
    publicUrl: settings.current().publicUrl,
  };
}

/** Makes closing the app drain first: no new connections, open exchanges to their end, at the deadline a cut that settles. */
export function drainOnClose(app: FastifyInstance, listeners: NetworkListeners, drain: () => Promise<void>): void {
  app.addHook('preClose', async () => {
    listeners.stop();
    app.server.close();
    await drain();
    listeners.cut();
    setTimeout(() => app.server.closeAllConnections(), LAST_CALLS_MS).unref();
  });
}

function hostInUrl(host: string): string {
  if (isWildcard(host)) return host === '::' ? '[::1]' : '127.0.0.1';
  return host.includes(':') ? `[${host}]` : host;
}
