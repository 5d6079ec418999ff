/** `/api/admin/alerts/:id/revert` and `/false-alarm`: one click takes back what was done about unusual use. */
import type { FastifyRequest } from 'fastify';
import { changerOf } from '../accounts/user-routes.ts';
import { findAlert } from '../alerts/lists.ts';
import { operatorOf } from '../api/access.ts';
import type { ApiApp } from '../api/api-app.ts';
import { idempotent } from '../api/idempotency.ts';
import type { GatewayContext } from '../context.ts';
import { type Alert, alertSchema, falseAlarmBody } from '../contract/alerts.ts';
import { idParams } from '../contract/common.ts';
import type { Tx } from '../db/database.ts';
import { ApiError } from '../ops/api-error.ts';
import { markFalseAlarm, revertAnomaly } from './close.ts';

const tags = ['Alerts'];
const config = { access: 'admin' } as const;

export async function registerAnomalyRoutes(app: ApiApp, context: GatewayContext): Promise<void> {
  app.post('/api/admin/alerts/:id/revert', {
    config: { ...config, idempotent: true },
    schema: {
      tags,
      summary: 'Take back what was done about unusual use',
      description: 'Lifts the rate limit or the suspension that the alert led to, and resolves it.',
      params: idParams,
      response: { 200: alertSchema },
    },
    handler: (request) =>
      change(context, request, request.params.id, (tx, id) =>
        revertAnomaly(context, tx, id, changerOf(request), operatorOf(request).id),
      ),
  });

  app.post('/api/admin/alerts/:id/false-alarm', {
    config: { ...config, idempotent: true },
    schema: {
      tags,
      summary: 'Say that unusual use was a false alarm, or that it was none',
      description: 'A false alarm is also reverted. The same of this user is not told of again for 30 days.',
      params: idParams,
      body: falseAlarmBody,
      response: { 200: alertSchema },
    },
    handler: (request) =>
      change(context, request, request.params.id, (tx, id) =>
        markFalseAlarm(context, tx, id, {
          falseAlarm: request.body?.falseAlarm ?? true,
          by: changerOf(request),
          resolvedBy: operatorOf(request).id,
        }),
      ),
  });
}

async function change(
  context: GatewayContext,
  request: FastifyRequest,
  id: string,
  work: (tx: Tx, id: string) => Promise<void>,
): Promise<Alert> {
  const alert = await idempotent(context, request, async (tx) => {
    await work(tx, id);
    const changed = await findAlert(tx, id, context.clock.now());
    if (!changed) throw new ApiError(404, 'alert_not_found', 'There is no alert with this id.');
    return changed;
  });
  if (alert.user) await context.events.emit({ kind: 'user_changed', userId: alert.user.id });
  await context.events.emit({ kind: 'alert_resolved', alertId: id });
  return alert;
}
