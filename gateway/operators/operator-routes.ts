/** `/api/admin/operators`: who may use the console. Owners only. */
import { and, sql } from 'drizzle-orm';
import type { FastifyRequest } from 'fastify';
import { actorOf, sessionOf } from '../api/access.ts';
import type { ApiApp } from '../api/api-app.ts';
import { containsWords, pageOf } from '../api/paging.ts';
import type { GatewayContext } from '../context.ts';
import { idParams, nothing } from '../contract/common.ts';
import {
  type OperatorChanges,
  operatorChanges,
  operatorInput,
  operatorList,
  operatorQuery,
  operatorSchema,
} from '../contract/operators.ts';
import { ApiError } from '../ops/api-error.ts';
import { findOperator, toOperator } from './queries.ts';
import { changeOperator, createOperator, deleteOperator, endOperatorSessions, resetTotp } from './service.ts';

const tags = ['Operators'];
const config = { access: 'owner' } as const;
/** A new password and disabling end all sessions of the operator. */
const locksOut = ({ body }: FastifyRequest) => {
  const { disabled, password } = body as OperatorChanges;
  return disabled === true || password !== undefined;
};

export async function registerOperatorRoutes(app: ApiApp, context: GatewayContext): Promise<void> {
  const { db } = context;

  app.get('/api/admin/operators', {
    config,
    schema: { tags, summary: 'List operators', querystring: operatorQuery, response: { 200: operatorList } },
    async handler({ query }) {
      const { operators } = db.tables;
      const { id, email, name, role, createdAt, lastLoginAt } = operators;
      const page = pageOf(query, { fields: { email, name, role, createdAt, lastLoginAt }, id, fallback: 'email' });
      const filter = query.search ? containsWords([email, name], query.search) : undefined;
      const rows = await db
        .select({ row: operators, ...page.keys })
        .from(operators)
        .where(and(filter, page.after))
        .orderBy(...page.orderBy)
        .limit(page.limit);
      const [all] = await db
        .select({ count: sql<number>`count(*)`.mapWith(Number) })
        .from(operators)
        .where(filter);
      return page.finish(rows, all?.count ?? 0, ({ row }) => toOperator(row));
    },
  });

  app.post('/api/admin/operators', {
    config,
    schema: { tags, summary: 'Make an operator', body: operatorInput, response: { 201: operatorSchema } },
    async handler(request, reply) {
      sessionOf(request);
      const operator = await createOperator(context, actorOf(request), request.body);
      return reply.code(201).send(toOperator(operator));
    },
  });

  app.get('/api/admin/operators/:id', {
    config,
    schema: { tags, summary: 'One operator', params: idParams, response: { 200: operatorSchema } },
    async handler({ params }) {
      const row = await findOperator(db, params.id);
      if (!row) throw new ApiError(404, 'not_found', 'There is no such operator.');
      return toOperator(row);
    },
  });

  app.put('/api/admin/operators/:id', {
    config: { ...config, dangerous: locksOut },
    schema: {
      tags,
      summary: 'Change an operator',
      params: idParams,
      body: operatorChanges,
      response: { 200: operatorSchema },
    },
    async handler(request) {
      sessionOf(request);
      return toOperator(await changeOperator(context, actorOf(request), request.params.id, request.body));
    },
  });

  app.delete('/api/admin/operators/:id', {
    config: { ...config, dangerous: true },
    schema: { tags, summary: 'Remove an operator', params: idParams, response: { 204: nothing } },
    async handler(request, reply) {
      sessionOf(request);
      await deleteOperator(context, actorOf(request), request.params.id);
      return reply.code(204).send(null);
    },
  });

  app.delete('/api/admin/operators/:id/sessions', {
    config: { ...config, dangerous: true },
    schema: { tags, summary: 'End all sessions of an operator', params: idParams, response: { 204: nothing } },
    async handler(request, reply) {
      await endOperatorSessions(context, actorOf(request), request.params.id);
      return reply.code(204).send(null);
    },
  });

  app.delete('/api/admin/operators/:id/totp', {
    config: { ...config, dangerous: true },
    schema: {
      tags,
      summary: 'Turn off the one-time codes of an operator, and end the recovery codes',
      params: idParams,
      response: { 204: nothing },
    },
    async handler(request, reply) {
      sessionOf(request);
      await resetTotp(context, actorOf(request), request.params.id);
      return reply.code(204).send(null);
    },
  });
}
