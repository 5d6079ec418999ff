/** What operators change of how they sign in. The callers have asked for the password before. */
import { eq } from 'drizzle-orm';
import type { Actor } from '../audit/audit-writer.ts';
import type { GatewayContext } from '../context.ts';
import type { Tx } from '../db/database.ts';
import { hashPassword } from './password.ts';
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

/** Turns one-time codes on, with the secret sealed. */
export async function enableOwnTotp(
  context: GatewayContext,
  actor: Actor,
  operatorId: string,
  secret: string,
): Promise<void> {
  const totpSecret = await context.secrets.seal(secret);
  await change(context, actor, operatorId, 'operator.totp_enabled', { totpSecret });
}

export async function disableOwnTotp(context: GatewayContext, actor: Actor, operatorId: string): Promise<void> {
  await change(context, actor, operatorId, 'operator.totp_disabled', { totpSecret: null });
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
