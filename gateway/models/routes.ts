/** `/api/admin/models`. Names may contain slashes: write them percent-encoded in paths. */
import { actorOf } from '../api/access.ts';
import type { ApiApp } from '../api/api-app.ts';
import { idempotent } from '../api/idempotency.ts';
import type { GatewayContext } from '../context.ts';
import { listQuery, nothing } from '../contract/common.ts';
import {
  createModelBody,
  type Model,
  modelList,
  modelParams,
  modelSchema,
  modelTermsList,
  updateModelBody,
} from '../contract/models.ts';
import type { Queries } from '../db/database.ts';
import { listModelTerms } from './model-terms.ts';
import { findModelRow, listModels, toModel } from './queries.ts';
import { createModel, deleteModel, modelNotFound, updateModel } from './service.ts';

const tags = ['Models'];
const read = { access: 'viewer' } as const;
const write = { access: 'admin' } as const;

export async function registerModelRoutes(app: ApiApp, context: GatewayContext): Promise<void> {
  const { db, events } = context;

  app.get('/api/admin/models', {
    config: read,
    schema: { tags, summary: 'List what is set about models', querystring: listQuery, response: { 200: modelList } },
    handler: ({ query }) => listModels(db, query),
  });

  app.get('/api/admin/model-terms', {
    config: read,
    schema: {
      tags,
      summary: 'Models that are used, set or named, with the price that applies now',
      response: { 200: modelTermsList },
    },
    handler: () => listModelTerms(context),
  });

  app.post('/api/admin/models', {
    config: { ...write, idempotent: true },
    schema: { tags, summary: 'Set something about a model', body: createModelBody, response: { 201: modelSchema } },
    async handler(request, reply) {
      const model = await idempotent(context, request, async (tx) => {
        await createModel(context, tx, request.body, actorOf(request));
        return requireModel(tx, request.body.id);
      });
      await events.emit({ kind: 'models_changed' });
      return reply.code(201).send(model);
    },
  });

  app.get('/api/admin/models/:id', {
    config: read,
    schema: { tags, summary: 'What is set about a model', params: modelParams, response: { 200: modelSchema } },
    handler: ({ params }) => requireModel(db, params.id),
  });

  app.put('/api/admin/models/:id', {
    config: { ...write, idempotent: true },
    schema: { tags, summary: 'Edit', params: modelParams, body: updateModelBody, response: { 200: modelSchema } },
    async handler(request) {
      const { id } = request.params;
      const model = await idempotent(context, request, async (tx) => {
        await updateModel(context, tx, id, request.body, actorOf(request));
        return requireModel(tx, id);
      });
      await events.emit({ kind: 'models_changed' });
      return model;
    },
  });

  app.delete('/api/admin/models/:id', {
    config: { ...write, dangerous: true },
    schema: { tags, summary: 'Forget what is set', params: modelParams, response: { 204: nothing } },
    async handler(request, reply) {
      await db.tx((tx) => deleteModel(context, tx, request.params.id, actorOf(request)));
      await events.emit({ kind: 'models_changed' });
      return reply.code(204).send(null);
    },
  });
}

async function requireModel(db: Queries, id: string): Promise<Model> {
  const row = await findModelRow(db, id);
  if (!row) throw modelNotFound();
  return toModel(row);
}
