/** `/api/admin/tokens`: API tokens for operators' own scripts. Owners see and revoke everybody's. */
import { and, eq, isNull, sql } from 'drizzle-orm';
import type { FastifyRequest } from 'fastify';
import { actorOf, operatorOf, sessionOf } from '../api/access.ts';
import type { ApiApp } from '../api/api-app.ts';
import { containsWords, pageOf } from '../api/paging.ts';
import type { GatewayContext } from '../context.ts';
import { idParams, listQuery, nothing } from '../contract/common.ts';
import { newTokenSchema, type Token, tokenInput, tokenList } from '../contract/operators.ts';
import type { Tables } from '../db/database.ts';
import { newId } from '../db/ids.ts';
import { newOperatorToken } from '../keys/key-hash.ts';
import { ApiError } from '../ops/api-error.ts';
import { roleAtLeast } from './roles.ts';

const tags = ['API tokens'];

export async function registerTokenRoutes(app: ApiApp, context: GatewayContext): Promise<void> {
  const { db, clock, audit } = context;
  const ofItsOperator = eq(db.tables.operators.id, db.tables.apiTokens.operatorId);
  const ownerName = sql<string>`coalesce(nullif(${db.tables.operators.name}, ''), ${db.tables.operators.email})`;

  app.get('/api/admin/tokens', {
    config: { access: 'viewer' },
    schema: { tags, summary: 'List API tokens', querystring: listQuery, response: { 200: tokenList } },
    async handler(request) {
      const { query } = request;
      const { apiTokens, operators } = db.tables;
      const { id, name, createdAt, lastUsedAt, expiresAt } = apiTokens;
      const page = pageOf(query, { fields: { name, createdAt, lastUsedAt, expiresAt }, id, fallback: '-createdAt' });
      const filter = and(
        isNull(apiTokens.revokedAt),
        visibleTo(request),
        query.search ? containsWords([name, operators.name, operators.email], query.search) : undefined,
      );
      const rows = await db
        .select({ row: apiTokens, operator: ownerName, ...page.keys })
        .from(apiTokens)
        .innerJoin(operators, ofItsOperator)
        .where(and(filter, page.after))
        .orderBy(...page.orderBy)
        .limit(page.limit);
      const [all] = await db
        .select({ count: sql<number>`count(*)`.mapWith(Number) })
        .from(apiTokens)
        .innerJoin(operators, ofItsOperator)
        .where(filter);
      return page.finish(rows, all?.count ?? 0, ({ row, operator }) => toToken(row, operator));
    },
  });

  app.post('/api/admin/tokens', {
    config: { access: 'viewer' },
    schema: {
      tags,
      summary: 'Make an API token; it is shown this once',
      body: tokenInput,
      response: { 201: newTokenSchema },
    },
    async handler(request, reply) {
      sessionOf(request);
      const operator = operatorOf(request);
      const { name, role, expiresAt } = request.body;
      const now = clock.now();
      if (!roleAtLeast(operator.role, role)) {
        throw new ApiError(403, 'forbidden', `A token may have at most your own role, ${operator.role}.`, 'role', {
          rule: 'above_own_role',
        });
      }
      if (expiresAt !== null && expiresAt <= now) {
        throw new ApiError(400, 'invalid_input', 'expiresAt must be in the future.', 'expiresAt', {
          rule: 'in_the_future',
        });
      }
      const { secret, hash, hint } = newOperatorToken();
      const id = newId('tok', now);
      const row = await db.tx(async (tx) => {
        const [made] = await tx
          .insert(tx.tables.apiTokens)
          .values({ id, operatorId: operator.id, name, hash, hint, role, expiresAt, createdAt: now })
          .returning();
        await audit.write(tx, {
          actor: actorOf(request),
          action: 'token.created',
          target: { kind: 'token', id },
          details: { operatorId: operator.id, role, expiresAt },
        });
        return made;
      });
      if (!row) throw new Error('The token was not inserted');
      const { operators } = db.tables;
      const [owner] = await db.select({ name: ownerName }).from(operators).where(eq(operators.id, operator.id));
      return reply.code(201).send({ ...toToken(row, owner?.name ?? ''), token: secret });
    },
  });

  app.delete('/api/admin/tokens/:id', {
    config: { access: 'viewer', dangerous: true },
    schema: { tags, summary: 'Revoke an API token', params: idParams, response: { 204: nothing } },
    async handler(request, reply) {
      const { id } = request.params;
      const { apiTokens } = db.tables;
      const operatorId = await db.tx(async (tx) => {
        const [revoked] = await tx
          .update(apiTokens)
          .set({ revokedAt: clock.now() })
          .where(and(eq(apiTokens.id, id), isNull(apiTokens.revokedAt), visibleTo(request)))
          .returning({ operatorId: apiTokens.operatorId });
        if (!revoked) throw new ApiError(404, 'not_found', 'There is no such token of yours.');
        await audit.write(tx, {
          actor: actorOf(request),
          action: 'token.revoked',
          target: { kind: 'token', id },
          details: { operatorId: revoked.operatorId },
        });
        return revoked.operatorId;
      });
      await context.events.emit({ kind: 'operator_changed', operatorId });
      return reply.code(204).send(null);
    },
  });

  function visibleTo(request: FastifyRequest) {
    const { id, role } = operatorOf(request);
    return role === 'owner' ? undefined : eq(db.tables.apiTokens.operatorId, id);
  }
}

function toToken(row: Tables['apiTokens']['$inferSelect'], operator: string): Token {
  const { id, operatorId, name, hint, role, expiresAt, createdAt, lastUsedAt } = row;
  return { id, operatorId, operator, name, hint, role, expiresAt, createdAt, lastUsedAt };
}
