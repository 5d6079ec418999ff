/**
 * Decisions on tickets. Each is one transaction: the ticket, the grant, its audit entry and its mail stand or fall
 * together, and whoever decides first has decided.
 */
import { and, eq, inArray } from 'drizzle-orm';
import { updateUser } from '../accounts/changes.ts';
import { type Changer, requireUser } from '../accounts/checks.ts';
import type { GatewayContext } from '../context.ts';
import type { Tx } from '../db/database.ts';
import { newId } from '../db/ids.ts';
import type { Role, TicketStatus } from '../db/json-columns.ts';
import { roleAtLeast } from '../operators/roles.ts';
import { ApiError } from '../ops/api-error.ts';
import { faultPoint } from '../ops/fault-point.ts';
import { limitForm } from '../plans/limit-form.ts';
import { mailAsked, mailDecided } from './mails.ts';
import { ticketName } from './price.ts';
import { requireTicket } from './queries.ts';
import type { TicketRow } from './rows.ts';
import { writeStep } from './steps.ts';

/** Who decides. */
export interface Decider extends Changer {
  readonly role: Role;
  /** More for the audit log, such as the packet that a decision came in. */
  readonly via?: Record<string, unknown>;
}

export interface Payment {
  readonly method: string;
  /** In millionths of the currency of the settings; null when it is not known. */
  readonly paid: number | null;
}

export type Decision =
  | {
      readonly kind: 'approve';
      /** Tokens; null = what was asked for. */
      readonly amount: number | null;
      readonly note: string | null;
      readonly payment: Payment | null;
    }
  | { readonly kind: 'reject'; readonly reason: string }
  /** Closes a ticket that has nothing to grant. */
  | { readonly kind: 'answer'; readonly message: string };

/** What a reason may be long in all other moves. */
const MOST_REASON = 500;
const WAITING: TicketStatus[] = ['open', 'asked'];
const STATUS = { approve: 'approved', reject: 'rejected', answer: 'answered' } as const;

/**
 * Checks whether a decision can be carried out; writes nothing.
 *
 * @returns what an approval comes to in tokens; null for other decisions
 * @throws ApiError 409 `already_decided`, `nothing_to_grant`, `amount_needed`, `user_deleted`; 403 when the role may not
 */
export async function checkDecision(
  tx: Tx,
  ticket: TicketRow,
  decision: Decision,
  by: Decider,
): Promise<number | null> {
  if (!WAITING.includes(ticket.status)) throw alreadyDecided(ticket);
  if (decision.kind !== 'approve') return null;
  await requireUser(tx, ticket.userId);
  return grantedTokens(ticket, decision.amount, by);
}

/**
 * Decides on a ticket, inside the caller's transaction. When it throws, the transaction must not be committed.
 *
 * @returns the ticket as it is then
 * @throws ApiError 404, and what `checkDecision` throws
 */
export async function decide(
  context: GatewayContext,
  tx: Tx,
  ticketId: string,
  decision: Decision,
  by: Decider,
): Promise<TicketRow> {
  const { tickets } = tx.tables;
  const before = await requireTicket(tx, ticketId);
  const granted = await checkDecision(tx, before, decision, by);
  const now = context.clock.now();
  const text = textOf(decision);
  const [decided] = await tx
    .update(tickets)
    .set({
      status: STATUS[decision.kind],
      updatedAt: now,
      decidedAt: now,
      decidedBy: by.operatorId,
      decisionText: text,
      granted,
      ...(decision.kind === 'approve' ? paymentColumns(context, decision.payment) : {}),
    })
    .where(and(eq(tickets.id, before.id), inArray(tickets.status, WAITING)))
    .returning();
  // On an engine with several writers somebody else may have decided in this moment.
  if (!decided) throw alreadyDecided(await requireTicket(tx, ticketId));
  faultPoint('deciding');
  const ticket =
    decision.kind === 'approve' && granted !== null
      ? await carryOut(context, tx, decided, granted, decision, by)
      : decided;
  faultPoint('granted');
  await writeStep(context, tx, ticket, by.actor, {
    step: STATUS[decision.kind],
    text,
    tokens: granted,
    details: { ...(ticket.entryId === null ? {} : { entryId: ticket.entryId }), ...by.via },
  });
  await mailDecided(context, tx, ticket);
  faultPoint('decision_written');
  return ticket;
}

