/** Who an API caller is, by the bearer token that they present. */
import { and, eq, gt, isNull, or } from 'drizzle-orm';
import { hasToken, type ReplacedToken } from '../api/session-secrets.ts';
import type { GatewayContext } from '../context.ts';
import type { Role } from '../db/json-columns.ts';
import { hashKey } from '../keys/key-hash.ts';
import { weakerRole } from './roles.ts';

export const SESSION_TOKEN_PREFIX = 'os-sol-';

/** An operator who has proved who they are. Exactly one of the two ids is set. */
export interface AuthenticatedOperator {
  readonly id: string;
  /** The operator's role, or the weaker role of their API token. */
  readonly role: Role;
  readonly tokenId: string | null;
  readonly sessionId: string | null;
}

/** `lastUsedAt` is exact to this many milliseconds, so that a busy script does not write at every call. */
const LAST_USED_PRECISION_MS = 60_000;

/**
 * Finds the operator behind a session token or an API token.
 *
 * @param replaced looks up a session token that was replaced lately, by its hash
 * @returns null when the token is unknown, expired or revoked, or its operator disabled
 */
export async function authenticate(
  context: GatewayContext,
  token: string,
  replaced: (tokenHash: string) => ReplacedToken | undefined,
): Promise<AuthenticatedOperator | null> {
  const hash = hashKey(token);
  return token.startsWith(SESSION_TOKEN_PREFIX) ? bySession(context, hash, replaced(hash)) : byApiToken(context, hash);
}

async function bySession(
  { db, clock }: GatewayContext,
  hash: string,
  replaced: ReplacedToken | undefined,
): Promise<AuthenticatedOperator | null> {
  const { operators, operatorSessions } = db.tables;
  const now = clock.now();
  if (replaced && replaced.expiresAt <= now) return null;
  const presented = replaced ? eq(operatorSessions.id, replaced.sessionId) : hasToken(operatorSessions, hash, now);
  const [row] = await db
    .select({ id: operators.id, role: operators.role, sessionId: operatorSessions.id })
    .from(operatorSessions)
    .innerJoin(operators, eq(operators.id, operatorSessions.operatorId))
    .where(and(presented, isNull(operatorSessions.revokedAt), isNull(operators.disabledAt)));
  return row ? { ...row, tokenId: null } : null;
}

async function byApiToken(context: GatewayContext, hash: string): Promise<AuthenticatedOperator | null> {
  const { db, clock } = context;
  const { operators, apiTokens } = db.tables;
  const now = clock.now();
  const [row] = await db
    .select({
      id: operators.id,
      role: operators.role,
      tokenId: apiTokens.id,
      tokenRole: apiTokens.role,
      lastUsedAt: apiTokens.lastUsedAt,
    })
    .from(apiTokens)
    .innerJoin(operators, eq(operators.id, apiTokens.operatorId))
    .where(
      and(
        eq(apiTokens.hash, hash),
        isNull(apiTokens.revokedAt),
        or(isNull(apiTokens.expiresAt), gt(apiTokens.expiresAt, now)),
        isNull(operators.disabledAt),
      ),
    );
  if (!row) return null;
  if (row.lastUsedAt === null || now - row.lastUsedAt >= LAST_USED_PRECISION_MS) {
    // Not awaited: a call must not wait for, nor fail because of, a note of when it was made.
    db.update(apiTokens)
      .set({ lastUsedAt: now })
      .where(eq(apiTokens.id, row.tokenId))
      .catch((error: unknown) => context.log.warn({ err: error, tokenId: row.tokenId }, 'Token use was not noted'));
  }
  return { id: row.id, role: weakerRole(row.role, row.tokenRole), tokenId: row.tokenId, sessionId: null };
}
