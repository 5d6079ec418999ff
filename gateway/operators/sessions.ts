/** Operators' sessions: a bearer token for an hour, and a refresh cookie that replaces both. */
import { randomBytes } from 'node:crypto';
import { and, eq, gt, isNull, lt, ne } from 'drizzle-orm';
import { LRUCache } from 'lru-cache';
import type { GatewayContext } from '../context.ts';
import type { Database, Tx } from '../db/database.ts';
import { newId } from '../db/ids.ts';
import { hashKey } from '../keys/key-hash.ts';
import type { Clock } from '../ops/clock.ts';
import { type AuthenticatedOperator, authenticate, type ReplacedToken, SESSION_TOKEN_PREFIX } from './authenticate.ts';

const TOKEN_LIFE_MS = 3_600_000;
const REFRESH_LIFE_MS = 30 * 86_400_000;
/** Two tabs may present the same cookie at the same moment; the second gets the answer of the first. */
const REFRESH_GRACE_MS = 10_000;

/** Where a session was opened from. */
export interface SessionClient {
  readonly ipAddress: string | null;
  readonly userAgent: string | null;
}

/** A session's secrets, which are known only now. */
export interface SessionSecrets {
  readonly sessionId: string;
  readonly operatorId: string;
  readonly token: string;
  /** Epoch milliseconds. */
  readonly expiresAt: number;
  /** Value of the refresh cookie. */
  readonly refresh: string;
  readonly refreshExpiresAt: number;
}

export interface Sessions {
  /** @returns null when the token is unknown, expired or revoked */
  authenticate(token: string): Promise<AuthenticatedOperator | null>;
  /**
   * Replaces the secrets of the session that `refresh` belongs to. A cookie that was replaced before shows that somebody
   * else has it: the session is revoked. @returns null when the cookie is not good (any more)
   */
  refresh(refresh: string): Promise<SessionSecrets | null>;
  /** The session that `refresh` belongs to, while it lives. */
  sessionOf(refresh: string): Promise<string | null>;
}

/** Opens a session for the operator, inside the transaction that decided so. Sessions that ended are forgotten. */
export async function openSession(
  tx: Tx,
  clock: Clock,
  operatorId: string,
  client: SessionClient,
): Promise<SessionSecrets> {
  const now = clock.now();
  const secrets = newSecrets(newId('ses', now), operatorId, now);
  const { operatorSessions } = tx.tables;
  await tx
    .delete(operatorSessions)
    .where(and(eq(operatorSessions.operatorId, operatorId), lt(operatorSessions.refreshExpiresAt, now)));
  await tx.insert(operatorSessions).values({
    id: secrets.sessionId,
    operatorId,
    ...stored(secrets),
    ipAddress: client.ipAddress,
    userAgent: client.userAgent?.slice(0, 300) ?? null,
    createdAt: now,
  });
  return secrets;
}

/** Revokes the operator's sessions but `except`. @returns how many were open */
export async function revokeSessions(tx: Tx, clock: Clock, operatorId: string, except?: string): Promise<number> {
  const { operatorSessions } = tx.tables;
  const mine = and(eq(operatorSessions.operatorId, operatorId), isNull(operatorSessions.revokedAt));
  const revoked = await tx
    .update(operatorSessions)
    .set({ revokedAt: clock.now() })
    .where(except === undefined ? mine : and(mine, ne(operatorSessions.id, except)))
    .returning({ id: operatorSessions.id });
  return revoked.length;
}

/** Revokes one session. @returns the operator's id, or null when no such session was open */
export async function revokeSession(
  tx: Tx,
  clock: Clock,
  sessionId: string,
  operatorId?: string,
): Promise<string | null> {
  const { operatorSessions } = tx.tables;
  const [row] = await tx
    .update(operatorSessions)
    .set({ revokedAt: clock.now() })
    .where(
      and(
        eq(operatorSessions.id, sessionId),
        isNull(operatorSessions.revokedAt),
        operatorId === undefined ? undefined : eq(operatorSessions.operatorId, operatorId),
      ),
    )
    .returning({ operatorId: operatorSessions.operatorId });
  return row?.operatorId ?? null;
}

