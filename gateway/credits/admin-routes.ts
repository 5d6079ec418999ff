/** `/api/admin/requests`: the queue of credit requests and tickets, and the decisions on them. */
import type { FastifyRequest } from 'fastify';
import { findUser, outlookOf } from '../accounts/queries.ts';
import { changerOf } from '../accounts/user-routes.ts';
import { operatorOf } from '../api/access.ts';
import type { ApiApp } from '../api/api-app.ts';
import { idempotent } from '../api/idempotency.ts';
import { toMillionths } from '../config/setting.ts';
import type { GatewayContext } from '../context.ts';
import { idParams } from '../contract/common.ts';
import {
  type Approval,
  approveBody,
  rejectBody,
  type Ticket,
  type TicketDetail,
  ticketCountsSchema,
  ticketDetailSchema,
  ticketList,
  ticketSchema,
  ticketsQuery,
  ticketTextBody,
} from '../contract/tickets.ts';
import type { Tx } from '../db/database.ts';
import { entryPage } from '../ledger/entry-queries.ts';
import { ApiError } from '../ops/api-error.ts';
import { faultPoint } from '../ops/fault-point.ts';
import { toLedgerEntry } from '../reports/rows.ts';
import { userStats } from '../reports/user-stats.ts';
import { askBack, type Decider, type Decision, decide } from './decide.ts';
import { countTickets, historyOf, listTickets, otherTickets, requireTicket, showTicket } from './queries.ts';
import type { TicketRow } from './rows.ts';
import { undoDecision } from './undo.ts';

const tags = ['Requests'];
const read = { access: 'viewer' } as const;
const write = { access: 'approver' } as const;
const MOVES_SHOWN = 10;

export async function registerRequestRoutes(app: ApiApp, context: GatewayContext): Promise<void> {
  const { db, clock } = context;

  app.get('/api/admin/requests', {
    config: read,
    schema: {
      tags,
      summary: 'List credit requests and tickets',
      querystring: ticketsQuery,
      response: { 200: ticketList },
    },
    handler: ({ query }) => listTickets(context, query),
  });

  app.get('/api/admin/requests/counts', {
    config: read,
    schema: { tags, summary: 'How many wait, and how many are late', response: { 200: ticketCountsSchema } },
    handler: () => countTickets(db, clock.now()),
  });

  app.get('/api/admin/requests/:id', {
    config: read,
    schema: {
      tags,
      summary: 'One ticket, beside the history of its user',
      params: idParams,
      response: { 200: ticketDetailSchema },
    },
    handler: ({ params }) => showDetail(context, params.id),
  });

  app.post('/api/admin/requests/:id/approve', {
    config: { ...write, idempotent: true },
    schema: {
      tags,
      summary: 'Approve: grant the amount, or another one',
      description: 'Takes an `Idempotency-Key`. Of several decisions at once the first one wins; the others get 409.',
      params: idParams,
      body: approveBody,
      response: { 200: ticketSchema },
    },
    handler: (request) =>
      handle(request, (tx, by) => decide(context, tx, request.params.id, approval(request.body), by)),
  });

  app.post('/api/admin/requests/:id/reject', {
    config: { ...write, idempotent: true },
    schema: {
      tags,
      summary: 'Reject, with a reason',
      params: idParams,
      body: rejectBody,
      response: { 200: ticketSchema },
    },
    handler: (request) =>
      handle(request, (tx, by) => decide(context, tx, request.params.id, { kind: 'reject', ...request.body }, by)),
  });

  app.post('/api/admin/requests/:id/ask', {
    config: { ...write, idempotent: true },
    schema: {
      tags,
      summary: 'Ask the user something; the ticket waits for the answer',
      params: idParams,
      body: ticketTextBody,
      response: { 200: ticketSchema },
    },
    handler: (request) =>
      handle(request, (tx, by) => askBack(context, tx, request.params.id, request.body.message, by)),
  });

  app.post('/api/admin/requests/:id/answer', {
    config: { ...write, idempotent: true },
    schema: {
      tags,
      summary: 'Answer and close a ticket that asks for no tokens',
      params: idParams,
      body: ticketTextBody,
      response: { 200: ticketSchema },
    },
    async handler(request) {
      const { id } = request.params;
      return handle(request, async (tx, by) => {
        const { kind } = await requireTicket(tx, id);
        if (kind === 'credits') throw new ApiError(409, 'decision_needed', 'Approve or reject a credit request.');
        return decide(context, tx, id, { kind: 'answer', ...request.body }, by);
      });
    },
  });

  app.post('/api/admin/requests/:id/undo', {
    config: { ...write, idempotent: true },
    schema: {
      tags,
      summary: 'Take a decision back, within a minute',
      description: 'By a compensating entry. Refused with 409 when the credits are used or reserved already.',
      params: idParams,
      response: { 200: ticketSchema },
    },
    handler: (request) => handle(request, (tx, by) => undoDecision(context, tx, request.params.id, by)),
  });

  async function handle(request: FastifyRequest, work: (tx: Tx, by: Decider) => Promise<TicketRow>): Promise<Ticket> {
    const by = deciderOf(request);
    const ticket = await idempotent(context, request, async (tx) => {
      const { id } = await work(tx, by);
      return showTicket(tx, id, clock.now());
    });
    faultPoint('decided');
    await tellTicket(context, ticket.id, ticket.user.id);
    return ticket;
  }
}

/** Tells live views, and whoever watches the user's figures. */
export async function tellTicket({ events }: GatewayContext, ticketId: string, userId: string): Promise<void> {
  await events.emit({ kind: 'ticket_changed', ticketId, userId });
  await events.emit({ kind: 'user_changed', userId });
}

function deciderOf(request: FastifyRequest): Decider {
  return { ...changerOf(request), role: operatorOf(request).role };
}

function approval(body: Approval | null | undefined): Decision {
  const payment = body?.payment;
  return {
    kind: 'approve',
    amount: body?.amount ?? null,
    note: body?.note ?? null,
    payment: payment
      ? { method: payment.method, paid: payment.amount === undefined ? null : toMillionths(payment.amount) }
      : null,
  };
}

async function showDetail(context: GatewayContext, id: string): Promise<TicketDetail> {
  const { db, clock } = context;
  const row = await requireTicket(db, id);
  const now = clock.now();
  const user = await findUser(db, outlookOf(context), row.userId);
  if (!user) throw new ApiError(404, 'user_not_found', 'There is no user with this id.');
  const filter = { userId: row.userId, kinds: MOVES, from: null, before: null };
  const moves = await entryPage(db, filter, { after: null, descending: true, limit: MOVES_SHOWN });
  return {
    ticket: await showTicket(db, row.id, now),
    history: await historyOf(db, row.id, false),
    user,
    stats: await userStats(context, row.userId),
    others: await otherTickets(db, row, now),
    moves: moves.map(toLedgerEntry),
  };
}

const MOVES = ['grant', 'purchase', 'bonus', 'compensation', 'adjustment', 'reset'] as const;
