/** What users ask for: credits, help, another limit; and what became of it. */
import type { FastifyRequest } from 'fastify';
import { memberOf } from '../api/access.ts';
import type { ApiApp } from '../api/api-app.ts';
import { idempotent } from '../api/idempotency.ts';
import type { GatewayContext } from '../context.ts';
import { idParams } from '../contract/common.ts';
import { ownTicketsQuery } from '../contract/portal.ts';
import {
  contactBody,
  type OpenedTicket,
  type OwnTicketDetail,
  openedTicketSchema,
  ownTicketDetailSchema,
  ownTicketList,
  purchaseBody,
  ticketTextBody,
} from '../contract/tickets.ts';
import { tellTicket } from '../credits/admin-routes.ts';
import { historyOf, listOwnTickets, requireTicket } from '../credits/queries.ts';
import { toOwnTicket } from '../credits/rows.ts';
import { askForCredits, contactSupport, replyToTicket, withdrawTicket } from '../credits/submit.ts';
import type { Tx } from '../db/database.ts';
import { databaseErrorKind } from '../db/errors.ts';

const tags = ['Portal'];
const config = { access: 'user' } as const;

export async function registerOwnRequestRoutes(app: ApiApp, context: GatewayContext): Promise<void> {
  const { db, clock } = context;

  app.post('/api/tokens/purchase', {
    config: { ...config, idempotent: true },
    schema: { tags, summary: 'Ask for credits', body: purchaseBody, response: { 201: openedTicketSchema } },
    async handler(request, reply) {
      const opened = await opening(request, (tx, userId) => askForCredits(context, tx, userId, request.body));
      return reply.code(201).send(opened);
    },
  });

  app.post('/api/support/contact', {
    config: { ...config, idempotent: true },
    schema: {
      tags,
      summary: 'Ask for help or another limit, or object to a decision',
      body: contactBody,
      response: { 201: openedTicketSchema },
    },
    async handler(request, reply) {
      const opened = await opening(request, (tx, userId) => contactSupport(context, tx, userId, request.body));
      return reply.code(201).send(opened);
    },
  });

  app.get('/api/me/requests', {
    config,
    schema: { tags, summary: 'Own requests', querystring: ownTicketsQuery, response: { 200: ownTicketList } },
    handler: (request) => listOwnTickets(context, memberOf(request).userId, request.query),
  });

  app.get('/api/me/requests/:id', {
    config,
    schema: {
      tags,
      summary: 'One own request, with what was said',
      params: idParams,
      response: { 200: ownTicketDetailSchema },
    },
    handler: (request) => showOwn(request.params.id, memberOf(request).userId),
  });

  app.post('/api/me/requests/:id/reply', {
    config,
    schema: {
      tags,
      summary: 'Answer what was asked',
      params: idParams,
      body: ticketTextBody,
      response: { 200: ownTicketDetailSchema },
    },
    handler: (request) =>
      changing(request, request.params.id, (tx, userId) =>
        replyToTicket(context, tx, userId, request.params.id, request.body.message),
      ),
  });

  app.post('/api/me/requests/:id/withdraw', {
    config,
    schema: { tags, summary: 'Take a request back', params: idParams, response: { 200: ownTicketDetailSchema } },
    handler: (request) =>
      changing(request, request.params.id, (tx, userId) => withdrawTicket(context, tx, userId, request.params.id)),
  });

  async function opening(
    request: FastifyRequest,
    work: (tx: Tx, userId: string) => Promise<OpenedTicket>,
  ): Promise<OpenedTicket> {
    const { userId } = memberOf(request);
    const opened = await withFreeNumber(() => idempotent(context, request, (tx) => work(tx, userId)));
    await tellTicket(context, opened.id, userId);
    return opened;
  }

  async function changing(
    request: FastifyRequest,
    id: string,
    work: (tx: Tx, userId: string) => Promise<void>,
  ): Promise<OwnTicketDetail> {
    const { userId } = memberOf(request);
    await db.tx((tx) => work(tx, userId));
    const detail = await showOwn(id, userId);
    await tellTicket(context, detail.ticket.id, userId);
    return detail;
  }

  async function showOwn(id: string, userId: string): Promise<OwnTicketDetail> {
    const row = await requireTicket(db, id, userId);
    return { ticket: toOwnTicket(row, clock.now()), history: await historyOf(db, row.id, true) };
  }
}

const MOST_ATTEMPTS = 10;

/** On an engine with several writers two tickets may want one number in the same moment: then the later takes the next. */
async function withFreeNumber<T>(work: () => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await work();
    } catch (error) {
      if (attempt === MOST_ATTEMPTS || databaseErrorKind(error) !== 'unique') throw error;
    }
  }
}
