/** Operators' sessions: a bearer token for an hour, and a refresh cookie that replaces both. */
import { and, eq, gt, isNull, lt, ne } from 'drizzle-orm';
import {
  createRefreshOnce,
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
import type { Database, Tx } from '../db/database.ts';
import { newId } from '../db/ids.ts';
import type { Clock } from '../ops/clock.ts';
import { type AuthenticatedOperator, authenticate, SESSION_TOKEN_PREFIX } from './authenticate.ts';

const ID_PREFIX = 'ses';

/** Where a session was opened from. */
export interface SessionClient {
  readonly ipAddress: string | null;
  readonly userAgent: string | null;
}

/** A session's secrets, which are known only now. */
export interface SessionSecrets extends SecretsOfSession {
  readonly operatorId: string;
}

/** What a refresh gives. */
export interface RefreshedSession extends RefreshedSecrets {
  readonly operatorId: string;
}

export interface Sessions {
  /** @returns null when the token is unknown, expired or revoked */
  authenticate(token: string): Promise<AuthenticatedOperator | null>;
  /**
   * Replaces the secrets of the session that `refresh` belongs to. A cookie that was replaced before shows that somebody
   * else has it: the session is revoked. @returns null when the cookie is not good (any more)
   */
  refresh(refresh: string): Promise<RefreshedSession | null>;
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
  const secrets = newSecrets(newId(ID_PREFIX, now), operatorId, now);
  const { operatorSessions } = tx.tables;
  await tx
    .delete(operatorSessions)
    .where(and(eq(operatorSessions.operatorId, operatorId), lt(operatorSessions.refreshExpiresAt, now)));
  await tx.insert(operatorSessions).values({
    id: secrets.sessionId,
    operatorId,
    ...storedSecrets(secrets),
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
  const replacedTokens = rememberedTokens();

  async function replace(presented: PresentedRefresh): Promise<RefreshedSession | null> {
    const { sessionId } = presented;
    const { operators, operatorSessions } = db.tables;
    let reusedBy: string | null = null;
    const secrets = await db.tx(async (tx) => {
      const now = clock.now();
      const [session] = await tx
        .select({
          operatorId: operatorSessions.operatorId,
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
      const replaced = await replaceSecrets(tx, operatorSessions, presented, next, now);
      if (replaced === null) {
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
      const { refresh, previous } = replaced;
      replacedTokens.set(previous.tokenHash, { sessionId, expiresAt: previous.expiresAt });
      return { ...next, refresh };
    });
    if (reusedBy !== null) await context.events.emit({ kind: 'operator_changed', operatorId: reusedBy });
    return secrets;
  }

  const replaceOnce = createRefreshOnce(clock, replace);
  return {
    authenticate: (token) => authenticate(context, token, (hash) => replacedTokens.get(hash)),
    refresh(refresh) {
      const presented = parseRefresh(ID_PREFIX, refresh);
      return presented ? replaceOnce(presented) : Promise.resolve(null);
    },
    async sessionOf(refresh) {
      const cookie = parseRefresh(ID_PREFIX, refresh);
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
  return { ...newSessionSecrets(sessionId, SESSION_TOKEN_PREFIX, now), operatorId };
}
