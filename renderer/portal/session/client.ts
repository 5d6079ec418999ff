/**
 * The portal's way to the API. The bearer token lives in memory only; the cookie that renews it is out of any script's
 * reach.
 */
import type { ErrorBody } from '../../../gateway/contract/common.ts';
import type { Entered } from '../../../gateway/contract/portal.ts';

interface FailureDetails {
  readonly field?: string | null;
  /** Seconds after which it may be tried again, where the gateway said so. */
  readonly retryAfterSeconds?: number | null;
}

/** An answer that is not good: `code` is the API's, or `offline` when none came. */
export class Failure extends Error {
  readonly code: string;
  /** 0 when no answer came. */
  readonly status: number;
  readonly field: string | null;
  readonly retryAfterSeconds: number | null;

  constructor(status: number, code: string, message: string, details: FailureDetails = {}) {
    super(message);
    this.name = 'Failure';
    this.status = status;
    this.code = code;
    this.field = details.field ?? null;
    this.retryAfterSeconds = details.retryAfterSeconds ?? null;
  }

  /** The same, of a field that the answer did not name. */
  at(field: string): Failure {
    const { retryAfterSeconds } = this;
    return new Failure(this.status, this.code, this.message, { field, retryAfterSeconds });
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
  /** Whether somebody is signed in; renews the session where the cookie is still good. @throws Failure when nobody can say */
  resume(): Promise<boolean>;
  /** Takes the token of a sign-in. */
  enter(entered: Entered): void;
  /** @throws Failure */
  call<T>(path: string, ask?: Ask): Promise<T>;
  /** The answer itself, for streams and files. @throws Failure */
  open(path: string, ask?: Ask): Promise<Response>;
  leave(): Promise<void>;
}

/** @param onSignedOut called when the session is over: `left` when it was ended here, by whoever had it */
export function createClient(onSignedOut: (left: boolean) => void): Client {
  let token: string | null = null;
  let renewing: Promise<boolean> | null = null;

  const send = async (path: string, ask: Ask, bearer = token): Promise<Response> => {
    const { method, body, idempotencyKey, signal } = ask;
    const headers: Record<string, string> = {};
    if (bearer !== null) headers.authorization = `Bearer ${bearer}`;
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

  /** A gateway that cannot answer ends no session. */
  const renew = async (): Promise<boolean> => {
    const answer = await send('/api/portal/refresh', { method: 'POST' }, null);
    const isOver = answer.status === 204 || answer.status === 401 || answer.status === 403;
    if (!isOver && !answer.ok) throw await failureOf(answer);
    token = isOver ? null : ((await answer.json()) as Entered).token;
    return token !== null;
  };

  const open = async (path: string, ask: Ask = {}): Promise<Response> => {
    let answer = await send(path, ask);
    if (answer.status === 401 && token !== null) {
      // Several calls may find the token old at once: one renews it for all.
      renewing ??= renew().finally(() => {
        renewing = null;
      });
      if (await renewing) answer = await send(path, ask);
      else onSignedOut(false);
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
      onSignedOut(true);
    },
  };
}

async function failureOf(answer: Response): Promise<Failure> {
  const text = await answer.text();
  const retryAfter = Number(answer.headers.get('retry-after') ?? Number.NaN);
  const retryAfterSeconds = Number.isFinite(retryAfter) ? retryAfter : null;
  try {
    const { error } = JSON.parse(text) as ErrorBody;
    return new Failure(answer.status, error.code, error.message, { field: error.field ?? null, retryAfterSeconds });
  } catch {
    return new Failure(answer.status, 'unreadable', `HTTP ${answer.status}`, { retryAfterSeconds });
  }
}
