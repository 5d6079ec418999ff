/** `/api/me/keys`: personal keys, for scripts and editors. */
import { and, eq, isNull } from 'drizzle-orm';
import type { FastifyRequest } from 'fastify';
import { memberOf } from '../api/access.ts';
import type { ApiApp } from '../api/api-app.ts';
import { pageOf } from '../api/paging.ts';
import type { GatewayContext } from '../context.ts';
import { idParams, listQuery, nothing } from '../contract/common.ts';
import { createdOwnKeySchema, type OwnKey, ownKeyBody, ownKeyList, ownKeySchema } from '../contract/portal.ts';
import type { Queries } from '../db/database.ts';
import { findKey, type KeyRow } from '../keys/queries.ts';
import { toKey } from '../keys/rows.ts';
import { createKey, keyNotFound, revokeKey, updateKey } from '../keys/service.ts';
import { ApiError } from '../ops/api-error.ts';

const tags = ['Portal'];
const config = { access: 'user' } as const;
/** More than anybody has programs. */
const MOST_KEYS = 20;

export async function registerOwnKeyRoutes(app: ApiApp, context: GatewayContext): Promise<void> {
  const { db } = context;

  app.get('/api/me/keys', {
    config,
    schema: {
      tags,
      summary: 'Own personal keys in use',
      querystring: listQuery.omit({ search: true, sort: true }),
      response: { 200: ownKeyList },
    },
    async handler(request) {
      const { keys } = db.tables;
      const page = pageOf(request.query, {
        fields: { createdAt: keys.createdAt },
        id: keys.id,
        fallback: '-createdAt',
      });
      const matches = and(eq(keys.userId, memberOf(request).userId), isNull(keys.revokedAt));
      const rows = await db
        .select({ row: keys, ...page.keys })
        .from(keys)
        .where(and(matches, page.after))
        .orderBy(...page.orderBy)
        .limit(page.limit);
      return page.finish(rows, await db.$count(keys, matches), ({ row }) => toOwnKey(row));
    },
  });

  app.post('/api/me/keys', {
    config,
    schema: { tags, summary: 'Make a personal key', body: ownKeyBody, response: { 201: createdOwnKeySchema } },
    async handler(request, reply) {
      const userId = userOf(request);
      const created = await db.tx(async (tx) => {
        const { keys } = tx.tables;
        if ((await tx.$count(keys, and(eq(keys.userId, userId), isNull(keys.revokedAt)))) >= MOST_KEYS) {
          throw new ApiError(409, 'too_many_keys', `You have ${MOST_KEYS} keys. Revoke one that you no longer use.`);
        }
        const input = {
          kind: 'personal',
          name: request.body.name,
          userId,
          headers: null,
          newUsersPerHour: null,
          unnamedUserId: null,
        } as const;
        const { id, secret } = await createKey(context, tx, input, { kind: 'user', id: userId });
        return { key: toOwnKey(await requireOwn(tx, id, userId)), secret };
      });
      await context.events.emit({ kind: 'keys_changed' });
      return reply.code(201).send(created);
    },
  });

  app.put('/api/me/keys/:id', {
    config,
    schema: {
      tags,
      summary: 'Rename a personal key',
      params: idParams,
      body: ownKeyBody,
      response: { 200: ownKeySchema },
    },
    async handler(request) {
      const userId = userOf(request);
      const { id } = request.params;
      return db.tx(async (tx) => {
        await requireOwn(tx, id, userId);
        await updateKey(context, tx, id, { name: request.body.name }, { kind: 'user', id: userId });
        return toOwnKey(await requireOwn(tx, id, userId));
      });
    },
  });

  app.delete('/api/me/keys/:id', {
    config,
    schema: { tags, summary: 'Revoke a personal key, for good', params: idParams, response: { 204: nothing } },
    async handler(request, reply) {
      const userId = userOf(request);
      const { id } = request.params;
      await db.tx(async (tx) => {
        await requireOwn(tx, id, userId);
        await revokeKey(context, tx, id, null, { kind: 'user', id: userId });
      });
      await context.events.emit({ kind: 'keys_changed' });
      return reply.code(204).send(null);
    },
  });
}

/** A key must not make others, or outlive its own loss by them: this needs a session. */
function userOf(request: FastifyRequest): string {
  const { userId, sessionId } = memberOf(request);
  if (sessionId === null) throw new ApiError(403, 'session_required', 'A key may not do this. Sign in to the portal.');
  return userId;
}

/** @throws ApiError 404, also when it is somebody else's */
async function requireOwn(db: Queries, id: string, userId: string): Promise<KeyRow> {
  const row = await findKey(db, id);
  if (!row || row.userId !== userId) throw keyNotFound();
  return row;
}

function toOwnKey(row: KeyRow): OwnKey {
  const { id, name, masked, createdAt, lastUsedAt, revokedAt } = toKey(row);
  return { id, name, masked, createdAt, lastUsedAt, revokedAt };
}
