/** The desktop's own session: whoever owns the machine owns the gateway on it, without a password. */
import { and, asc, eq, isNull } from 'drizzle-orm';
import { SYSTEM } from '../audit/audit-writer.ts';
import type { GatewayContext } from '../context.ts';
import type { Operator } from '../contract/operators.ts';
import type { Tx } from '../db/database.ts';
import { UsageError } from '../ops/start-error.ts';
import { hashPassword } from './password.ts';
import { findOperatorByEmail, type OperatorRow, toOperator } from './queries.ts';
import { dropRecoveryCodes } from './recovery-codes.ts';
import { insertOperator } from './service.ts';
import { openSession, revokeSessions } from './sessions.ts';

/** Of operators in a sentence. */
const MOST_NAMED = 20;

/** E-mail of the owner that the desktop makes when there is none. */
export const DESKTOP_OWNER_EMAIL = 'owner@localhost';

export interface OwnerSession {
  readonly token: string;
  /** Epoch milliseconds. */
  readonly expiresAt: number;
  /** Value of the refresh cookie. */
  readonly refresh: string;
  readonly refreshExpiresAt: number;
  readonly operator: Operator;
}

/**
 * Opens a session for the first owner, made where there is none. It asks for no proof: whoever calls must have seen one.
 */
export async function openOwnerSession(context: GatewayContext): Promise<OwnerSession> {
  return context.db.tx(async (tx) => {
    const owner =
      (await firstOwner(tx)) ??
      (await insertOperator(context, tx, SYSTEM, {
        email: DESKTOP_OWNER_EMAIL,
        name: '',
        role: 'owner',
        locale: null,
        passwordHash: null,
      }));
    const { token, expiresAt, refresh, refreshExpiresAt, sessionId } = await openSession(tx, context.clock, owner.id, {
      ipAddress: null,
      userAgent: 'IA Solaris desktop',
    });
    await context.audit.write(tx, {
      actor: SYSTEM,
      action: 'operator.desktop_session',
      target: { kind: 'operator', id: owner.id },
      details: { sessionId },
    });
    return { token, expiresAt, refresh, refreshExpiresAt, operator: toOperator(owner) };
  });
}

/**
 * Lets somebody in again who lost the way: the operator with this e-mail, made where there is no owner, becomes an enabled
 * owner with this password; one-time and recovery codes go off and open sessions end. For the command line, never for a
 * route.
 *
 * @param email null takes the first owner, or the desktop's
 * @param mayAdd makes another owner, too, where there is one: else an e-mail that nobody has is taken for mistyped
 * @throws UsageError that lists the operators
 */
export async function resetOwner(
  context: OwnerContext,
  email: string | null,
  password: string,
  mayAdd: boolean,
): Promise<Operator> {
  const { clock, audit, events } = context;
  const passwordHash = await hashPassword(password);
  const operator = await context.db.tx(async (tx) => {
    const found = email === null ? await firstOwner(tx) : await findOperatorByEmail(tx, email);
    if (!found) {
      if (email !== null && !mayAdd && (await firstOwner(tx))) throw await nobodyHas(tx, email);
      const fresh = {
        email: email ?? DESKTOP_OWNER_EMAIL,
        name: '',
        role: 'owner',
        locale: null,
        passwordHash,
      } as const;
      return insertOperator(context, tx, SYSTEM, fresh);
    }
    const { operators } = tx.tables;
    const [changed] = await tx
      .update(operators)
      .set({
        role: 'owner',
        passwordHash,
        totpSecret: null,
        disabledAt: null,
        failedLogins: 0,
        lockedUntil: null,
        updatedAt: clock.now(),
      })
      .where(eq(operators.id, found.id))
      .returning();
    const endedSessions = await revokeSessions(tx, clock, found.id);
    await dropRecoveryCodes(tx, found.id);
    await audit.write(tx, {
      actor: SYSTEM,
      action: 'operator.reset',
      target: { kind: 'operator', id: found.id },
      details: { role: { from: found.role, to: 'owner' }, endedSessions },
    });
    return changed ?? found;
  });
  await events.emit({ kind: 'operator_changed', operatorId: operator.id });
  return toOperator(operator);
}

/** What is needed without a gateway that runs. */
export type OwnerContext = Pick<GatewayContext, 'db' | 'clock' | 'audit' | 'events'>;

async function nobodyHas(tx: Tx, email: string): Promise<UsageError> {
  const { operators } = tx.tables;
  const rows = await tx
    .select({ email: operators.email, role: operators.role })
    .from(operators)
    .orderBy(asc(operators.createdAt), asc(operators.id))
    .limit(MOST_NAMED);
  const known = rows.map((row) => `${row.email} (${row.role})`).join(', ');
  return new UsageError(
    `No operator has the e-mail ${email}. There are: ${known}. Name one of them, or give --new to make another owner.`,
  );
}

async function firstOwner(tx: Tx): Promise<OperatorRow | null> {
  const { operators } = tx.tables;
  const [row] = await tx
    .select()
    .from(operators)
    .where(and(eq(operators.role, 'owner'), isNull(operators.disabledAt)))
    .orderBy(asc(operators.createdAt), asc(operators.id))
    .limit(1);
  return row ?? null;
}
