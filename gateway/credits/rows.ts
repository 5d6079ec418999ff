/** Pure: tickets as the API shows them. */
import { type Money, type OwnTicket, type Ticket, type TicketHistory, UNDO_MS } from '../contract/tickets.ts';
import type { Tables } from '../db/database.ts';
import { ticketName } from './price.ts';

export type TicketRow = Tables['tickets']['$inferSelect'];
export type StepRow = Tables['ticketSteps']['$inferSelect'];

export interface TicketUser {
  readonly email: string | null;
  readonly name: string;
  readonly plan: string;
}

/** As its user sees it. @param now epoch milliseconds */
export function toOwnTicket(row: TicketRow, now: number): OwnTicket {
  const { id, number, kind, status, urgency, amount, message, requestId, dueAt, createdAt, updatedAt } = row;
  const { decidedAt, decisionText, granted } = row;
  return {
    id,
    number,
    ticket: ticketName(number),
    kind,
    status,
    urgency,
    amount,
    message,
    requestId,
    price: money(row.price, row.priceCurrency),
    dueAt,
    overdue: status === 'open' && dueAt < now,
    createdAt,
    updatedAt,
    decidedAt,
    decisionText,
    granted,
  };
}

/** As operators see it. @param now epoch milliseconds */
export function toTicket(row: TicketRow, user: TicketUser, now: number): Ticket {
  return {
    ...toOwnTicket(row, now),
    user: { id: row.userId, email: user.email, name: user.name, plan: user.plan },
    decidedBy: row.decidedBy,
    paymentMethod: row.paymentMethod,
    paid: money(row.paid, row.paidCurrency),
    undoUntil: undoUntil(row, now),
  };
}

/** Until when the decision can be taken back; null when it cannot. */
export function undoUntil({ status, decidedAt }: TicketRow, now: number): number | null {
  if ((status !== 'approved' && status !== 'rejected') || decidedAt === null) return null;
  return now < decidedAt + UNDO_MS ? decidedAt + UNDO_MS : null;
}

/** @param operator who it was; null for users, who are told that it was one */
export function toHistory(row: StepRow, operator: { id: string; name: string } | null): TicketHistory {
  const { id, step, actorKind, text, tokens, createdAt } = row;
  const by = actorKind === 'user' ? 'user' : actorKind === 'operator' || actorKind === 'token' ? 'operator' : 'system';
  const who = by === 'operator' ? operator : null;
  return { id, step, by, operatorId: who?.id ?? null, operatorName: who?.name ?? null, text, tokens, createdAt };
}

function money(amount: number | null, currency: string | null): Money | null {
  return amount === null || currency === null ? null : { amount, currency };
}
