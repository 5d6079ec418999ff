/** A wire to a server that can be cut, where and when a test says. */

import type { AddressInfo } from 'node:net';
import { connect, createServer, type Socket } from 'node:net';

/**
 * What happens to a message of the client: it goes on, it is lost with its connection, it arrives and its answer is lost so,
 * or nothing arrives any more and nobody is told.
 */
export type Fate = 'pass' | 'lose' | 'lose answer' | 'silence';

export interface TcpProxy {
  /** The server's URL, through this wire. */
  readonly url: string;
  /** Decides over each piece that the client sends; by default all pass. */
  decide(fate: (sent: Buffer) => Fate): void;
  /** How many answers were lost. */
  lost(): number;
  /** Breaks every connection, and takes no new ones from then on. */
  cut(): void;
  /** The same, and nobody listens there: as where the server is down. */
  refuse(): void;
  /** Takes connections again. */
  mend(): Promise<void>;
  close(): Promise<void>;
}

/** @param serverUrl such as `postgres://user:password@host:port/database` */
export async function startTcpProxy(serverUrl: string): Promise<TcpProxy> {
  const target = new URL(serverUrl);
  const open = new Set<Socket>();
  let fateOf: (sent: Buffer) => Fate = () => 'pass';
  let isCut = false;
  let lost = 0;

  const server = createServer((client) => {
    if (isCut) return void client.destroy();
    const upstream = connect({ host: target.hostname, port: Number(target.port) });
    const end = () => {
      client.destroy();
      upstream.destroy();
      open.delete(client);
    };
    open.add(client);
    client.setNoDelay(true);
    upstream.setNoDelay(true);
    for (const socket of [client, upstream]) socket.on('error', end).on('close', end);
    let answerIsLost = false;
    let isSilent = false;
    client.on('data', (sent) => {
      const fate = isSilent ? 'silence' : fateOf(sent);
      isSilent = fate === 'silence';
      if (isSilent) return;
      if (fate === 'lose') return end();
      answerIsLost ||= fate === 'lose answer';
      upstream.write(sent);
    });
    upstream.on('data', (answer) => {
      if (answerIsLost) {
        lost++;
        return end();
      }
      client.write(answer);
    });
  });
  const listen = (port: number) => new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
  await listen(0);
  const { port } = server.address() as AddressInfo;
  const url = new URL(serverUrl);
  url.port = String(port);
  const cut = () => {
    isCut = true;
    for (const socket of open) socket.destroy();
  };
  return {
    url: url.href,
    decide(fate) {
      fateOf = fate;
    },
    lost: () => lost,
    cut,
    refuse() {
      cut();
      server.close();
    },
    async mend() {
      isCut = false;
      if (!server.listening) await listen(port);
    },
    close() {
      cut();
      return new Promise((resolve) => server.close(() => resolve()));
    },
  };
}
