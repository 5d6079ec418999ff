/** What sessions of operators and of users have in common: their secrets, how these are kept, and how they are replaced. */
import { randomBytes } from 'node:crypto';
import { hashKey } from '../keys/key-hash.ts';
import type { Clock } from '../ops/clock.ts';
import { createRemembered, type Remembered } from '../ops/remembered.ts';

const TOKEN_LIFE_MS = 3_600_000;
const REFRESH_LIFE_MS = 30 * 86_400_000;
/** Two tabs may present the same cookie at the same moment; the second gets the answer of the first. */
const REFRESH_GRACE_MS = 10_000;
const REMEMBERED = 1_000;

/** Known only when they are made. */
export interface SecretsOfSession {
  readonly sessionId: string;
  readonly token: string;
  /** Epoch milliseconds. */
  readonly expiresAt: number;
  /** Value of the refresh cookie. */
  readonly refresh: string;
  readonly refreshExpiresAt: number;
}

/** @param tokenPrefix tells whose token it is */
export function newSessionSecrets(sessionId: string, tokenPrefix: string, now: number): SecretsOfSession {
  return {
    sessionId,
    token: tokenPrefix + randomBytes(32).toString('base64url'),
    expiresAt: now + TOKEN_LIFE_MS,
    refresh: `${sessionId}.${randomBytes(32).toString('base64url')}`,
    refreshExpiresAt: now + REFRESH_LIFE_MS,
  };
}

/** What the database keeps of the secrets. */
export function storedSecrets(secrets: SecretsOfSession) {
  return {
    tokenHash: hashKey(secrets.token),
    refreshHash: hashKey(secrets.refresh),
    expiresAt: secrets.expiresAt,
    refreshExpiresAt: secrets.refreshExpiresAt,
  };
}

export interface PresentedRefresh {
  readonly sessionId: string;
  readonly hash: string;
}

/** A refresh cookie's parts; null when it cannot be one of a session whose id begins with `idPrefix`. */
export function parseRefresh(idPrefix: string, refresh: string): PresentedRefresh | null {
  const match = /^([a-z]+_[0-9a-f]{32})\.[\w-]{43}$/.exec(refresh);
  return match?.[1]?.startsWith(`${idPrefix}_`) ? { sessionId: match[1], hash: hashKey(refresh) } : null;
}

/** Replaces each cookie's secrets once: whoever brings it again within a few seconds gets the same answer. */
export function createRefreshOnce<Answer>(
  clock: Clock,
  replace: (presented: PresentedRefresh) => Promise<Answer>,
): (presented: PresentedRefresh) => Promise<Answer> {
  const replaced = createRemembered<{ at: number; answer: Promise<Answer> }>(REMEMBERED);
  return (presented) => {
    const now = clock.now();
    const before = replaced.get(presented.hash);
    if (before && now - before.at < REFRESH_GRACE_MS) return before.answer;
    const answer = replace(presented);
    replaced.set(presented.hash, { at: now, answer });
    // A failure of the database must not stick for the time of grace.
    answer.catch(() => replaced.delete(presented.hash));
    return answer;
  };
}

/** A token that was replaced lately, and until when it still stands for its session. */
export interface ReplacedToken {
  readonly sessionId: string;
  readonly expiresAt: number;
}

/**
 * Several tabs share the cookie, and each refresh replaces the one stored token: without this memory, by the token's hash,
 * every tab would end the others' sessions. Another gateway does not know them; there a tab gets a 401 and refreshes.
 */
export function rememberedTokens(): Remembered<ReplacedToken> {
  return createRemembered<ReplacedToken>(REMEMBERED);
}
