/** Addresses where no provider answers. */
import { once } from 'node:events';
import net from 'node:net';
import { freePort } from '../ports.ts';
import type { Owner } from './server.ts';

/** Base URL of a port on which nobody listens: connections are refused. */
export async function closedPort(): Promise<string> {
  return `http://127.0.0.1:${await freePort()}/v1`;
}

/** What a bare TCP server does with a connection: nothing at all, RST, or these bytes and the end. */
export type BareConduct = 'silent' | 'reset' | { says: string };

/** A server that accepts connections and speaks no HTTP. `connections` counts those it accepted so far. */
export async function startBareServer(
  owner: Owner,
  conduct: BareConduct,
): Promise<{ baseUrl: string; readonly connections: number; close(): Promise<void> }> {
  const sockets = new Set<net.Socket>();
  let connections = 0;
  const server = net.createServer((socket) => {
    connections += 1;
    sockets.add(socket);
    socket.on('error', () => socket.destroy());
    socket.once('close', () => sockets.delete(socket));
    if (conduct === 'reset') socket.resetAndDestroy();
    else if (conduct !== 'silent') socket.once('data', () => socket.end(conduct.says));
  });
  const port = await listen(server);
  const close = async (): Promise<void> => {
    if (!server.listening) return;
    const closed = once(server, 'close');
    server.close();
    for (const socket of sockets) socket.destroy();
    await closed;
  };
  owner.after(close);
  return {
    baseUrl: `http://127.0.0.1:${port}/v1`,
    get connections() {
      return connections;
    },
    close,
  };
}

async function listen(server: net.Server): Promise<number> {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return (server.address() as net.AddressInfo).port;
}
