/**
 * Users' sessions in the portal: a bearer token for an hour, and a refresh cookie that replaces both. Operators' sessions
 * are apart from them, in `operators/sessions.ts`: nothing of one is good for the other.
 */
import { and, eq, gt, isNull, lt, ne, or } from 'drizzle-orm';
import {
  createRefreshOnce,
  hasToken,
  newSessionSecrets,
  type PresentedRefresh,
  parseRefresh,
  type RefreshedSecrets,
  rememberedTokens,
  replaceSecrets,
  type SecretsOfSession,
  storedSecrets,
} from '../api/session-secrets.ts';
import type { GatewayContext } from '../context.ts';
import type { Tx } from '../db/database.ts';
import { newId } from '../db/ids.ts';
import { hashKey } from '../keys/key-hash.ts';
import { findKeyByHash } from '../keys/queries.ts';
import type { Clock } from '../ops/clock.ts';

const SESSION_PREFIX = 'us-sol-';
const PERSONAL_KEY_PREFIX = 'pk-sol-';
const ID_PREFIX = 'pse';

/** A user who has proved who they are. */
export interface Member {
  readonly userId: string;
  /** Null when a personal key itself is presented, as scripts do. */
  readonly sessionId: string | null;
}

/** A session's secrets, which are known only now. */
export interface PortalSecrets extends SecretsOfSession {
  readonly userId: string;
}

/** What a refresh gives. */
export interface RefreshedPortalSession extends RefreshedSecrets {
  readonly userId: string;
}

export interface PortalSessions {
  /** @returns null when the token is unknown, expired or revoked, or its user deleted */
  authenticate(token: string): Promise<Member | null>;
  /**
   * Replaces the secrets of the session that `refresh` belongs to. A cookie that was replaced before shows that somebody
   * else has it: the session is revoked. @returns null when the cookie is not good (any more)
   */
  refresh(refresh: string): Promise<RefreshedPortalSession | null>;
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
  const secrets = newSecrets(newId(ID_PREFIX, now), userId, now);
  const ended = lt(portalSessions.refreshExpiresAt, now);
  await tx.delete(portalSessions).where(and(eq(portalSessions.userId, userId), ended));
  await tx
    .insert(portalSessions)
    .values({ id: secrets.sessionId, userId, keyId, ...storedSecrets(secrets), createdAt: now });
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
  const replacedTokens = rememberedTokens();

  async function bySession(hash: string): Promise<Member | null> {
    const { portalSessions, keys, users } = db.tables;
    const now = clock.now();
    const replaced = replacedTokens.get(hash);
    if (replaced && replaced.expiresAt <= now) return null;
    const presented = replaced ? eq(portalSessions.id, replaced.sessionId) : hasToken(portalSessions, hash, now);
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

  async function replace(presented: PresentedRefresh): Promise<RefreshedPortalSession | null> {
    const { sessionId } = presented;
    const { portalSessions, keys, users } = db.tables;
    return db.tx(async (tx) => {
      const now = clock.now();
      const [session] = await tx
        .select({
          userId: portalSessions.userId,
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
      const replaced = await replaceSecrets(tx, portalSessions, presented, next, now);
      if (replaced === null) {
        await revokePortalSession(tx, clock, sessionId);
        await audit.write(tx, {
          actor: { kind: 'system', id: null },
          action: 'portal_session.reuse_detected',
          target: { kind: 'user', id: session.userId },
          details: { sessionId },
        });
        return null;
      }
      const { refresh, previous } = replaced;
      replacedTokens.set(previous.tokenHash, { sessionId, expiresAt: previous.expiresAt });
      return { ...next, refresh };
    });
  }

  const replaceOnce = createRefreshOnce(clock, replace);
  return {
    authenticate: (token) => (token.startsWith(SESSION_PREFIX) ? bySession(hashKey(token)) : byKey(hashKey(token))),
    refresh(refresh) {
      const presented = parseRefresh(ID_PREFIX, refresh);
      return presented ? replaceOnce(presented) : Promise.resolve(null);
    },
    async sessionOf(refresh) {
      const cookie = parseRefresh(ID_PREFIX, refresh);
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
  return { ...newSessionSecrets(sessionId, SESSION_PREFIX, now), userId };
}
