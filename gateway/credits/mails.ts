/** The mails of the queue; each is put into the outbox along with what it tells. */
import { and, inArray, isNull } from 'drizzle-orm';
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
  const { operators } = tx.tables;
  const approvers = await tx
    .select({ id: operators.id })
    .from(operators)
    .where(and(inArray(operators.role, ['owner', 'admin', 'approver']), isNull(operators.disabledAt)));
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
    ...approvers.map(
      ({ id }): NewMail => ({
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

/** How it was decided, to the user. */
export async function mailDecided(context: GatewayContext, tx: Tx, ticket: TicketRow): Promise<void> {
  const { userId, amount, granted, status, decisionText, kind } = ticket;
  const name = ticketName(ticket.number);
  const requestKind = REQUEST_KIND[kind];
  const to = { userId };
  if (status === 'rejected') {
    const data = { ticket: name, requestKind, amount, reason: decisionText ?? '' };
    await context.mail.enqueue(tx, { kind: 'request_rejected', to, data });
  } else if (status === 'approved' && kind === 'credits' && granted !== null) {
    const figures = await currentFigures(tx, context, userId);
    const data = { ticket: name, amount: granted, requestedAmount: amount ?? granted, note: decisionText, figures };
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

/** That granted credits were taken back. @param before the ticket as it was decided */
export async function mailUndone(context: GatewayContext, tx: Tx, before: TicketRow): Promise<void> {
  if (before.status !== 'approved' || before.kind !== 'credits') return;
  const figures = await currentFigures(tx, context, before.userId);
  const data = { ticket: ticketName(before.number), amount: before.granted ?? 0, figures };
  await context.mail.enqueue(tx, { kind: 'request_undone', to: { userId: before.userId }, data });
}
