/** Taking a decision back within a minute: by a compensating entry, never by erasing one. */
import { and, eq } from 'drizzle-orm';
import { updateUser } from '../accounts/changes.ts';
import { requireUser } from '../accounts/checks.ts';
import type { GatewayContext } from '../context.ts';
import type { Tx } from '../db/database.ts';
import { newId } from '../db/ids.ts';
import { ApiError } from '../ops/api-error.ts';
import { limitForm } from '../plans/limit-form.ts';
import type { Decider } from './decide.ts';
import { mailUndone } from './mails.ts';
import { ticketName } from './price.ts';
import { requireTicket } from './queries.ts';
import { type TicketRow, undoUntil } from './rows.ts';
import { writeStep } from './steps.ts';

/**
 * Takes a decision back, inside the caller's transaction: the ticket is open again.
 *
 * @throws ApiError 404; 409 `not_decided`, `undo_too_late`, `credits_in_use`, `limit_changed`
 */
export async function undoDecision(context: GatewayContext, tx: Tx, ticketId: string, by: Decider): Promise<TicketRow> {
  const { tickets } = tx.tables;
  const before = await requireTicket(tx, ticketId);
  const name = ticketName(before.number);
  if ((before.status !== 'approved' && before.status !== 'rejected') || before.decidedAt === null) {
    throw new ApiError(409, 'not_decided', `Request ${name} is not decided, so there is nothing to take back.`);
  }
  if (undoUntil(before, context.clock.now()) === null) {
    throw new ApiError(409, 'undo_too_late', `The decision on ${name} can be taken back for one minute only.`);
  }
  const entryId = before.status === 'approved' ? await takeBack(context, tx, before, by) : null;
  const [ticket] = await tx
    .update(tickets)
    .set({
      status: 'open',
      updatedAt: context.clock.now(),
      decidedAt: null,
      decidedBy: null,
      decisionText: null,
      granted: null,
      limitBefore: null,
      entryId: null,
      paymentMethod: null,
      paid: null,
      paidCurrency: null,
    })
    .where(and(eq(tickets.id, before.id), eq(tickets.status, before.status), eq(tickets.decidedAt, before.decidedAt)))
    .returning();
  if (!ticket) throw new ApiError(409, 'not_decided', `Request ${name} was changed in this moment. Look at it again.`);
  await writeStep(context, tx, ticket, by.actor, {
    step: 'undone',
    tokens: before.granted,
    details: { was: before.status, ...(entryId === null ? {} : { entryId, undoes: before.entryId }) },
  });
  await mailUndone(context, tx, before);
  return ticket;
}

/** @returns the id of the compensating entry; null where a limit was set back */
async function takeBack(context: GatewayContext, tx: Tx, ticket: TicketRow, by: Decider): Promise<string | null> {
  const name = ticketName(ticket.number);
  const granted = ticket.granted ?? 0;
  if (ticket.kind === 'limit_change') {
    const user = await requireUser(tx, ticket.userId);
    if (limitForm(user) !== granted || !ticket.limitBefore) {
      throw new ApiError(409, 'limit_changed', 'The limit was changed again meanwhile. Set it at the user.');
    }
    const change = { monthlyLimit: ticket.limitBefore.limit, reason: `${name} undone` };
    await updateUser(context, tx, ticket.userId, change, by);
    return null;
  }
  const at = context.clock.now();
  const entryId = newId('led', at);
  const result = await tx.ledger.move({
    entryId,
    userId: ticket.userId,
    kind: 'adjustment',
    tokens: -granted,
    at,
    period: context.calendar().period(at).id,
    reason: `${name} undone`,
    operatorId: by.operatorId,
    details: { ticket: ticket.number, undoes: ticket.entryId },
  });
  switch (result.kind) {
    case 'moved':
      return entryId;
    case 'insufficient':
      throw new ApiError(
        409,
        'credits_in_use',
        `The credits of ${name} are used or reserved already: only ${result.free} of ${granted} are left. Nothing was taken back.`,
        undefined,
        { values: { free: result.free, granted } },
      );
    default:
      throw new ApiError(409, 'user_deleted', 'This user was deleted. Nothing of them can be changed.');
  }
}
