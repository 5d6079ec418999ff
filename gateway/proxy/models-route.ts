/** The lists of models, in the shapes of OpenAI, Anthropic and Gemini: what the upstreams offer and the plan allows. */
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { GatewayContext } from '../context.ts';
import { newId } from '../db/ids.ts';
import type { UserDirectory } from '../identity/directory.ts';
import type { ListedModel } from '../upstreams/kinds.ts';
import type { Authenticate } from './authenticate.ts';
import { identifyIfKnown } from './identify.ts';
import type { ModelCatalogue } from './model-catalogue.ts';
import type { PlanDirectory } from './plan-directory.ts';
import { printable, refused } from './refusal.ts';

export interface ModelsRouteParts {
  readonly context: GatewayContext;
  readonly authenticate: Authenticate;
  readonly directory: UserDirectory;
  readonly catalogue: ModelCatalogue;
  readonly plans: PlanDirectory;
}

const KEY_PLACES = { keyHeaders: ['api-key', 'x-goog-api-key'], keyParameter: 'key' };

export function registerModelsRoute(scope: FastifyInstance, parts: ModelsRouteParts): void {
  const { context, authenticate, directory, catalogue, plans } = parts;

  const modelsFor = async (request: FastifyRequest): Promise<ListedModel[]> => {
    const key = await authenticate(request, KEY_PLACES);
    const user = await identifyIfKnown(context, directory, request, key);
    return catalogue.list(user ? await plans.rules(user.planId) : null);
  };
  const send = (reply: FastifyReply, body: object) => {
    reply.header('x-request-id', newId('req', context.clock.now()));
    return reply.type('application/json').send(JSON.stringify(body));
  };

  for (const path of ['/v1/models', '/openai/v1/models']) {
    scope.get(path, async (request, reply) => {
      const models = await modelsFor(request);
      const isAnthropic = request.headers['anthropic-version'] !== undefined;
      return send(reply, isAnthropic ? anthropicList(models) : { object: 'list', data: models });
    });
    scope.get<{ Params: { '*': string } }>(`${path}/*`, async (request, reply) => {
      const id = request.params['*'];
      const model = (await modelsFor(request)).find((candidate) => candidate.id === id);
      if (!model) throw refused(404, 'model_not_found', `There is no model '${printable(id)}'.`, { param: 'model' });
      return send(reply, request.headers['anthropic-version'] === undefined ? model : anthropicModel(model));
    });
  }
  scope.get('/v1beta/models', async (request, reply) => {
    return send(reply, { models: (await modelsFor(request)).map(geminiModel) });
  });
}

function anthropicList(models: readonly ListedModel[]): object {
  const data = models.map(anthropicModel);
  return { data, has_more: false, first_id: data[0]?.id ?? null, last_id: data.at(-1)?.id ?? null };
}

function anthropicModel({ id, created, created_at: at, display_name: name }: ListedModel) {
  const seconds = typeof created === 'number' ? created : 0;
  return {
    type: 'model',
    id,
    display_name: typeof name === 'string' ? name : id,
    created_at: typeof at === 'string' ? at : new Date(seconds * 1_000).toISOString(),
  };
}

/** What Gemini itself says of a model passes; of others the name is all that is known. */
function geminiModel({ id, object: _object, created: _created, owned_by: _owner, ...more }: ListedModel): object {
  return { displayName: id, supportedGenerationMethods: ['generateContent'], ...more, name: `models/${id}` };
}
