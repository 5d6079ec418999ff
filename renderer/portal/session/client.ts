/**
 * The portal's way to the API. The bearer token lives in memory only; the cookie that renews it is out of any script's
 * reach.
 */
import type { ErrorBody } from '../../../gateway/contract/common.ts';
import type { Entered } from '../../../gateway/contract/portal.ts';

/** An answer that is not good: `code` is the API's, or `offline` when none came. */
export class Failure extends Error {
  readonly code: string;
  readonly status: number;
  readonly field: string | null;

  constructor(status: number, code: string, message: string, field: string | null = null) {
    super(message);
    this.name = 'Failure';
    this.status = status;
    this.code = code;
    this.field = field;
  }

  /** The same, of a field that the answer did not name. */
  at(field: string): Failure {
    return new Failure(this.status, this.code, this.message, field);
  }
}

export interface Ask {
  method?: 'GET' | 'POST' | 'PUT' | 'DELETE';
  body?: unknown;
  /** The same key sends the same thing once, however often it is sent. */
  idempotencyKey?: string;
  signal?: AbortSignal;
}

export interface Client {
  /** Whether somebody is signed in; renews the session where the cookie is still good. */
  resume(): Promise<boolean>;
  /** Takes the token of a sign-in. */
  enter(entered: Entered): void;
  /** @throws Failure */
  call<T>(path: string, ask?: Ask): Promise<T>;
  /** The answer itself, for streams and files. @throws Failure */
  open(path: string, ask?: Ask): Promise<Response>;
  leave(): Promise<void>;
}

/** @param onSignedOut called when the session has ended */
export function createClient(onSignedOut: () => void): Client {
  let token: string | null = null;
  let renewing: Promise<boolean> | null = null;

  const send = async (path: string, { method, body, idempotencyKey, signal }: Ask): Promise<Response> => {
    const headers: Record<string, string> = {};
    if (token !== null) headers.authorization = `Bearer ${token}`;
    if (body !== undefined) headers['content-type'] = 'application/json';
    if (idempotencyKey !== undefined) headers['idempotency-key'] = idempotencyKey;
    try {
      return await fetch(path, {
        method: method ?? (body === undefined ? 'GET' : 'POST'),
        headers,
        credentials: 'same-origin',
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
        ...(signal ? { signal } : {}),
      });
    } catch (error) {
      if (signal?.aborted) throw error;
      throw new Failure(0, 'offline', error instanceof Error ? error.message : String(error));
    }
  };

  const renew = async (): Promise<boolean> => {
    token = null;
    const answer = await send('/api/portal/refresh', { method: 'POST' });
    if (!answer.ok || answer.status === 204) return false;
    token = ((await answer.json()) as Entered).token;
    return true;
  };

  const open = async (path: string, ask: Ask = {}): Promise<Response> => {
    let answer = await send(path, ask);
    if (answer.status === 401 && token !== null) {
      // Several calls may find the token old at once: one renews it for all.
      renewing ??= renew().finally(() => {
        renewing = null;
      });
      if (await renewing) answer = await send(path, ask);
      else onSignedOut();
    }
    if (!answer.ok) throw await failureOf(answer);
    return answer;
  };

  return {
    resume: renew,
    enter(entered) {
      token = entered.token;
    },
    open,
    async call<T>(path: string, ask?: Ask) {
      const answer = await open(path, ask);
      return (answer.status === 204 ? null : await answer.json()) as T;
    },
    async leave() {
      await send('/api/portal/logout', { method: 'POST' }).catch(() => undefined);
      token = null;
      onSignedOut();
    },
  };
}

async function failureOf(answer: Response): Promise<Failure> {
  const text = await answer.text();
  try {
    const { error } = JSON.parse(text) as ErrorBody;
    return new Failure(answer.status, error.code, error.message, error.field ?? null);
  } catch {
    return new Failure(answer.status, 'unreadable', `HTTP ${answer.status}`);
  }
}
