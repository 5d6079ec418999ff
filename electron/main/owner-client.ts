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

type Session = LocalSession & { url: string };

/**
 * @param signIn opens a session at the gateway that runs now
 * @param now epoch milliseconds
 */
export function createOwnerClient(signIn: () => Promise<Session>, ask: typeof fetch, now = Date.now): OwnerClient {
  let session: Session | null = null;
  let opening: Promise<Session> | null = null;

  /** Calls at the same time share one sign-in. */
  const current = async (): Promise<Session> => {
    if (session && session.expiresAt - EARLY_MS > now()) return session;
    opening ??= signIn().finally(() => {
      opening = null;
    });
    session = await opening;
    return session;
  };
  const call = async (path: string, accept: string, signal: AbortSignal): Promise<Response> => {
    for (let attempt = 1; ; attempt++) {
      const used = await current();
      const headers = { authorization: `Bearer ${used.token}`, accept };
      const response = await ask(used.url + path, { headers, signal, redirect: 'error' }).catch((error: unknown) => {
        forget(used);
        throw error;
      });
      if (response.ok) return response;
      await response.body?.cancel();
      // The session may have been ended elsewhere, or the gateway be another one now.
      if (response.status === 401) forget(used);
      if (response.status !== 401 || attempt > 1) throw new Error(`${path} answered ${response.status}.`);
    }
  };
  const forget = (used: Session) => {
    if (session === used) session = null;
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
