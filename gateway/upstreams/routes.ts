/** `/api/admin/upstreams`. */
import { actorOf } from '../api/access.ts';
import type { ApiApp } from '../api/api-app.ts';
import { idempotent } from '../api/idempotency.ts';
import type { GatewayContext } from '../context.ts';
import { idParams, listQuery, nothing } from '../contract/common.ts';
import {
  createUpstreamBody,
  type Upstream,
  updateUpstreamBody,
  upstreamList,
  upstreamSchema,
  upstreamTestSchema,
} from '../contract/upstreams.ts';
import type { Queries } from '../db/database.ts';
import { findUpstreamRow, listUpstreams, toUpstream } from './queries.ts';
import { createUpstream, deleteUpstream, sealKey, updateUpstream, upstreamNotFound } from './service.ts';
import { testUpstream } from './test-upstream.ts';

const tags = ['Upstreams'];
const config = { access: 'admin' } as const;

export async function registerUpstreamRoutes(app: ApiApp, context: GatewayContext): Promise<void> {
  const { db, events } = context;

  app.get('/api/admin/upstreams', {
    config,
    schema: { tags, summary: 'List upstreams', querystring: listQuery, response: { 200: upstreamList } },
    handler: ({ query }) => listUpstreams(db, context.upstreamHealth, query),
  });

  app.post('/api/admin/upstreams', {
    config: { ...config, idempotent: true },
    schema: { tags, summary: 'Add an upstream', body: createUpstreamBody, response: { 201: upstreamSchema } },
    async handler(request, reply) {
      const sealed = await sealKey(context, request.body.apiKey);
      const upstream = await idempotent(context, request, async (tx) => {
        const id = await createUpstream(context, tx, request.body, sealed, actorOf(request));
        return requireUpstream(context, tx, id);
      });
      await events.emit({ kind: 'upstreams_changed' });
      return reply.code(201).send(upstream);
    },
  });

  app.get('/api/admin/upstreams/:id', {
    config,
    schema: { tags, summary: 'One upstream', params: idParams, response: { 200: upstreamSchema } },
    handler: ({ params }) => requireUpstream(context, db, params.id),
  });

  app.put('/api/admin/upstreams/:id', {
    config: { ...config, idempotent: true },
    schema: {
      tags,
      summary: 'Edit an upstream',
      params: idParams,
      body: updateUpstreamBody,
      response: { 200: upstreamSchema },
    },
    async handler(request) {
      const { id } = request.params;
      const sealed = await sealKey(context, request.body.apiKey);
      const upstream = await idempotent(context, request, async (tx) => {
        await updateUpstream(context, tx, id, request.body, sealed, actorOf(request));
        return requireUpstream(context, tx, id);
      });
      await events.emit({ kind: 'upstreams_changed' });
      return upstream;
    },
  });

  app.delete('/api/admin/upstreams/:id', {
    config: { ...config, dangerous: true },
    schema: { tags, summary: 'Remove an upstream', params: idParams, response: { 204: nothing } },
    async handler(request, reply) {
      await db.tx((tx) => deleteUpstream(context, tx, request.params.id, actorOf(request)));
      await events.emit({ kind: 'upstreams_changed' });
      return reply.code(204).send(null);
    },
  });

  app.post('/api/admin/upstreams/:id/test', {
    config,
    schema: {
      tags,
      summary: 'Call the upstream for its list of models',
      params: idParams,
      response: { 200: upstreamTestSchema },
    },
    async handler({ params }) {
      const row = await findUpstreamRow(db, params.id);
      if (!row) throw upstreamNotFound();
      return testUpstream(context, row);
    },
  });
}

async function requireUpstream(context: GatewayContext, db: Queries, id: string): Promise<Upstream> {
  const row = await findUpstreamRow(db, id);
  if (!row) throw upstreamNotFound();
  return toUpstream(row, context.upstreamHealth);
}
