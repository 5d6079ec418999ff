/** Who is signed in. The token lives in this page's memory only; a cookie that scripts cannot read brings the next one. */
import type { LoginInput, Operator, SignedIn } from '../../../gateway/contract/operators.ts';
import { ApiFailure, type Call, jsonOf, NetworkFailure, send } from '../api/http.ts';

export type SessionState =
  | { readonly kind: 'unknown' }
  /** `before`: whose session ended by itself, so that what is open may stay; null after signing out. */
  | { readonly kind: 'signed_out'; readonly before: Operator | null }
  | {
      readonly kind: 'signed_in';
      readonly operator: Operator;
      readonly token: string;
      /** Set where a recovery code has just been used to sign in. */
      readonly recoveryCodesLeft: number | null;
    };

/** Renewed this long before it ends, so that nobody meets the end. */
const EARLY_MS = 60_000;
const RETRY_MS = 5_000;

type Listener = () => void;

export interface Session {
  state(): SessionState;
  subscribe(listener: Listener): () => void;
  /** Finds out at the start whether the cookie still knows somebody. */
  resume(): Promise<void>;
  /** @throws ApiFailure `totp_required` when a code is needed too, and what else signing in refuses */
  signIn(input: LoginInput): Promise<void>;
  signOut(): Promise<void>;
  /** Calls the API; an ended token is renewed once in between. @throws ApiFailure, NetworkFailure */
  call<T>(path: string, call?: Call): Promise<T>;
  /** The same for answers that are files. */
  download(path: string, call?: Call): Promise<Response>;
}

export function createSession(): Session {
  let state: SessionState = { kind: 'unknown' };
  let renewing: Promise<boolean> | null = null;
  let timer: ReturnType<typeof setTimeout> | undefined;
  const listeners = new Set<Listener>();

  const become = (next: SessionState) => {
    state = next;
    for (const listener of listeners) listener();
  };
  const accept = ({ token, expiresAt, operator, recoveryCodesLeft }: SignedIn) => {
    become({ kind: 'signed_in', token, operator, recoveryCodesLeft: recoveryCodesLeft ?? null });
    clearTimeout(timer);
    timer = setTimeout(() => void renew(), Math.max(RETRY_MS, expiresAt - Date.now() - EARLY_MS));
  };
  const end = (before: Operator | null) => {
    clearTimeout(timer);
    become({ kind: 'signed_out', before });
  };

  /** @returns whether there is a token now; a gateway that cannot be reached ends no session */
  const renew = (): Promise<boolean> => {
    renewing ??= (async () => {
      const before = state.kind === 'signed_in' ? state.operator : null;
      try {
        const signedIn = await jsonOf<SignedIn | null>(await send('/api/auth/refresh', { method: 'POST' }, null));
        if (signedIn) accept(signedIn);
        else end(before);
        return signedIn !== null;
      } catch (error) {
        if (error instanceof ApiFailure && (error.status === 401 || error.status === 403)) end(before);
        else if (before) timer = setTimeout(() => void renew(), RETRY_MS);
        else throw error;
        return false;
      } finally {
        renewing = null;
      }
    })();
    return renewing;
  };

  const sendSigned = async (path: string, call: Call): Promise<Response> => {
    // The sign-in stands over everything: until it is done there is nothing to ask.
    if (state.kind === 'signed_out') throw new ApiFailure(401, 'unauthenticated', 'The session has ended.');
    const token = state.kind === 'signed_in' ? state.token : null;
    try {
      return await send(path, call, token);
    } catch (error) {
      if (!(error instanceof ApiFailure) || error.status !== 401) throw error;
      // Somebody else renewed it meanwhile, or it is renewed now.
      const newer = state.kind === 'signed_in' && state.token !== token;
      if (!newer && !(await renew())) throw error;
      return send(path, call, state.kind === 'signed_in' ? state.token : null);
    }
  };

  return {
    state: () => state,
    subscribe(listener) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    async resume() {
      await renew();
    },
    async signIn(input) {
      accept(await jsonOf<SignedIn>(await send('/api/auth/login', { method: 'POST', body: input }, null)));
    },
    async signOut() {
      const token = state.kind === 'signed_in' ? state.token : null;
      end(null);
      await send('/api/auth/logout', { method: 'POST' }, token).catch((error: unknown) => {
        if (!(error instanceof NetworkFailure) && !(error instanceof ApiFailure)) throw error;
      });
    },
    call: async (path, call = {}) => jsonOf(await sendSigned(path, call)),
    download: (path, call = {}) => sendSigned(path, call),
  };
}
