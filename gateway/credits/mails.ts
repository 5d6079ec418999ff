/** The mails of the queue; each is put into the outbox along with what it tells. */
import { and, desc, eq, inArray, isNull, sql } from 'drizzle-orm';
import { currentFigures } from '../alerts/use.ts';
import type { GatewayContext } from '../context.ts';
import type { TicketKind } from '../contract/tickets.ts';
import type { Tx } from '../db/database.ts';
import type { RequestKind } from '../mail/kinds.ts';
import type { NewMail } from '../mail/outbox.ts';
import { ticketName } from './price.ts';
import type { TicketRow } from './rows.ts';

const REQUEST_KIND: Record<TicketKind, RequestKind> = {
  credits: 'credits',
  support: 'support',
  limit_change: 'limit',
  objection: 'objection',
};

/** That it was received, to the user; that it waits, to everybody who may decide. */
export async function mailOpened(
  { mail }: GatewayContext,
  tx: Tx,
  ticket: TicketRow,
  answerWithinHours: number,
): Promise<void> {
  const name = ticketName(ticket.number);
  const requestKind = REQUEST_KIND[ticket.kind];
  const { amount, urgency, price, priceCurrency, userId } = ticket;
  await mail.enqueue(
    tx,
    {
      kind: 'request_received',
      to: { userId },
      data: {
        ticket: name,
        requestKind,
        amount,
        price: price === null || priceCurrency === null ? null : { micros: price, currency: priceCurrency },
        urgency,
        answerWithinHours,
      },
    },
    ...(await approvers(tx)).map(
      (id): NewMail => ({
        kind: 'new_request',
        to: { operatorId: id },
        subjectId: userId,
        data: {
          ticket: name,
          requestId: ticket.id,
          requestKind,
          requesterId: userId,
          amount,
          urgency,
          justification: ticket.message,
        },
      }),
    ),
  );
}

/** Ids of everybody who may decide. */
async function approvers(tx: Tx): Promise<string[]> {
  const { operators } = tx.tables;
  const rows = await tx
    .select({ id: operators.id })
    .from(operators)
    .where(and(inArray(operators.role, ['owner', 'admin', 'approver']), isNull(operators.disabledAt)));
  return rows.map(({ id }) => id);
}

/** How it was decided, to the user. */
export async function mailDecided(context: GatewayContext, tx: Tx, ticket: TicketRow): Promise<void> {
  const { userId, amount, granted, status, decisionText, kind } = ticket;
  const name = ticketName(ticket.number);
  const requestKind = REQUEST_KIND[kind];
  const to = { userId };
  if (status === 'rejected') {
    const data = { ticket: name, requestKind, amount, reason: decisionText ?? '' };
    await context.mail.enqueue(tx, { kind: 'request_rejected', to, data });
  } else if (status === 'approved' && granted !== null) {
    const figures = await currentFigures(tx, context, userId);
    const requestedAmount = amount ?? granted;
    const data = { ticket: name, requestKind, amount: granted, requestedAmount, note: decisionText, figures };
    await context.mail.enqueue(tx, { kind: 'request_approved', to, data });
  } else {
    const data = { ticket: name, requestKind, answer: decisionText ?? '' };
    await context.mail.enqueue(tx, { kind: 'request_answered', to, data });
  }
}

/** That the ticket waits for the user's answer. */
export async function mailAsked(context: GatewayContext, tx: Tx, ticket: TicketRow, question: string): Promise<void> {
  const data = { ticket: ticketName(ticket.number), question };
  await context.mail.enqueue(tx, { kind: 'request_question', to: { userId: ticket.userId }, data });
}

/** That an answer has come: to whoever has asked, else to everybody who may decide. */
export async function mailReplied({ mail }: GatewayContext, tx: Tx, ticket: TicketRow, reply: string): Promise<void> {
  const { ticketSteps: steps, apiTokens } = tx.tables;
  const [asked] = await tx
    .select({ by: sql<string | null>`coalesce(${apiTokens.operatorId}, ${steps.actorId})` })
    .from(steps)
    .leftJoin(apiTokens, eq(apiTokens.id, steps.actorId))
    .where(and(eq(steps.ticketId, ticket.id), eq(steps.step, 'asked')))
    .orderBy(desc(steps.createdAt), desc(steps.id))
    .limit(1);
  const all = await approvers(tx);
  const asker = all.filter((id) => id === asked?.by);
  const data = { ticket: ticketName(ticket.number), requestId: ticket.id, requesterId: ticket.userId, reply };
  const mails = (asker.length > 0 ? asker : all).map((operatorId): NewMail => {
    return { kind: 'request_replied', to: { operatorId }, subjectId: ticket.userId, data };
  });
  await mail.enqueue(tx, ...mails);
}

/** That a decision was taken back that was told. @param before the ticket as it was decided */
export async function mailUndone(context: GatewayContext, tx: Tx, before: TicketRow): Promise<void> {
  const { status, kind, granted, userId } = before;
  if (status !== 'approved' && status !== 'rejected') return;
  const figures = status === 'approved' ? await currentFigures(tx, context, userId) : null;
  const requestKind = REQUEST_KIND[kind];
  const data = { ticket: ticketName(before.number), requestKind, was: status, amount: granted, figures };
  await context.mail.enqueue(tx, { kind: 'request_undone', to: { userId: before.userId }, data });
}
