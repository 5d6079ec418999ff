/** Writing down what happens to a ticket: always along with the change itself. */
import type { Actor } from '../audit/audit-writer.ts';
import type { GatewayContext } from '../context.ts';
import type { Tx } from '../db/database.ts';
import { newId } from '../db/ids.ts';
import type { TicketStep } from '../db/json-columns.ts';
import type { TicketRow } from './rows.ts';

export interface Step {
  readonly step: TicketStep;
  readonly text?: string | null;
  /** Tokens granted, taken back or asked for. */
  readonly tokens?: number | null;
  /** More for the audit log: ids and numbers only. */
  readonly details?: Record<string, unknown>;
}

/** Adds the step to the ticket's history, and to the audit log. */
export async function writeStep(
  context: GatewayContext,
  tx: Tx,
  ticket: TicketRow,
  actor: Actor,
  { step, text = null, tokens = null, details = {} }: Step,
): Promise<void> {
  const at = context.clock.now();
  await tx.insert(tx.tables.ticketSteps).values({
    id: newId('tks', at),
    ticketId: ticket.id,
    step,
    actorKind: actor.kind,
    actorId: actor.id,
    text,
    tokens,
    createdAt: at,
  });
  await context.audit.write(tx, {
    actor,
    action: `ticket.${step}`,
    target: { kind: 'ticket', id: ticket.id },
    details: { number: ticket.number, kind: ticket.kind, userId: ticket.userId, tokens, ...details },
    ...(text === null ? {} : { personal: { subjectId: ticket.userId, data: { text } } }),
  });
}
