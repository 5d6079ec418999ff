/** `/api/admin/keys`. A secret is in the answer that makes the key, and in no other. */
import { z } from 'zod';
import { actorOf } from '../api/access.ts';
import type { ApiApp } from '../api/api-app.ts';
import { idempotent } from '../api/idempotency.ts';
import type { GatewayContext } from '../context.ts';
import { idParams, nothing } from '../contract/common.ts';
import {
  createdKeySchema,
  createKeyBody,
  type Key,
  keyList,
  keySchema,
  keysQuery,
  updateKeyBody,
} from '../contract/keys.ts';
import { reason } from '../contract/users.ts';
import type { Queries } from '../db/database.ts';
import { findKey, listKeys } from './queries.ts';
import { toKey } from './rows.ts';
import { createKey, keyNotFound, revokeKey, updateKey } from './service.ts';

const tags = ['Keys'];
const config = { access: 'admin' } as const;

export async function registerKeyRoutes(app: ApiApp, context: GatewayContext): Promise<void> {
  const { db, events } = context;

  app.get('/api/admin/keys', {
    config,
    schema: { tags, summary: 'List keys', querystring: keysQuery, response: { 200: keyList } },
    handler: ({ query }) => listKeys(db, query),
  });

  app.post('/api/admin/keys', {
    config,
    schema: {
      tags,
      summary: 'Make a service key or a personal key',
      description: 'No `Idempotency-Key` here: the answer holds a secret, and no answer with a secret is stored.',
      body: createKeyBody,
      response: { 201: createdKeySchema },
    },
    async handler(request, reply) {
      const answer = await db.tx(async (tx) => {
        const { id, secret } = await createKey(context, tx, request.body, actorOf(request));
        return { key: await requireKey(tx, id), secret };
      });
      await events.emit({ kind: 'keys_changed' });
      return reply.code(201).header('cache-control', 'no-store').send(answer);
    },
  });

  app.get('/api/admin/keys/:id', {
    config,
    schema: { tags, summary: 'One key', params: idParams, response: { 200: keySchema } },
    handler: ({ params }) => requireKey(db, params.id),
  });

  app.put('/api/admin/keys/:id', {
    config: { ...config, idempotent: true },
    schema: { tags, summary: 'Edit a key', params: idParams, body: updateKeyBody, response: { 200: keySchema } },
    async handler(request) {
      const { id } = request.params;
      const key = await idempotent(context, request, async (tx) => {
        await updateKey(context, tx, id, request.body, actorOf(request));
        return requireKey(tx, id);
      });
      await events.emit({ kind: 'keys_changed' });
      return key;
    },
  });

  app.delete('/api/admin/keys/:id', {
    config: { ...config, dangerous: true },
    schema: {
      tags,
      summary: 'Revoke a key',
      description: 'It stays in the list, so that what it did can be told.',
      params: idParams,
      querystring: z.object({ reason: reason.optional() }),
      response: { 204: nothing },
    },
    async handler(request, reply) {
      const { params, query } = request;
      await db.tx((tx) => revokeKey(context, tx, params.id, query.reason ?? null, actorOf(request)));
      await events.emit({ kind: 'keys_changed' });
      return reply.code(204).send(null);
    },
  });
}

async function requireKey(db: Queries, id: string): Promise<Key> {
  const row = await findKey(db, id);
  if (!row) throw keyNotFound();
  return toKey(row);
}
