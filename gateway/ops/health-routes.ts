/** `/health`, `/health/detailed` and `/metrics`: for load balancers and monitoring. */
import { z } from 'zod';
import type { ApiApp } from '../api/api-app.ts';
import { sendRaw } from '../api/send-raw.ts';
import type { GatewayContext } from '../context.ts';
import { healthSchema, livenessSchema } from '../contract/health.ts';
import { createHealthChecker } from './health.ts';
import { upstreamFigures, userFigures } from './metrics-queries.ts';

const tags = ['Monitoring'];

export async function registerHealthRoutes(app: ApiApp, context: GatewayContext): Promise<void> {
  const { metrics, version } = context;
  const health = createHealthChecker(context);
  app.addHook('onClose', async () => health.stop());

  for (const path of ['/health', '/v1/health']) {
    app.get(path, {
      config: { access: 'public', unlimited: true, anyHost: true },
      schema: { tags, summary: 'Whether the gateway runs', response: { 200: livenessSchema } },
      handler: async () => ({ status: 'ok', service: 'ia-solaris', version }) as const,
    });
  }

  app.get('/health/detailed', {
    config: { access: 'monitor' },
    schema: { tags, summary: 'How the gateway is, part by part', response: { 200: healthSchema, 503: healthSchema } },
    async handler(_request, reply) {
      const report = await health.check();
      return reply.code(report.status === 'unhealthy' ? 503 : 200).send(report);
    },
  });

  app.get('/metrics', {
    config: { access: 'monitor' },
    schema: {
      tags,
      summary: 'Metrics for Prometheus',
      response: { 200: { description: 'Text exposition format', content: { 'text/plain': { schema: z.string() } } } },
    },
    async handler(_request, reply) {
      const period = context.calendar().period(context.clock.now()).id;
      const users = await userFigures(context.db, period);
      const text = await metrics.render(users, await upstreamFigures(context.db, context.upstreamHealth));
      return sendRaw(reply, metrics.contentType, text);
    },
  });
}
