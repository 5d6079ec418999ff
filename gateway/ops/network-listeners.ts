/** Listeners beside the main one: they let containers and neighbours reach the metered routes, and nothing else. */
import type { IncomingMessage, Server } from 'node:http';
import { networkInterfaces } from 'node:os';
import type { FastifyBaseLogger, FastifyInstance } from 'fastify';
import { reason } from '../config/environment.ts';
import { answerClientError } from './client-error.ts';
import { isLoopback, isWildcard } from './network-exposure.ts';
import { createServer } from './node-http.ts';

/** A bridge may come up after us, and a laptop changes its network: wanted addresses are looked at again this often. */
const RETRY_MS = 15_000;

export interface NetworkListeners {
  /** Listens at every wanted address that exists, and nowhere else. */
  open(hosts: readonly string[], port: number): Promise<void>;
  /** Base URLs that are served now. */
  urls(): string[];
  /** Whether the request came in through one of these listeners. */
  has(request: IncomingMessage): boolean;
  /** Stops accepting connections; open ones stay until they end or `cut`. */
  stop(): void;
  cut(): void;
}

/**
 * @param app answers the requests; it must be ready before `open`
 */
export function createNetworkListeners(app: FastifyInstance, log: FastifyBaseLogger): NetworkListeners {
  const servers = new Map<string, Server>();
  const failures = new Map<string, string>();
  const requests = new WeakSet<IncomingMessage>();
  let wanted: { hosts: readonly string[]; port: number } = { hosts: [], port: 0 };
  let timer: NodeJS.Timeout | null = null;
  let stopped = false;

  const listen = async (address: string, port: number): Promise<void> => {
    const server = createServer(
      { keepAliveTimeout: app.server.keepAliveTimeout, requestTimeout: app.server.requestTimeout },
      (request, response) => {
        requests.add(request);
        app.routing(request, response);
      },
    );
    server.on('clientError', answerClientError);
    servers.set(address, server);
    try {
      await new Promise<void>((resolve, reject) => {
        server.once('error', reject);
        server.listen({ host: address, port }, resolve);
      });
      failures.delete(address);
      log.info({ address, port }, `Metered routes are served at ${baseUrl(server)}`);
    } catch (error) {
      servers.delete(address);
      if (failures.get(address) === reason(error)) return;
      failures.set(address, reason(error));
      log.warn(
        { address, port, err: error },
        `Cannot listen at ${address}:${port} (${reason(error)}); trying again every ${RETRY_MS / 1000} s`,
      );
    }
  };
  const sync = async (): Promise<void> => {
    if (stopped) return;
    const addresses = new Set(wanted.hosts.flatMap(expand));
    for (const [address, server] of servers) {
      if (addresses.has(address)) continue;
      servers.delete(address);
      server.close();
    }
    await Promise.all(
      [...addresses].filter((address) => !servers.has(address)).map((address) => listen(address, wanted.port)),
    );
  };

  return {
    async open(hosts, port) {
      wanted = { hosts, port };
      await sync();
      if (hosts.length > 0 && !stopped) timer ??= setInterval(() => void sync(), RETRY_MS).unref();
    },
    urls: () => [...servers.values()].filter((server) => server.listening).map(baseUrl),
    has: (request) => requests.has(request),
    stop() {
      stopped = true;
      if (timer) clearInterval(timer);
      for (const server of servers.values()) {
        server.close();
        server.closeIdleConnections();
      }
    },
    cut() {
      for (const server of servers.values()) server.closeAllConnections();
    },
  };
}

/** A wildcard means the addresses of this machine that others can reach: loopback belongs to the main listener. */
function expand(host: string): string[] {
  if (!isWildcard(host)) return isLoopback(host) ? [] : [host];
  const family = host === '::' ? null : 'IPv4';
  return Object.values(networkInterfaces())
    .flatMap((addresses) => addresses ?? [])
    .filter((address) => !address.internal && (family === null || address.family === family))
    .filter((address) => !address.address.startsWith('fe80:'))
    .map((address) => address.address);
}

/** `http://172.17.0.1:5000` */
function baseUrl(server: Server): string {
  const address = server.address();
  if (address === null || typeof address === 'string') return '';
  return `http://${address.family === 'IPv6' ? `[${address.address}]` : address.address}:${address.port}`;
}
