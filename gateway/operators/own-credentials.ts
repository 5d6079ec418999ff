/** What operators change of how they sign in. The callers have asked for the password before. */
import { eq } from 'drizzle-orm';
import type { Actor } from '../audit/audit-writer.ts';
import type { GatewayContext } from '../context.ts';
import type { Tx } from '../db/database.ts';
import { ApiError } from '../ops/api-error.ts';
import { hashPassword } from './password.ts';
import { findOperator } from './queries.ts';
import { dropRecoveryCodes, newRecoveryCodes, replaceRecoveryCodes } from './recovery-codes.ts';
import { revokeSessions } from './sessions.ts';

/** Sets a new password and ends all sessions but the one that asks. */
export async function changeOwnPassword(
  context: GatewayContext,
  actor: Actor,
  operatorId: string,
  next: string,
  sessionId: string,
): Promise<void> {
  const passwordHash = await hashPassword(next);
  await change(context, actor, operatorId, 'operator.password_changed', { passwordHash }, async (tx) => ({
    endedSessions: await revokeSessions(tx, context.clock, operatorId, sessionId),
  }));
}

/** Turns one-time codes on, with the secret sealed. @returns the recovery codes, in the place of any from before */
export async function enableOwnTotp(
  context: GatewayContext,
  actor: Actor,
  operatorId: string,
  secret: string,
): Promise<string[]> {
  const totpSecret = await context.secrets.seal(secret);
  const codes = newRecoveryCodes();
  await change(context, actor, operatorId, 'operator.totp_enabled', { totpSecret }, async (tx) => {
    await replaceRecoveryCodes(tx, operatorId, codes, context.clock.now());
    return {};
  });
  return codes;
}

/** Turns one-time codes off, and ends all recovery codes. */
export async function disableOwnTotp(context: GatewayContext, actor: Actor, operatorId: string): Promise<void> {
  await change(context, actor, operatorId, 'operator.totp_disabled', { totpSecret: null }, async (tx) => {
    await dropRecoveryCodes(tx, operatorId);
    return {};
  });
}

/** Makes new recovery codes; all from before end. @throws ApiError 409 `totp_off` when they were turned off meanwhile */
export async function renewOwnRecoveryCodes(
  context: GatewayContext,
  actor: Actor,
  operatorId: string,
): Promise<string[]> {
  const codes = newRecoveryCodes();
  await change(context, actor, operatorId, 'operator.recovery_codes_renewed', {}, async (tx) => {
    const row = await findOperator(tx, operatorId);
    if (!row || row.totpSecret === null) throw totpIsOff();
    return { ended: await replaceRecoveryCodes(tx, operatorId, codes, context.clock.now()) };
  });
  return codes;
}

export function totpIsOff(): ApiError {
  return new ApiError(409, 'totp_off', 'One-time codes are off.');
}

async function change(
  context: GatewayContext,
  actor: Actor,
  operatorId: string,
  action: string,
  values: Partial<Tx['tables']['operators']['$inferInsert']>,
  also: (tx: Tx) => Promise<Record<string, unknown>> = async () => ({}),
): Promise<void> {
  const { clock, audit, events } = context;
  await context.db.tx(async (tx) => {
    const { operators } = tx.tables;
    await tx
      .update(operators)
      .set({ ...values, updatedAt: clock.now() })
      .where(eq(operators.id, operatorId));
    const details = await also(tx);
    await audit.write(tx, { actor, action, target: { kind: 'operator', id: operatorId }, details });
  });
  await events.emit({ kind: 'operator_changed', operatorId });
}
