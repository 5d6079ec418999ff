/** The main process's own calls of the gateway's public API, in the owner's name, for tray and notifications. No Electron in here. */
import type { LocalSession } from './gateway/local-sign-in.ts';

export interface OwnerClient {
  /** JSON of an API path. @throws Error when the gateway does not answer or refuses */
  get(path: string): Promise<unknown>;
  /** An open stream of live events; ends with `signal`. @throws Error */
  events(signal: AbortSignal): Promise<ReadableStream<Uint8Array>>;
}

/** A token is renewed so long before its end. */
const EARLY_MS = 60_000;
const TIMEOUT_MS = 10_000;

/** @param signIn opens a session at the gateway that runs now */
export function createOwnerClient(
  signIn: () => Promise<LocalSession & { url: string }>,
  ask: typeof fetch,
): OwnerClient {
  let session: Promise<LocalSession & { url: string }> | null = null;

  const current = async () => {
    const known = await session;
    if (known && known.expiresAt - EARLY_MS > Date.now()) return known;
    session = signIn();
    session.catch(() => {
      session = null;
    });
    return session;
  };
  const call = async (path: string, accept: string, signal: AbortSignal): Promise<Response> => {
    for (let attempt = 1; ; attempt++) {
      const { url, token } = await current();
      const headers = { authorization: `Bearer ${token}`, accept };
      const response = await ask(url + path, { headers, signal, redirect: 'error' });
      if (response.ok) return response;
      await response.body?.cancel();
      // The session may have been ended elsewhere, or the gateway be another one now.
      session = null;
      if (response.status !== 401 || attempt > 1) throw new Error(`${path} answered ${response.status}.`);
    }
  };
  return {
    async get(path) {
      return (await call(path, 'application/json', AbortSignal.timeout(TIMEOUT_MS))).json();
    },
    async events(signal) {
      const { body } = await call('/api/events', 'text/event-stream', signal);
      if (!body) throw new Error('The stream of events has no body.');
      return body;
    },
  };
}
