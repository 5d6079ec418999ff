/**
 * Users' sessions in the portal: a bearer token for an hour, and a refresh cookie that replaces both. Operators' sessions
 * are apart from them, in `operators/sessions.ts`: nothing of one is good for the other.
 */
import { randomBytes } from 'node:crypto';
import { and, eq, gt, isNull, lt, ne, or } from 'drizzle-orm';
import { LRUCache } from 'lru-cache';
import type { GatewayContext } from '../context.ts';
import type { Tx } from '../db/database.ts';
import { newId } from '../db/ids.ts';
import { hashKey } from '../keys/key-hash.ts';
import { findKeyByHash } from '../keys/queries.ts';
import type { Clock } from '../ops/clock.ts';

const SESSION_PREFIX = 'us-sol-';
const PERSONAL_KEY_PREFIX = 'pk-sol-';
const TOKEN_LIFE_MS = 3_600_000;
const REFRESH_LIFE_MS = 30 * 86_400_000;
/** Two tabs may present the same cookie at the same moment; the second gets the answer of the first. */
const REFRESH_GRACE_MS = 10_000;

/** A user who has proved who they are. */
export interface Member {
  readonly userId: string;
  /** Null when a personal key itself is presented, as scripts do. */
  readonly sessionId: string | null;
}

/** A session's secrets, which are known only now. */
export interface PortalSecrets {
  readonly sessionId: string;
  readonly userId: string;
  readonly token: string;
  /** Epoch milliseconds. */
  readonly expiresAt: number;
  /** Value of the refresh cookie. */
  readonly refresh: string;
  readonly refreshExpiresAt: number;
}

export interface PortalSessions {
  /** @returns null when the token is unknown, expired or revoked, or its user deleted */
  authenticate(token: string): Promise<Member | null>;
  /**
   * Replaces the secrets of the session that `refresh` belongs to. A cookie that was replaced before shows that somebody
   * else has it: the session is revoked. @returns null when the cookie is not good (any more)
   */
  refresh(refresh: string): Promise<PortalSecrets | null>;
  /** The session that `refresh` belongs to, while it lives. */
  sessionOf(refresh: string): Promise<string | null>;
}

/** Whether a bearer token is one of users: of their sessions, or a personal key. */
export function isPortalToken(token: string): boolean {
  return token.startsWith(SESSION_PREFIX) || token.startsWith(PERSONAL_KEY_PREFIX);
}

/** Opens a session, inside the transaction that decided so. Sessions that ended are forgotten. */
export async function openPortalSession(
  tx: Tx,
  clock: Clock,
  userId: string,
  keyId: string | null,
): Promise<PortalSecrets> {
  const { portalSessions } = tx.tables;
  const now = clock.now();
  const secrets = newSecrets(newId('pse', now), userId, now);
  const ended = lt(portalSessions.refreshExpiresAt, now);
  await tx.delete(portalSessions).where(and(eq(portalSessions.userId, userId), ended));
  await tx.insert(portalSessions).values({ id: secrets.sessionId, userId, keyId, ...stored(secrets), createdAt: now });
  return secrets;
}

/** Revokes one session. @returns its user's id, or null when it was not open */
export async function revokePortalSession(tx: Tx, clock: Clock, sessionId: string): Promise<string | null> {
  const { portalSessions } = tx.tables;
  const [row] = await tx
    .update(portalSessions)
    .set({ revokedAt: clock.now() })
    .where(and(eq(portalSessions.id, sessionId), isNull(portalSessions.revokedAt)))
    .returning({ userId: portalSessions.userId });
  return row?.userId ?? null;
}

