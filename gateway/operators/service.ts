/** Making, changing and removing operators. There is always an owner who can sign in. */
import { and, eq, isNull, ne, sql } from 'drizzle-orm';
import type { Actor } from '../audit/audit-writer.ts';
import type { GatewayContext } from '../context.ts';
import type { OperatorChanges, OperatorInput } from '../contract/operators.ts';
import type { Tx } from '../db/database.ts';
import { newId } from '../db/ids.ts';
import { ApiError } from '../ops/api-error.ts';
import { hashPassword } from './password.ts';
import { findOperator, findOperatorByEmail, normalizedEmail, type OperatorRow } from './queries.ts';
import { dropRecoveryCodes } from './recovery-codes.ts';
import { revokeSessions } from './sessions.ts';
import { leaveViews } from './views.ts';

/**
 * Makes an operator.
 *
 * @throws ApiError 409 `email_taken`
 */
export async function createOperator(
  context: GatewayContext,
  actor: Actor,
  input: OperatorInput,
): Promise<OperatorRow> {
  const passwordHash = await hashPassword(input.password);
  return context.db.tx((tx) => insertOperator(context, tx, actor, { ...input, passwordHash }));
}

/** The same inside a transaction, with the password hashed already; null makes one who cannot sign in by password. */
export async function insertOperator(
  context: Pick<GatewayContext, 'clock' | 'audit'>,
  tx: Tx,
  actor: Actor,
  input: Omit<OperatorInput, 'password'> & { passwordHash: string | null },
): Promise<OperatorRow> {
  const email = normalizedEmail(input.email);
  await refuseTakenEmail(tx, email);
  const now = context.clock.now();
  const { operators } = tx.tables;
  const id = newId('opr', now);
  const { name, role, passwordHash, locale } = input;
  const [row] = await tx
    .insert(operators)
    .values({ id, email, name, role, passwordHash, locale, createdAt: now, updatedAt: now })
    .returning();
  if (!row) throw new Error('The operator was not inserted');
  await context.audit.write(tx, {
    actor,
    action: 'operator.created',
    target: { kind: 'operator', id },
    details: { role, hasPassword: passwordHash !== null },
    personal: { subjectId: id, data: { email, name } },
  });
  return row;
}

/**
 * Changes an operator. A new password or disabling ends all sessions.
 *
 * @throws ApiError 404, 409 `last_owner` or `email_taken`
 */
export async function changeOperator(
  context: GatewayContext,
  actor: Actor,
  id: string,
  changes: OperatorChanges,
): Promise<OperatorRow> {
  const { clock, audit } = context;
  const passwordHash = changes.password === undefined ? undefined : await hashPassword(changes.password);
  const changed = await context.db.tx(async (tx) => {
    const before = await requireOperator(tx, id);
    const email = changes.email === undefined ? before.email : normalizedEmail(changes.email);
    if (email !== before.email) await refuseTakenEmail(tx, email);
    const disabledAt = disabledSince(before, changes.disabled, clock.now());
    const role = changes.role ?? before.role;
    if (role !== 'owner' || disabledAt !== null) await refuseLastOwner(tx, before);
    const { operators } = tx.tables;
    const [after] = await tx
      .update(operators)
      .set({
        email,
        role,
        disabledAt,
        name: changes.name ?? before.name,
        locale: changes.locale === undefined ? before.locale : changes.locale,
        ...(passwordHash === undefined ? {} : { passwordHash, failedLogins: 0, lockedUntil: null }),
        updatedAt: clock.now(),
      })
      .where(eq(operators.id, id))
      .returning();
    const endsSessions = passwordHash !== undefined || (disabledAt !== null && before.disabledAt === null);
    const endedSessions = endsSessions ? await revokeSessions(tx, clock, id) : 0;
    await audit.write(tx, {
      actor,
      action: 'operator.changed',
      target: { kind: 'operator', id },
      details: {
        fields: Object.keys(changes).sort(),
        ...(role === before.role ? {} : { role: { from: before.role, to: role } }),
        ...(endsSessions ? { endedSessions } : {}),
      },
      ...(email === before.email ? {} : { personal: { subjectId: id, data: { email, before: before.email } } }),
    });
    return after ?? before;
  });
  await context.events.emit({ kind: 'operator_changed', operatorId: id });
  return changed;
}

