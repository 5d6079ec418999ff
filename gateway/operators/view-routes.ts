/** `/api/admin/views`: filters of lists, kept for the operator who calls and shown to nobody else. */
import { and, asc, eq, ne } from 'drizzle-orm';
import { operatorOf } from '../api/access.ts';
import type { ApiApp } from '../api/api-app.ts';
import type { GatewayContext } from '../context.ts';
import { idParams, nothing } from '../contract/common.ts';
import { type View, viewBody, viewList, viewSchema, viewsQuery } from '../contract/views.ts';
import type { Tables } from '../db/database.ts';
import { newId } from '../db/ids.ts';
import { ApiError } from '../ops/api-error.ts';

const tags = ['Saved views'];
const config = { access: 'viewer' } as const;
/** Of one list: more are no help in finding anything. */
const MOST_VIEWS = 50;

export async function registerViewRoutes(app: ApiApp, context: GatewayContext): Promise<void> {
  const { db, clock } = context;

  app.get('/api/admin/views', {
    config,
    schema: { tags, summary: 'List own saved views', querystring: viewsQuery, response: { 200: viewList } },
    async handler(request) {
      const { savedViews } = db.tables;
      const { list } = request.query;
      const own = eq(savedViews.operatorId, operatorOf(request).id);
      const rows = await db
        .select()
        .from(savedViews)
        .where(and(own, list === undefined ? undefined : eq(savedViews.list, list)))
        .orderBy(asc(savedViews.name), asc(savedViews.id));
      return { items: rows.map(toView), total: rows.length, nextCursor: null };
    },
  });

  app.post('/api/admin/views', {
    config,
    schema: {
      tags,
      summary: 'Save a view; one of the same name is replaced',
      body: viewBody,
      response: { 200: viewSchema },
    },
    async handler(request) {
      const operatorId = operatorOf(request).id;
      const { list, name, search } = request.body;
      return db.tx(async (tx) => {
        const { savedViews } = tx.tables;
        const others = and(eq(savedViews.operatorId, operatorId), eq(savedViews.list, list), ne(savedViews.name, name));
        if ((await tx.$count(savedViews, others)) >= MOST_VIEWS)
          throw new ApiError(
            409,
            'too_many_views',
            `At most ${MOST_VIEWS} views can be kept. Remove one first.`,
            undefined,
            {
              values: { most: MOST_VIEWS },
            },
          );
        const now = clock.now();
        const [row] = await tx
          .insert(savedViews)
          .values({ id: newId('viw', now), operatorId, list, name, search, createdAt: now })
          .onConflictDoUpdate({
            target: [savedViews.operatorId, savedViews.list, savedViews.name],
            set: { search },
          })
          .returning();
        if (!row) throw new Error('A view that was saved is not there.');
        return toView(row);
      });
    },
  });

  app.delete('/api/admin/views/:id', {
    config,
    schema: { tags, summary: 'Remove an own saved view', params: idParams, response: { 204: nothing } },
    async handler(request, reply) {
      const { savedViews } = db.tables;
      const own = and(eq(savedViews.id, request.params.id), eq(savedViews.operatorId, operatorOf(request).id));
      const [removed] = await db.delete(savedViews).where(own).returning();
      if (!removed) throw new ApiError(404, 'view_not_found', 'You have no saved view with this id.');
      return reply.code(204).send(null);
    },
  });
}

function toView({ id, list, name, search, createdAt }: Tables['savedViews']['$inferSelect']): View {
  return { id, list, name, search, createdAt };
}
