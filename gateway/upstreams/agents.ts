/** Connections to upstreams: kept alive, always verified. */
import { Agent } from 'undici';
import { trusted } from './certificates.ts';

export interface Reach {
  readonly connectMs: number;
  /** PEM of an authority that is trusted beside the usual ones; null = none. */
  readonly caCertificate: string | null;
}

export interface Agents {
  /** The agent for an upstream. Upstreams that are reached alike share one, also after they were read anew. */
  of(reach: Reach): Agent;
  close(): Promise<void>;
}

const KEEP_ALIVE_MS = 30_000;

export function createAgents(): Agents {
  const shared = new Map<string, Agent>();
  const known = new WeakMap<Reach, Agent>();

  const make = ({ connectMs, caCertificate }: Reach): Agent =>
    new Agent({
      connect: { timeout: connectMs, ...(caCertificate === null ? {} : { ca: trusted(caCertificate) }) },
      connections: null,
      pipelining: 1,
      keepAliveTimeout: KEEP_ALIVE_MS,
    });

  return {
    of(reach) {
      let agent = known.get(reach);
      if (agent) return agent;
      const likeness = `${reach.connectMs}\n${reach.caCertificate ?? ''}`;
      agent = shared.get(likeness) ?? make(reach);
      shared.set(likeness, agent);
      known.set(reach, agent);
      return agent;
    },
    async close() {
      await Promise.all([...shared.values()].map((agent) => agent.destroy()));
    },
  };
}
