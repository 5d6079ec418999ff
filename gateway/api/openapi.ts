/** The description of the API, made from the schemas that its routes are checked with. */
import { setImmediate as nextTurn } from 'node:timers/promises';
import swagger from '@fastify/swagger';
import type { RouteOptions } from 'fastify';
import { jsonSchemaTransform } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { errorSchema } from '../contract/common.ts';
import type { ApiApp } from './api-app.ts';
import { IDEMPOTENCY_KEY } from './idempotency.ts';
import { sendRaw } from './send-raw.ts';

const OPENAPI = '3.1.0';

type Transform = typeof jsonSchemaTransform;

/**
 * Prepares the description; call it before any route is registered.
 *
 * @returns makes the document, once all routes are there. Turning all schemas at once would hold up streams for a tenth
 * of a second, so each route has a turn of its own.
 */
export async function describeRoutes(app: ApiApp, version: string): Promise<() => Promise<string>> {
  const routes: RouteOptions[] = [];
  const described = new WeakMap<RouteOptions, ReturnType<Transform>>();
  const describe = (document: Parameters<Transform>[0]): ReturnType<Transform> => {
    const known = described.get(document.route);
    if (known) return known;
    const made = describeRoute(document);
    described.set(document.route, made);
    return made;
  };
  app.addHook('onRoute', (route) => void routes.push(route));
  await app.register(swagger, {
    openapi: {
      openapi: OPENAPI,
      info: {
        title: 'IA Solaris',
        version,
        description:
          'Lists are `{items, total, nextCursor}` with `?limit=&cursor=&search=&sort=`. Errors are `{error: {code, message, field?}}`. ' +
          'Calls that take an `Idempotency-Key` say so. ' +
          'Instants are epoch milliseconds, tokens are integers, money is integer micro-USD. ' +
          'Where the setting `safeMode` is `password`, calls of people that are marked `x-dangerous` carry the answer of ' +
          '`/api/auth/confirm` in the header `x-confirmation`.',
      },
      components: {
        schemas: { Error: z.toJSONSchema(errorSchema, { target: 'draft-2020-12', io: 'output' }) as object },
        securitySchemes: {
          bearer: {
            type: 'http',
            scheme: 'bearer',
            description: 'A session token of /api/auth/login, or an API token.',
          },
        },
      },
    },
    transform: describe,
  });
  return async () => {
    for (const route of routes) {
      describe({ schema: route.schema as never, url: route.url, route, openapiObject: { openapi: OPENAPI } });
      await nextTurn();
    }
    return JSON.stringify(app.swagger());
  };
}

function describeRoute(document: Parameters<Transform>[0]): ReturnType<Transform> {
  const described = jsonSchemaTransform(document);
  const { access, dangerous, idempotent } = document.route.config ?? {};
  const own = described.schema as { hide?: boolean; response?: object; headers?: { properties?: object } };
  if (own.hide) return described;
  const isGuarded = access !== undefined && access !== 'public';
  const schema = {
    ...own,
    ...(idempotent ? { headers: { type: 'object', properties: { ...own.headers?.properties, ...KEY_HEADER } } } : {}),
    response: { ...own.response, default: REFUSAL },
    ...(isGuarded ? { security: [{ bearer: [] }], 'x-access': access } : {}),
    ...(isGuarded && dangerous ? { 'x-dangerous': true } : {}),
  };
  return { ...described, schema: schema as typeof described.schema };
}

const KEY_HEADER = {
  'Idempotency-Key': {
    type: 'string',
    pattern: IDEMPOTENCY_KEY.source,
    description:
      'Whatever the client chooses. The same call under the same key has one effect and one answer, within a day; ' +
      'another call under it is refused with 422.',
  },
};

const REFUSAL = {
  description: 'A refusal: `code` is for programs, `message` for people, `field` names the input at fault',
  content: { 'application/json': { schema: { $ref: '#/components/schemas/Error' } } },
};

/** Serves the description at `/api/openapi.json`, made when it is first asked for. */
export function registerOpenApi(app: ApiApp, describe: () => Promise<string>): void {
  let document: Promise<string> | null = null;
  app.get('/api/openapi.json', {
    config: { access: 'public' },
    schema: {
      tags: ['Reference'],
      summary: 'This description, in OpenAPI 3.1',
      response: { 200: z.looseObject({ openapi: z.string() }) },
    },
    async handler(_request, reply) {
      document ??= describe();
      return sendRaw(reply, 'application/json; charset=utf-8', await document);
    },
  });
}
