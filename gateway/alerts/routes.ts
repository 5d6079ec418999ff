/** `/api/admin/alerts`. */
import { and, eq, isNull, sql } from 'drizzle-orm';
import { actorOf, operatorOf } from '../api/access.ts';
import type { ApiApp } from '../api/api-app.ts';
import { idempotent } from '../api/idempotency.ts';
import type { GatewayContext } from '../context.ts';
import { alertCountsSchema, alertList, alertSchema, alertsQuery } from '../contract/alerts.ts';
import { idParams } from '../contract/common.ts';
import { ApiError } from '../ops/api-error.ts';
import { countAlerts, findAlert, listAlerts } from './lists.ts';
import { reopenAlert } from './reopen.ts';

const tags = ['Alerts'];

export async function registerAlertRoutes(app: ApiApp, context: GatewayContext): Promise<void> {
  app.get('/api/admin/alerts', {
    config: { access: 'viewer' },
    schema: { tags, summary: 'List alerts', querystring: alertsQuery, response: { 200: alertList } },
    handler: ({ query }) => listAlerts(context, query),
  });

  app.get('/api/admin/alerts/counts', {
    config: { access: 'viewer' },
    schema: { tags, summary: 'How many alerts are open', response: { 200: alertCountsSchema } },
    handler: () => countAlerts(context),
  });

  app.post('/api/admin/alerts/:id/resolve', {
    config: { access: 'admin', idempotent: true },
    schema: {
      tags,
      summary: 'Resolve an alert',
      description: 'It is not raised again for the same cause, until the cause has gone and come back.',
      params: idParams,
      response: { 200: alertSchema },
    },
    async handler(request) {
      const { id } = request.params;
      const alert = await idempotent(context, request, async (tx) => {
        const { alerts } = tx.tables;
        const resolved = await tx
          .update(alerts)
          .set({
            resolvedAt: context.clock.now(),
            resolvedBy: operatorOf(request).id,
            // Unusual use has no end that somebody could see: the user's next one is told of by its own weight.
            dedupeKey: sql`case when ${alerts.kind} = 'anomaly' then ${alerts.dedupeKey} || '#' || ${alerts.id} else ${alerts.dedupeKey} end`,
          })
          .where(and(eq(alerts.id, id), isNull(alerts.resolvedAt)))
          .returning({ kind: alerts.kind });
        const found = await findAlert(tx, id, context.clock.now());
        if (!found) throw new ApiError(404, 'alert_not_found', 'There is no alert with this id.');
        if (resolved.length > 0) {
          await context.audit.write(tx, {
            actor: actorOf(request),
            action: 'alert.resolved',
            target: { kind: 'alert', id },
            details: { kind: found.kind, userId: found.user?.id ?? null },
          });
        }
        return found;
      });
      await context.events.emit({ kind: 'alert_resolved', alertId: id });
      return alert;
    },
  });

  app.post('/api/admin/alerts/:id/reopen', {
    config: { access: 'admin', idempotent: true },
    schema: {
      tags,
      summary: 'Take back that an alert was resolved',
      description: 'Of alerts that an operator resolved, as long as their cause lasts and was not told of anew.',
      params: idParams,
      response: { 200: alertSchema },
    },
    async handler(request) {
      const { id } = request.params;
      const alert = await idempotent(context, request, (tx) => reopenAlert(context, tx, id, actorOf(request)));
      await context.events.emit({ kind: 'alert_raised', alertId: id });
      return alert;
    },
  });
}