/**
 * Removes an operator with all sessions and tokens. What they did stays in the audit log under their id; views that they
 * shared stay as well.
 *
 * @throws ApiError 404, 409 `last_owner`
 */
export async function deleteOperator(context: GatewayContext, actor: Actor, id: string): Promise<void> {
  const hasLeftViews = await context.db.tx(async (tx) => {
    const before = await requireOperator(tx, id);
    await refuseLastOwner(tx, before);
    const { operators, operatorSessions, apiTokens, approverKeys } = tx.tables;
    const left = await leaveViews(tx, id);
    await tx.delete(approverKeys).where(eq(approverKeys.operatorId, id));
    await tx.delete(operatorSessions).where(eq(operatorSessions.operatorId, id));
    await dropRecoveryCodes(tx, id);
    await tx.delete(apiTokens).where(eq(apiTokens.operatorId, id));
    await tx.delete(operators).where(eq(operators.id, id));
    await context.audit.write(tx, {
      actor,
      action: 'operator.deleted',
      target: { kind: 'operator', id },
      details: { role: before.role },
      personal: { subjectId: id, data: { email: before.email, name: before.name } },
    });
    return left;
  });
  await context.events.emit({ kind: 'operator_changed', operatorId: id });
  if (hasLeftViews) await context.events.emit({ kind: 'views_changed' });
}

/** Ends all sessions of an operator. @returns how many were open @throws ApiError 404 */
export async function endOperatorSessions(context: GatewayContext, actor: Actor, id: string): Promise<number> {
  const ended = await context.db.tx(async (tx) => {
    await requireOperator(tx, id);
    const endedSessions = await revokeSessions(tx, context.clock, id);
    await context.audit.write(tx, {
      actor,
      action: 'operator.sessions_ended',
      target: { kind: 'operator', id },
      details: { endedSessions },
    });
    return endedSessions;
  });
  await context.events.emit({ kind: 'operator_changed', operatorId: id });
  return ended;
}

/** Turns another's one-time codes off, for somebody who lost phone and recovery codes. @throws ApiError 404 */
export async function resetTotp(context: GatewayContext, actor: Actor, id: string): Promise<void> {
  await context.db.tx(async (tx) => {
    await requireOperator(tx, id);
    const { operators } = tx.tables;
    await tx.update(operators).set({ totpSecret: null, updatedAt: context.clock.now() }).where(eq(operators.id, id));
    await dropRecoveryCodes(tx, id);
    await context.audit.write(tx, { actor, action: 'operator.totp_reset', target: { kind: 'operator', id } });
  });
}

/** @throws ApiError 404 */
export async function requireOperator(tx: Tx, id: string): Promise<OperatorRow> {
  const row = await findOperator(tx, id);
  if (!row) throw new ApiError(404, 'not_found', 'There is no such operator.');
  return row;
}

async function refuseLastOwner(tx: Tx, operator: OperatorRow): Promise<void> {
  if (operator.role !== 'owner' || operator.disabledAt !== null) return;
  const { operators } = tx.tables;
  const [others] = await tx
    .select({ count: sql<number>`count(*)`.mapWith(Number) })
    .from(operators)
    .where(and(eq(operators.role, 'owner'), isNull(operators.disabledAt), ne(operators.id, operator.id)));
  if (others && others.count > 0) return;
  throw new ApiError(409, 'last_owner', 'This is the last owner. Make another operator owner first.');
}

async function refuseTakenEmail(tx: Tx, email: string): Promise<void> {
  if (await findOperatorByEmail(tx, email)) {
    throw new ApiError(409, 'email_taken', 'Another operator has this e-mail.', 'email');
  }
}

function disabledSince(before: OperatorRow, disabled: boolean | undefined, now: number): number | null {
  if (disabled === undefined) return before.disabledAt;
  return disabled ? (before.disabledAt ?? now) : null;
}
