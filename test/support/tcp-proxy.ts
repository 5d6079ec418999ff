/** A wire to a server that can be cut, where and when a test says. */

import type { AddressInfo } from 'node:net';
import { connect, createServer, type Socket } from 'node:net';

/** What happens to a message of the client: it goes on, it is lost, or it arrives and its answer is lost. */
export type Fate = 'pass' | 'lose' | 'lose answer';

export interface TcpProxy {
  /** The server's URL, through this wire. */
  readonly url: string;
  /** Decides over each piece that the client sends; by default all pass. */
  decide(fate: (sent: Buffer) => Fate): void;
  /** Breaks every connection, and refuses new ones from then on. */
  cut(): void;
  /** Takes connections again. */
  mend(): void;
  close(): Promise<void>;
}

/** @param serverUrl such as `postgres://user:password@host:port/database` */
export async function startTcpProxy(serverUrl: string): Promise<TcpProxy> {
  const target = new URL(serverUrl);
  const open = new Set<Socket>();
  let fateOf: (sent: Buffer) => Fate = () => 'pass';
  let isCut = false;

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
    client.on('data', (sent) => {
      const fate = fateOf(sent);
      if (fate === 'lose') return end();
      answerIsLost ||= fate === 'lose answer';
      upstream.write(sent);
    });
    upstream.on('data', (answer) => {
      if (answerIsLost) return end();
      client.write(answer);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = new URL(serverUrl);
  url.port = String((server.address() as AddressInfo).port);
  const cut = () => {
    isCut = true;
    for (const socket of open) socket.destroy();
  };
  return {
    url: url.href,
    decide(fate) {
      fateOf = fate;
    },
    cut,
    mend() {
      isCut = false;
    },
    close() {
      cut();
      return new Promise((resolve) => server.close(() => resolve()));
    },
  };
}