/** Asks the user something; the ticket waits for the answer. @throws ApiError 404, or 409 when it is decided */
export async function askBack(
  context: GatewayContext,
  tx: Tx,
  ticketId: string,
  question: string,
  by: Decider,
): Promise<TicketRow> {
  const { tickets } = tx.tables;
  const before = await requireTicket(tx, ticketId);
  const [ticket] = await tx
    .update(tickets)
    .set({ status: 'asked', updatedAt: context.clock.now() })
    .where(and(eq(tickets.id, before.id), inArray(tickets.status, WAITING)))
    .returning();
  if (!ticket) throw alreadyDecided(before);
  await writeStep(context, tx, ticket, by.actor, { step: 'asked', text: question });
  await mailAsked(context, tx, ticket, question);
  return ticket;
}

/** What an approval comes to, before anything is written. */
function grantedTokens(ticket: TicketRow, amount: number | null, by: Decider): number {
  if (ticket.kind !== 'credits' && ticket.kind !== 'limit_change') {
    throw new ApiError(409, 'nothing_to_grant', 'This ticket asks for an answer, not for tokens. Answer or reject it.');
  }
  if (ticket.kind === 'limit_change' && !roleAtLeast(by.role, 'admin')) {
    throw new ApiError(403, 'forbidden', `Changing a limit needs the role admin; yours is ${by.role}.`);
  }
  const granted = amount ?? ticket.amount;
  if (granted === null) throw new ApiError(409, 'amount_needed', 'The user named no number. Say how much.', 'amount');
  return granted;
}

/** Grants the credits, or sets the limit. @returns the ticket with what it remembers of that */
async function carryOut(
  context: GatewayContext,
  tx: Tx,
  ticket: TicketRow,
  granted: number,
  { note, payment }: { note: string | null; payment: Payment | null },
  by: Decider,
): Promise<TicketRow> {
  const { tickets } = tx.tables;
  const reason = [ticketName(ticket.number), note]
    .filter((part) => part !== null)
    .join(': ')
    .slice(0, MOST_REASON);
  const remembered =
    ticket.kind === 'limit_change'
      ? await setLimit(context, tx, ticket.userId, granted, reason, by)
      : await grantCredits(context, tx, ticket, granted, { reason, bought: payment !== null }, by);
  const [remembering] = await tx.update(tickets).set(remembered).where(eq(tickets.id, ticket.id)).returning();
  return remembering ?? ticket;
}

async function setLimit(
  context: GatewayContext,
  tx: Tx,
  userId: string,
  monthlyLimit: number,
  reason: string,
  by: Decider,
): Promise<Partial<TicketRow>> {
  const limit = limitForm(await requireUser(tx, userId));
  await updateUser(context, tx, userId, { monthlyLimit, reason }, by);
  return { limitBefore: { limit } };
}

async function grantCredits(
  context: GatewayContext,
  tx: Tx,
  ticket: TicketRow,
  tokens: number,
  { reason, bought }: { reason: string; bought: boolean },
  by: Decider,
): Promise<Partial<TicketRow>> {
  const at = context.clock.now();
  const entryId = newId('led', at);
  const moved = await tx.ledger.move({
    entryId,
    userId: ticket.userId,
    kind: bought ? 'purchase' : 'grant',
    tokens,
    at,
    period: context.calendar().period(at).id,
    reason,
    operatorId: by.operatorId,
    details: { ticket: ticket.number },
  });
  if (moved.kind === 'moved') return { entryId };
  throw new ApiError(409, 'user_deleted', 'This user was deleted. Nothing of them can be changed.');
}

function paymentColumns(context: GatewayContext, payment: Payment | null): Partial<TicketRow> {
  if (payment === null) return {};
  const paidCurrency = payment.paid === null ? null : context.settings.current().currency;
  return { paymentMethod: payment.method, paid: payment.paid, paidCurrency };
}

function textOf(decision: Decision): string | null {
  switch (decision.kind) {
    case 'approve':
      return decision.note;
    case 'reject':
      return decision.reason;
    case 'answer':
      return decision.message;
  }
}

const TOLD: Record<TicketStatus, string> = {
  open: 'was changed in this moment. Look at it again',
  asked: 'was changed in this moment. Look at it again',
  approved: 'was approved already',
  rejected: 'was rejected already',
  answered: 'was answered already',
  withdrawn: 'was withdrawn by the user',
};

function alreadyDecided({ number, status }: TicketRow): ApiError {
  return new ApiError(409, 'already_decided', `Request ${ticketName(number)} ${TOLD[status]}.`);
}
