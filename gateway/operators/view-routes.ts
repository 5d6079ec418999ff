/** `/api/admin/views`: filters of lists, kept for the operator who calls, or shared with everybody who signs in. */
import type { FastifyRequest } from 'fastify';
import { actorOf, operatorOf } from '../api/access.ts';
import type { ApiApp } from '../api/api-app.ts';
import type { GatewayContext } from '../context.ts';
import { idParams, nothing } from '../contract/common.ts';
import { type View, viewBody, viewChanges, viewList, viewRestored, viewSchema, viewsQuery } from '../contract/views.ts';
import { changeView, listViews, removeView, restoreView, saveView, type ViewCaller } from './views.ts';

const tags = ['Saved views'];
const config = { access: 'viewer' } as const;

export async function registerViewRoutes(app: ApiApp, context: GatewayContext): Promise<void> {
  const { db } = context;
  const callerOf = (request: FastifyRequest): ViewCaller => {
    const { id, role } = operatorOf(request);
    return { id, role, actor: actorOf(request) };
  };
  const viewOf = async (request: FastifyRequest, id: string): Promise<View> => {
    const view = (await listViews(db, operatorOf(request))).find((one) => one.id === id);
    if (!view) throw new Error('A view that was saved is not there.');
    return view;
  };

  app.get('/api/admin/views', {
    config,
    schema: { tags, summary: 'List own and shared views', querystring: viewsQuery, response: { 200: viewList } },
    async handler(request) {
      const items = await listViews(db, operatorOf(request), request.query.list);
      return { items, total: items.length, nextCursor: null };
    },
  });

  app.post('/api/admin/views', {
    config,
    schema: {
      tags,
      summary: 'Save a view; an own one of the same name is replaced',
      description: 'Owners and administrators may share one with everybody who signs in.',
      body: viewBody,
      response: { 200: viewSchema },
    },
    async handler(request) {
      return viewOf(request, await saveView(context, callerOf(request), request.body));
    },
  });

  app.put('/api/admin/views/:id', {
    config,
    schema: {
      tags,
      summary: 'Rename a view, give it other filters, share it or take it back',
      description: 'A shared view is changed by who made it, by owners and by administrators.',
      params: idParams,
      body: viewChanges,
      response: { 200: viewSchema },
    },
    async handler(request) {
      const { id } = request.params;
      await changeView(context, callerOf(request), id, request.body);
      return viewOf(request, id);
    },
  });

  app.delete('/api/admin/views/:id', {
    config,
    schema: { tags, summary: 'Remove a saved view', params: idParams, response: { 204: nothing } },
    async handler(request, reply) {
      await removeView(context, callerOf(request), request.params.id);
      return reply.code(204).send(null);
    },
  });

  app.post('/api/admin/views/:id/restore', {
    config,
    schema: {
      tags,
      summary: 'Take back the removal of a shared view',
      description: 'By whoever removed it, within ten minutes: it has its id and its author again.',
      params: idParams,
      body: viewRestored,
      response: { 200: viewSchema },
    },
    async handler(request) {
      const { id } = request.params;
      await restoreView(context, callerOf(request), id, request.body);
      return viewOf(request, id);
    },
  });
}
