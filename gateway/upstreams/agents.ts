/** Connections to upstreams: kept alive, always verified. */
import { Agent, buildConnector } from 'undici';
import { trusted } from './certificates.ts';

export interface Reach {
  readonly connectMs: number;
  /** PEM of an authority that is trusted beside the usual ones; null = none. */
  readonly caCertificate: string | null;
}

export interface Agents {
  /** The agent for an upstream. Upstreams that are reached alike share one, also after they were read anew. */
  of(reach: Reach): Agent;
  /** The same on a new connection for each request. */
  fresh(reach: Reach): Agent;
  close(): Promise<void>;
}

/** Where an upstream does not tell how long it keeps connections; undici heeds the `keep-alive` of those that do. */
const KEEP_ALIVE_MS = 30_000;

export function createAgents(): Agents {
  const kept = createShared(1);
  // Without pipelining undici asks the upstream to close behind its answer.
  const fresh = createShared(0);
  return {
    of: kept.of,
    fresh: fresh.of,
    async close() {
      await Promise.all([kept.close(), fresh.close()]);
    },
  };
}

function createShared(pipelining: number) {
  const shared = new Map<string, Agent>();
  const known = new WeakMap<Reach, Agent>();
  const make = ({ connectMs, caCertificate }: Reach): Agent => {
    const connect = buildConnector({
      timeout: connectMs,
      ...(caCertificate === null ? {} : { ca: trusted(caCertificate) }),
    });
    return new Agent({
      connect: (options, callback) =>
        connect(options, (...made) => {
          const [, socket] = made;
          // Before undici listens, so that whoever hears of the error reads it with what is added.
          socket?.on('error', (error) => Object.assign(error, { bytesRead: socket.bytesRead }));
          callback(...made);
        }),
      connections: null,
      pipelining,
      keepAliveTimeout: KEEP_ALIVE_MS,
    });
  };
  return {
    of(reach: Reach): Agent {
      let agent = known.get(reach);
      if (agent) return agent;
      const likeness = `${reach.connectMs}\n${reach.caCertificate ?? ''}`;
      agent = shared.get(likeness) ?? make(reach);
      shared.set(likeness, agent);
      known.set(reach, agent);
      return agent;
    },
    async close(): Promise<void> {
      await Promise.all([...shared.values()].map((agent) => agent.destroy()));
    },
  };
}

/**
 * Whether a call failed because its connection was closed that had brought answers before. When nothing of this one's
 * answer has come, its upstream had most likely ended the connection before it saw the request.
 */
export function lostKeptConnection(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  const { code, bytesRead, socket } = error as ConnectionError;
  if (code === 'UND_ERR_SOCKET') return (socket?.bytesRead ?? 0) > 0;
  return (code === 'ECONNRESET' || code === 'EPIPE') && (bytesRead ?? 0) > 0;
}

/** What undici tells of a connection that was closed, or `make` of one that failed. */
type ConnectionError = Error & { code?: string; bytesRead?: number; socket?: { bytesRead?: number } | null };
