/** Takes the port: the wished one, or on an installation's very first start the next free one. */
import type { AddressInfo } from 'node:net';
import type { FastifyInstance } from 'fastify';
import { reason } from '../config/environment.ts';
import { findPortOwner } from './network-ports.ts';
import { ConfigError, EXIT, StartError } from './start-error.ts';

const PORTS_TRIED = 50;

export interface ListenWish {
  readonly host: string;
  readonly port: number;
  /** Whether another port will do: nobody has been told of this one yet. */
  readonly mayMove: boolean;
  /** How the port was set, for messages. */
  readonly portSetBy: string;
}

/**
 * Starts listening.
 *
 * @returns the port in the end
 * @throws StartError (69) that names who has the port; ConfigError (78) when the address cannot be used at all
 */
export async function listen(app: FastifyInstance, wish: ListenWish): Promise<number> {
  const { host, port } = wish;
  const last = wish.mayMove && port !== 0 ? Math.min(port + PORTS_TRIED - 1, 65_535) : port;
  for (let candidate = port; candidate <= last; candidate++) {
    try {
      await app.listen({ host, port: candidate });
      return (app.server.address() as AddressInfo).port;
    } catch (error) {
      if (reason(error) === 'EADDRINUSE' && candidate < last) continue;
      throw await explain(error, wish);
    }
  }
  throw new StartError(EXIT.unavailable, `No port from ${port} to ${last} is free on ${host}.`);
}

async function explain(error: unknown, { host, port, portSetBy }: ListenWish): Promise<Error> {
  switch (reason(error)) {
    case 'EADDRINUSE': {
      const owner = await findPortOwner(host, port);
      const by = owner ? ` by ${owner}` : '';
      const message = `Port ${port} on ${host} is already used${by}. Stop that program, or choose another port with --port or PORT (now: ${portSetBy}).`;
      return new StartError(EXIT.unavailable, message, { cause: error, obstacle: { kind: 'port_taken', port, owner } });
    }
    case 'EACCES':
      return new ConfigError(
        [
          `Port ${port} may not be used by this account (now: ${portSetBy}). Choose a port above 1023 with --port or PORT.`,
        ],
        { cause: error, obstacle: { kind: 'port_forbidden', port } },
      );
    case 'EADDRNOTAVAIL':
    case 'ENOTFOUND':
      return new ConfigError([`HOST is ${host}, which is no address of this machine.`], { cause: error });
    default:
      return error instanceof Error ? error : new Error(String(error));
  }
}
