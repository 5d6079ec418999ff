/** Moves: tokens, status, use of the period; for one user, or for many at once. Each takes an `Idempotency-Key`. */
import type { FastifyRequest } from 'fastify';
import type { z } from 'zod';
import type { ApiApp } from '../api/api-app.ts';
import { idempotent, idempotentPlan, idempotentSteps } from '../api/idempotency.ts';
import type { GatewayContext } from '../context.ts';
import { idParams } from '../contract/common.ts';
import {
  bulkAnswer,
  bulkBody,
  type MoveTokens,
  moveTokensBody,
  optionalReasonBody,
  resetUsageBody,
  suspendBody,
  type User,
  undoBulkBody,
  userSchema,
} from '../contract/users.ts';
import { answerBulk, commitBulk, planCommit, previewBulk } from './bulk.ts';
import { planUndo, undoBulk } from './bulk-undo.ts';
import { requireReason } from './checks.ts';
import {
  endOfSuspension,
  moveTokens,
  recordMove,
  recordReset,
  resetUsage,
  type StatusChange,
  setStatus,
  tellOfMove,
} from './moves.ts';
import { changerOf, requireShown } from './user-routes.ts';

const tags = ['Users'];
const config = { access: 'admin' } as const;
const commits = ({ body }: FastifyRequest) => !(body as z.output<typeof bulkBody>).preview;

export async function registerUserMoveRoutes(app: ApiApp, context: GatewayContext): Promise<void> {
  app.post('/api/admin/users/:id/tokens', {
    config: { ...config, idempotent: true },
    schema: {
      tags,
      summary: 'Add or take credits',
      params: idParams,
      body: moveTokensBody,
      response: { 200: userSchema },
    },
    handler: (request) => handleMove(context, request, request.params.id, request.body),
  });

  app.post('/api/admin/users/:id/reset-usage', {
    config: { ...config, dangerous: true, idempotent: true },
    schema: {
      tags,
      summary: 'Set the use of this period back to zero',
      params: idParams,
      body: resetUsageBody,
      response: { 200: userSchema },
    },
    async handler(request) {
      const { id } = request.params;
      const { reason } = request.body;
      const by = changerOf(request);
      return changed(
        context,
        await idempotentSteps(context, request, {
          apply: async (operationId) => {
            await resetUsage(context, id, reason, by, operationId);
            return operationId;
          },
          record: async (tx, operationId) => {
            await recordReset(context, tx, id, reason, by, operationId);
            return requireShown(context, tx, id);
          },
        }),
      );
    },
  });

  app.post('/api/admin/users/:id/suspend', {
    config: { ...config, dangerous: true, idempotent: true },
    schema: {
      tags,
      summary: 'Suspend a user, for good or until a time',
      params: idParams,
      body: suspendBody,
      response: { 200: userSchema },
    },
    handler: (request) =>
      handleStatus(context, request, {
        userId: request.params.id,
        status: 'suspended',
        reason: request.body.reason,
        until: endOfSuspension(context, request.body.until),
      }),
  });

  for (const { path, status, summary, ...dangers } of STATUS_MOVES) {
    app.post(`/api/admin/users/:id/${path}`, {
      config: { ...config, ...dangers, idempotent: true },
      schema: { tags, summary, params: idParams, body: optionalReasonBody, response: { 200: userSchema } },
      handler: (request) =>
        handleStatus(context, request, {
          userId: request.params.id,
          status,
          reason: request.body?.reason ?? null,
          until: null,
        }),
    });
  }

  app.post('/api/admin/users/bulk', {
    config: { ...config, dangerous: commits, idempotent: true },
    schema: {
      tags,
      summary: 'Change many users at once',
      description:
        'With `preview: true` nothing is written. Send the same without it to commit, with the `selection` of the ' +
        'preview: then it is refused when other users or values match by now.',
      body: bulkBody,
      response: { 200: bulkAnswer },
    },
    async handler(request) {
      const { body } = request;
      if (body.preview) return answerBulk(context, await previewBulk(context, body));
      const by = changerOf(request);
      const reason = requireReason(body.reason, 'these users change');
      const outcome = await idempotentPlan(context, request, {
        plan: () => planCommit(context, body),
        apply: (operationId, plan) => commitBulk(context, body.action, plan, { reason, by, operationId }),
      });
      return answerBulk(context, outcome);
    },
  });

  app.post('/api/admin/users/bulk/undo', {
    config: { ...config, dangerous: true, idempotent: true },
    schema: {
      tags,
      summary: 'Take a change of many users back',
      description: 'Each user becomes what they were before; moves of tokens are compensated by adjustments.',
      body: undoBulkBody,
      response: { 200: bulkAnswer },
    },
    async handler(request) {
      const { body } = request;
      const by = changerOf(request);
      const outcome = await idempotentPlan(context, request, {
        plan: () => planUndo(context, body),
        apply: (operationId, plan) => undoBulk(context, plan, { reason: body.reason, by, operationId }),
      });
      return answerBulk(context, outcome);
    },
  });
}

const STATUS_MOVES = [
  { path: 'activate', status: 'active', summary: 'Let a user in again' },
  { path: 'block', status: 'blocked', summary: 'Block a user', dangerous: true },
] as const;

/** Adds or takes credits, once per `Idempotency-Key`. @returns the user as it is then */
export async function handleMove(
  context: GatewayContext,
  request: FastifyRequest,
  userId: string,
  body: MoveTokens,
): Promise<User> {
  const by = changerOf(request);
  const move = { userId, ...body };
  return changed(
    context,
    await idempotentSteps(context, request, {
      apply: async (operationId) => {
        await moveTokens(context, move, by, operationId);
        return operationId;
      },
      record: async (tx, operationId) => {
        await recordMove(context, tx, move, by, operationId);
        await tellOfMove(context, tx, move, operationId);
        return requireShown(context, tx, userId);
      },
    }),
  );
}

async function handleStatus(context: GatewayContext, request: FastifyRequest, change: StatusChange): Promise<User> {
  const by = changerOf(request);
  return changed(
    context,
    await idempotent(context, request, async (tx) => {
      await setStatus(context, tx, change, by);
      return requireShown(context, tx, change.userId);
    }),
  );
}

async function changed(context: GatewayContext, user: User): Promise<User> {
  await context.events.emit({ kind: 'user_changed', userId: user.id });
  return user;
}
