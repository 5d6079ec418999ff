/** `fetch` for the gateway on this machine. No Electron in here. */

/** The names of this machine, as they stand in an address. */
const LOOPBACK = new Set(['127.0.0.1', 'localhost', '[::1]']);

/**
 * Like `fetch`, for addresses of this machine also over HTTPS: there the certificate is made out to the public name, and who
 * answers is proved by the secret in the data directory instead.
 */
export const loopbackFetch: typeof fetch = async (input, init) => {
  const url = new URL(input instanceof Request ? input.url : input);
  if (url.protocol !== 'https:' || !LOOPBACK.has(url.hostname)) return fetch(input, init);
  return fetch(input, { ...init, dispatcher: await ownDispatcher() } as RequestInit);
};

let dispatcher: Promise<unknown> | null = null;

function ownDispatcher(): Promise<unknown> {
  dispatcher ??= import('undici').then(({ Agent }) => new Agent({ connect: { rejectUnauthorized: false } }));
  return dispatcher;
}