/** The operator's open sessions, newest first. */
export async function listSessions(db: Database, clock: Clock, operatorId: string) {
  const { operatorSessions } = db.tables;
  const rows = await db
    .select({
      id: operatorSessions.id,
      ipAddress: operatorSessions.ipAddress,
      userAgent: operatorSessions.userAgent,
      createdAt: operatorSessions.createdAt,
      expiresAt: operatorSessions.refreshExpiresAt,
    })
    .from(operatorSessions)
    .where(
      and(
        eq(operatorSessions.operatorId, operatorId),
        isNull(operatorSessions.revokedAt),
        gt(operatorSessions.refreshExpiresAt, clock.now()),
      ),
    );
  return rows.sort((a, b) => b.createdAt - a.createdAt);
}

/** The sessions of one gateway, with its memory of secrets that were replaced lately. */
export function createSessions(context: GatewayContext): Sessions {
  const { db, clock } = context;
  // Several tabs share the cookie, and each refresh replaces the one stored token: without this, every tab would end
  // the others' sessions. Another gateway does not know them; there a tab gets a 401 and refreshes.
  const replacedTokens = new LRUCache<string, ReplacedToken>({ max: 1_000 });
  const replacedCookies = new LRUCache<string, { at: number; answer: Promise<SessionSecrets | null> }>({ max: 1_000 });

  async function replace(sessionId: string, refreshHash: string): Promise<SessionSecrets | null> {
    const { operators, operatorSessions } = db.tables;
    let reusedBy: string | null = null;
    const secrets = await db.tx(async (tx) => {
      const now = clock.now();
      const [session] = await tx
        .select({
          operatorId: operatorSessions.operatorId,
          tokenHash: operatorSessions.tokenHash,
          expiresAt: operatorSessions.expiresAt,
        })
        .from(operatorSessions)
        .innerJoin(operators, eq(operators.id, operatorSessions.operatorId))
        .where(
          and(
            eq(operatorSessions.id, sessionId),
            isNull(operatorSessions.revokedAt),
            gt(operatorSessions.refreshExpiresAt, now),
            isNull(operators.disabledAt),
          ),
        );
      if (!session) return null;
      const next = newSecrets(sessionId, session.operatorId, now);
      const updated = await tx
        .update(operatorSessions)
        .set(stored(next))
        .where(and(eq(operatorSessions.id, sessionId), eq(operatorSessions.refreshHash, refreshHash)))
        .returning({ id: operatorSessions.id });
      if (updated.length === 0) {
        reusedBy = session.operatorId;
        await revokeSession(tx, clock, sessionId);
        await context.audit.write(tx, {
          actor: { kind: 'system', id: null },
          action: 'session.reuse_detected',
          target: { kind: 'operator', id: session.operatorId },
          details: { sessionId },
        });
        return null;
      }
      replacedTokens.set(session.tokenHash, { sessionId, expiresAt: session.expiresAt });
      return next;
    });
    if (reusedBy !== null) await context.events.emit({ kind: 'operator_changed', operatorId: reusedBy });
    return secrets;
  }

  return {
    authenticate: (token) => authenticate(context, token, (hash) => replacedTokens.get(hash)),
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
      const { operatorSessions } = db.tables;
      const [row] = await db
        .select({ id: operatorSessions.id })
        .from(operatorSessions)
        .where(and(eq(operatorSessions.id, cookie.sessionId), eq(operatorSessions.refreshHash, cookie.hash)));
      return row?.id ?? null;
    },
  };
}

function newSecrets(sessionId: string, operatorId: string, now: number): SessionSecrets {
  return {
    sessionId,
    operatorId,
    token: SESSION_TOKEN_PREFIX + randomBytes(32).toString('base64url'),
    expiresAt: now + TOKEN_LIFE_MS,
    refresh: `${sessionId}.${randomBytes(32).toString('base64url')}`,
    refreshExpiresAt: now + REFRESH_LIFE_MS,
  };
}

function stored(secrets: SessionSecrets) {
  return {
    tokenHash: hashKey(secrets.token),
    refreshHash: hashKey(secrets.refresh),
    expiresAt: secrets.expiresAt,
    refreshExpiresAt: secrets.refreshExpiresAt,
  };
}

function parseRefresh(refresh: string): { sessionId: string; hash: string } | null {
  const match = /^(ses_[0-9a-f]{32})\.[\w-]{43}$/.exec(refresh);
  return match?.[1] ? { sessionId: match[1], hash: hashKey(refresh) } : null;
}
