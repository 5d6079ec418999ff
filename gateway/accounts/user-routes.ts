/** `/api/admin/users`: list, details, make, edit, delete, export. */
import { Readable } from 'node:stream';
import type { FastifyRequest } from 'fastify';
import { z } from 'zod';
import { actorOf, operatorOf } from '../api/access.ts';
import type { ApiApp } from '../api/api-app.ts';
import { idempotent, idempotentSteps } from '../api/idempotency.ts';
import { sendRaw } from '../api/send-raw.ts';
import type { GatewayContext } from '../context.ts';
import { idParams, nothing } from '../contract/common.ts';
import { personalDataSchema } from '../contract/personal-data.ts';
import { ledgerList, ledgerQuery, usageList, usageQuery } from '../contract/reports.ts';
import {
  createUserBody,
  reason,
  type User,
  updateUserBody,
  userList,
  userProfileSchema,
  userSchema,
  userStatsSchema,
  usersQuery,
} from '../contract/users.ts';
import type { Queries } from '../db/database.ts';
import { ApiError } from '../ops/api-error.ts';
import { listLedger, listUsage } from '../reports/lists.ts';
import { userStats } from '../reports/user-stats.ts';
import { createUser, recordCreation, updateUser } from './changes.ts';
import { asEmailTaken, type Changer } from './checks.ts';
import { deleteUser } from './erase.ts';
import { exportUser } from './export.ts';
import { findUser, findUserProfile, listUsers, outlookOf } from './queries.ts';

const tags = ['Users'];
const read = { access: 'viewer' } as const;
const write = { access: 'admin' } as const;

export async function registerUserRoutes(app: ApiApp, context: GatewayContext): Promise<void> {
  app.get('/api/admin/users', {
    config: read,
    preValidation: plainQueryNames,
    schema: { tags, summary: 'List users', querystring: usersQuery, response: { 200: userList } },
    handler: ({ query }) => listUsers(context, query),
  });

  app.post('/api/admin/users', {
    config: { ...write, idempotent: true },
    schema: { tags, summary: 'Make a user', body: createUserBody, response: { 201: userSchema } },
    async handler(request, reply) {
      const { body } = request;
      const by = changerOf(request);
      const user = await idempotentSteps(context, request, {
        apply: async (operationId) => ({ operationId, userId: await createUser(context, body, by, operationId) }),
        record: async (tx, { operationId, userId }) => {
          await recordCreation(context, tx, userId, body, by, operationId);
          return requireShown(context, tx, userId);
        },
      });
      await context.events.emit({ kind: 'user_changed', userId: user.id });
      return reply.code(201).send(user);
    },
  });

  app.get('/api/admin/users/:id', {
    config: read,
    schema: { tags, summary: 'One user', params: idParams, response: { 200: userSchema } },
    handler: ({ params }) => requireShown(context, context.db, params.id),
  });

  app.put('/api/admin/users/:id', {
    config: { ...write, idempotent: true },
    schema: { tags, summary: 'Edit a user', params: idParams, body: updateUserBody, response: { 200: userSchema } },
    async handler(request) {
      const { id } = request.params;
      const by = changerOf(request);
      const user = await idempotent(context, request, async (tx) => {
        await updateUser(context, tx, id, request.body, by);
        return requireShown(context, tx, id);
      }).catch(asEmailTaken);
      await context.events.emit({ kind: 'user_changed', userId: id });
      return user;
    },
  });

  app.delete('/api/admin/users/:id', {
    config: { ...write, dangerous: true },
    schema: {
      tags,
      summary: 'Delete a user',
      description: 'Open requests are cut and settled, personal data is erased, the numbers stay under the id.',
      params: idParams,
      querystring: z.object({ reason: reason.optional() }),
      response: { 204: nothing },
    },
    async handler(request, reply) {
      await deleteUser(context, request.params.id, request.query.reason ?? null, changerOf(request));
      return reply.code(204).send(null);
    },
  });

  app.get('/api/admin/users/:id/profile', {
    config: read,
    schema: {
      tags,
      summary: 'What is known of a user beside the numbers',
      params: idParams,
      response: { 200: userProfileSchema },
    },
    async handler({ params }) {
      const profile = await findUserProfile(context.db, params.id, context.clock.now());
      if (!profile) throw unknownUser();
      return profile;
    },
  });

  app.get('/api/admin/users/:id/stats', {
    config: read,
    schema: { tags, summary: 'Use and pace of a user', params: idParams, response: { 200: userStatsSchema } },
    handler: ({ params }) => userStats(context, params.id),
  });

  app.get('/api/admin/users/:id/usage', {
    config: read,
    schema: {
      tags,
      summary: 'Usage records of a user',
      params: idParams,
      querystring: usageQuery.omit({ user: true }),
      response: { 200: usageList },
    },
    async handler({ params, query }) {
      await requireShown(context, context.db, params.id);
      return listUsage(context, { ...query, user: params.id });
    },
  });

  app.get('/api/admin/users/:id/ledger', {
    config: read,
    schema: {
      tags,
      summary: 'Ledger of a user',
      params: idParams,
      querystring: ledgerQuery.omit({ user: true }),
      response: { 200: ledgerList },
    },
    async handler({ params, query }) {
      await requireShown(context, context.db, params.id);
      return listLedger(context, { ...query, user: params.id });
    },
  });

  app.get('/api/admin/users/:id/export', {
    config: write,
    schema: {
      tags,
      summary: 'All that is kept about a user',
      params: idParams,
      response: { 200: { description: 'The data', content: { 'application/json': { schema: personalDataSchema } } } },
    },
    async handler(request, reply) {
      const { id } = request.params;
      await requireShown(context, context.db, id);
      await context.db.tx((tx) =>
        context.audit.write(tx, {
          actor: actorOf(request),
          action: 'user.exported',
          target: { kind: 'user', id },
        }),
      );
      reply.header('content-disposition', `attachment; filename="${id}.json"`);
      return sendRaw(reply, 'application/json; charset=utf-8', Readable.from(exportUser(context, id)));
    },
  });
}

/** Who the request's change is by. */
export function changerOf(request: FastifyRequest): Changer {
  return { actor: actorOf(request), operatorId: operatorOf(request).id };
}

/** The user as the API shows it. @throws ApiError 404 */
export async function requireShown(context: GatewayContext, db: Queries, id: string): Promise<User> {
  const user = await findUser(db, outlookOf(context), id);
  if (!user) throw unknownUser();
  return user;
}

function unknownUser(): ApiError {
  return new ApiError(404, 'user_not_found', 'There is no user with this id.');
}

/** Many clients write lists as `status[]=…`. */
export async function plainQueryNames(request: FastifyRequest): Promise<void> {
  const query = request.query as Record<string, unknown>;
  for (const [name, value] of Object.entries(query)) {
    if (!name.endsWith('[]')) continue;
    delete query[name];
    query[name.slice(0, -2)] ??= value;
  }
}
