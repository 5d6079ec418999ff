/** The app's own scheme over HTTP on the loopback, because a browser other than Electron's knows no such scheme. */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { PageHandler } from './pages.ts';

/** @param page whose origin it stands for: `console` for `app://console` */
export async function openBridge(handlers: ReadonlyMap<string, PageHandler>, page: string): Promise<string> {
  const server = createServer((request, response) => {
    carry(handlers, page, request, response).catch(() => response.destroy());
  });
  server.unref();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

async function carry(
  handlers: ReadonlyMap<string, PageHandler>,
  page: string,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const headers = new Headers();
  for (const [name, value] of Object.entries(request.headers)) if (typeof value === 'string') headers.set(name, value);
  for (const name of ['host', 'connection', 'content-length']) headers.delete(name);
  if (headers.has('origin')) headers.set('origin', `app://${page}`);
  const { method = 'GET' } = request;
  const body = method === 'GET' || method === 'HEAD' ? null : Readable.toWeb(request);
  const abort = new AbortController();
  response.once('close', () => abort.abort());
  const asked = new Request(`app://${page}${request.url}`, {
    method,
    headers,
    body: body as ReadableStream | null,
    signal: abort.signal,
    duplex: 'half',
  } as RequestInit);
  const answered = await handlers.get('app')?.(asked);
  if (!answered) throw new Error('Nothing handles the scheme.');
  response.writeHead(answered.status, Object.fromEntries(answered.headers));
  if (answered.body) await pipeline(Readable.fromWeb(answered.body as never), response);
  else response.end();
}