/** The sessions of one gateway, with its memory of secrets that were replaced lately. */
export function createPortalSessions({ db, clock, audit }: GatewayContext): PortalSessions {
  // Several tabs share the cookie: see the operators' sessions.
  const replacedTokens = new LRUCache<string, { sessionId: string; expiresAt: number }>({ max: 1_000 });
  const replacedCookies = new LRUCache<string, { at: number; answer: Promise<PortalSecrets | null> }>({ max: 1_000 });

  async function bySession(hash: string): Promise<Member | null> {
    const { portalSessions, keys, users } = db.tables;
    const now = clock.now();
    const replaced = replacedTokens.get(hash);
    if (replaced && replaced.expiresAt <= now) return null;
    const presented = replaced
      ? eq(portalSessions.id, replaced.sessionId)
      : and(eq(portalSessions.tokenHash, hash), gt(portalSessions.expiresAt, now));
    const [row] = await db
      .select({ userId: users.id, sessionId: portalSessions.id })
      .from(portalSessions)
      .innerJoin(users, eq(users.id, portalSessions.userId))
      .leftJoin(keys, eq(keys.id, portalSessions.keyId))
      .where(
        and(
          presented,
          isNull(portalSessions.revokedAt),
          ne(users.status, 'deleted'),
          or(isNull(portalSessions.keyId), isNull(keys.revokedAt)),
        ),
      );
    return row ?? null;
  }

  async function byKey(hash: string): Promise<Member | null> {
    const key = await findKeyByHash(db, hash);
    return key?.kind === 'personal' && key.userId !== null ? { userId: key.userId, sessionId: null } : null;
  }

  async function replace(sessionId: string, refreshHash: string): Promise<PortalSecrets | null> {
    const { portalSessions, keys, users } = db.tables;
    return db.tx(async (tx) => {
      const now = clock.now();
      const [session] = await tx
        .select({
          userId: portalSessions.userId,
          tokenHash: portalSessions.tokenHash,
          expiresAt: portalSessions.expiresAt,
        })
        .from(portalSessions)
        .innerJoin(users, eq(users.id, portalSessions.userId))
        .leftJoin(keys, eq(keys.id, portalSessions.keyId))
        .where(
          and(
            eq(portalSessions.id, sessionId),
            isNull(portalSessions.revokedAt),
            gt(portalSessions.refreshExpiresAt, now),
            ne(users.status, 'deleted'),
            or(isNull(portalSessions.keyId), isNull(keys.revokedAt)),
          ),
        );
      if (!session) return null;
      const next = newSecrets(sessionId, session.userId, now);
      const updated = await tx
        .update(portalSessions)
        .set(stored(next))
        .where(and(eq(portalSessions.id, sessionId), eq(portalSessions.refreshHash, refreshHash)))
        .returning({ id: portalSessions.id });
      if (updated.length === 0) {
        await revokePortalSession(tx, clock, sessionId);
        await audit.write(tx, {
          actor: { kind: 'system', id: null },
          action: 'portal_session.reuse_detected',
          target: { kind: 'user', id: session.userId },
          details: { sessionId },
        });
        return null;
      }
      replacedTokens.set(session.tokenHash, { sessionId, expiresAt: session.expiresAt });
      return next;
    });
  }

  return {
    authenticate: (token) => (token.startsWith(SESSION_PREFIX) ? bySession(hashKey(token)) : byKey(hashKey(token))),
    refresh(refresh) {
      const cookie = parseRefresh(refresh);
      if (!cookie) return Promise.resolve(null);
      const now = clock.now();
      const before = replacedCookies.get(cookie.hash);
      if (before && now - before.at < REFRESH_GRACE_MS) return before.answer;
      const answer = replace(cookie.sessionId, cookie.hash);
      replacedCookies.set(cookie.hash, { at: now, answer });
      // A failure of the database must not stick for the time of grace.
      answer.catch(() => replacedCookies.delete(cookie.hash));
      return answer;
    },
    async sessionOf(refresh) {
      const cookie = parseRefresh(refresh);
      if (!cookie) return null;
      const { portalSessions } = db.tables;
      const [row] = await db
        .select({ id: portalSessions.id })
        .from(portalSessions)
        .where(and(eq(portalSessions.id, cookie.sessionId), eq(portalSessions.refreshHash, cookie.hash)));
      return row?.id ?? null;
    },
  };
}

function newSecrets(sessionId: string, userId: string, now: number): PortalSecrets {
  return {
    sessionId,
    userId,
    token: SESSION_PREFIX + randomBytes(32).toString('base64url'),
    expiresAt: now + TOKEN_LIFE_MS,
    refresh: `${sessionId}.${randomBytes(32).toString('base64url')}`,
    refreshExpiresAt: now + REFRESH_LIFE_MS,
  };
}

function stored(secrets: PortalSecrets) {
  return {
    tokenHash: hashKey(secrets.token),
    refreshHash: hashKey(secrets.refresh),
    expiresAt: secrets.expiresAt,
    refreshExpiresAt: secrets.refreshExpiresAt,
  };
}

function parseRefresh(refresh: string): { sessionId: string; hash: string } | null {
  const match = /^(pse_[0-9a-f]{32})\.[\w-]{43}$/.exec(refresh);
  return match?.[1] ? { sessionId: match[1], hash: hashKey(refresh) } : null;
}
