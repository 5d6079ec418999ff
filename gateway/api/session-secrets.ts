/** What sessions of operators and of users have in common: their secrets, how these are kept, and how they are replaced. */
import { randomBytes } from 'node:crypto';
import { and, eq, gt, lt, or, type SQL, sql } from 'drizzle-orm';
import type { Tables, Tx } from '../db/database.ts';
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

/** What a refresh gives. */
export interface RefreshedSecrets extends Omit<SecretsOfSession, 'refresh'> {
  /** Null where the answer to another tab carries the cookie. */
  readonly refresh: string | null;
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

type SessionTable = Tables['operatorSessions'] | Tables['portalSessions'];

export interface Replaced {
  /** Null where only the token was: the cookie that it came with had been replaced a moment before. */
  readonly refresh: string | null;
  /** The token that still stands for the session until it expires. */
  readonly previous: { readonly tokenHash: string; readonly expiresAt: number };
}

/**
 * Replaces what is stored of a session that is open. A cookie that was replaced within the time of grace, by whichever
 * gateway, gets a token of its own and leaves the new cookie alone: the browser has it from the other answer.
 *
 * @returns null when the cookie is neither the present one nor the one before
 */
export async function replaceSecrets(
  tx: Tx,
  table: SessionTable,
  { sessionId, hash }: PresentedRefresh,
  next: SecretsOfSession,
  now: number,
): Promise<Replaced | null> {
  const { refreshHash, refreshExpiresAt, ...token } = storedSecrets(next);
  const previous = { previousTokenHash: sql`${table.tokenHash}`, previousExpiresAt: sql`${table.expiresAt}` };
  const ofSession = (presented: SQL | undefined) => and(eq(table.id, sessionId), presented);
  const returned = { tokenHash: table.previousTokenHash, expiresAt: table.previousExpiresAt };
  const toReplaced = ([row]: { tokenHash: string | null; expiresAt: number | null }[], refresh: string | null) =>
    row && { refresh, previous: { tokenHash: row.tokenHash ?? '', expiresAt: row.expiresAt ?? 0 } };

  const whole = await tx
    .update(table)
    .set({ ...token, refreshHash, refreshExpiresAt, ...previous, previousRefreshHash: hash, replacedAt: now })
    .where(ofSession(eq(table.refreshHash, hash)))
    .returning(returned);
  // Nobody's clock is exact, and one that was wrong must not make the grace last.
  const isRecent = and(gt(table.replacedAt, now - REFRESH_GRACE_MS), lt(table.replacedAt, now + REFRESH_GRACE_MS));
  return (
    toReplaced(whole, next.refresh) ??
    toReplaced(
      await tx
        .update(table)
        .set({ ...token, ...previous })
        .where(ofSession(and(eq(table.previousRefreshHash, hash), isRecent)))
        .returning(returned),
      null,
    ) ??
    null
  );
}

/** Whether the token of this hash is the session's, or the one before it, and still good. */
export function hasToken(table: SessionTable, hash: string, now: number): SQL | undefined {
  return or(
    and(eq(table.tokenHash, hash), gt(table.expiresAt, now)),
    and(eq(table.previousTokenHash, hash), gt(table.previousExpiresAt, now)),
  );
}

/** A token that was replaced lately, and until when it still stands for its session. */
export interface ReplacedToken {
  readonly sessionId: string;
  readonly expiresAt: number;
}

/**
 * Several tabs share the cookie, and each refresh replaces the stored token. The one before is stored, too; this memory, by
 * the token's hash, has those before that. Another gateway does not know them; there a third tab gets a 401 and refreshes.
 */
export function rememberedTokens(): Remembered<ReplacedToken> {
  return createRemembered<ReplacedToken>(REMEMBERED);
}
