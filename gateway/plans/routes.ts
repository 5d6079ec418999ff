/** `/api/admin/plans`. */
import { actorOf } from '../api/access.ts';
import type { ApiApp } from '../api/api-app.ts';
import { idempotent } from '../api/idempotency.ts';
import type { GatewayContext } from '../context.ts';
import { idParams, listQuery, nothing } from '../contract/common.ts';
import { createPlanBody, type Plan, planList, planSchema, updatePlanBody } from '../contract/plans.ts';
import type { Queries } from '../db/database.ts';
import { ApiError } from '../ops/api-error.ts';
import { findPlan, listPlans } from './queries.ts';
import { createPlan, deletePlan, updatePlan } from './service.ts';

const tags = ['Plans'];
const read = { access: 'viewer' } as const;
const write = { access: 'admin' } as const;

export async function registerPlanRoutes(app: ApiApp, context: GatewayContext): Promise<void> {
  const { db, events } = context;

  async function requirePlan(handle: Queries, id: string): Promise<Plan> {
    const plan = await findPlan(context, handle, id);
    if (!plan) throw new ApiError(404, 'plan_not_found', 'There is no plan with this id.');
    return plan;
  }

  app.get('/api/admin/plans', {
    config: read,
    schema: { tags, summary: 'List plans', querystring: listQuery, response: { 200: planList } },
    handler: ({ query }) => listPlans(context, query),
  });

  app.post('/api/admin/plans', {
    config: { ...write, idempotent: true },
    schema: { tags, summary: 'Make a plan', body: createPlanBody, response: { 201: planSchema } },
    async handler(request, reply) {
      const { body } = request;
      const plan = await idempotent(context, request, async (tx) => {
        await createPlan(context, tx, body, actorOf(request));
        return requirePlan(tx, body.id);
      });
      await events.emit({ kind: 'plans_changed' });
      return reply.code(201).send(plan);
    },
  });

  app.get('/api/admin/plans/:id', {
    config: read,
    schema: { tags, summary: 'One plan', params: idParams, response: { 200: planSchema } },
    handler: ({ params }) => requirePlan(db, params.id),
  });

  app.put('/api/admin/plans/:id', {
    config: { ...write, idempotent: true },
    schema: { tags, summary: 'Edit a plan', params: idParams, body: updatePlanBody, response: { 200: planSchema } },
    async handler(request) {
      const { id } = request.params;
      const plan = await idempotent(context, request, async (tx) => {
        await updatePlan(context, tx, id, request.body, actorOf(request));
        return requirePlan(tx, id);
      });
      await events.emit({ kind: 'plans_changed' });
      return plan;
    },
  });

  app.delete('/api/admin/plans/:id', {
    config: { ...write, dangerous: true },
    schema: { tags, summary: 'Remove a plan that nobody has', params: idParams, response: { 204: nothing } },
    async handler(request, reply) {
      await db.tx((tx) => deletePlan(context, tx, request.params.id, actorOf(request)));
      await events.emit({ kind: 'plans_changed' });
      return reply.code(204).send(null);
    },
  });
}
