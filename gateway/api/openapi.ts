/** The description of the API, made from the schemas that its routes are checked with. */
import swagger from '@fastify/swagger';
import { jsonSchemaTransform } from 'fastify-type-provider-zod';
import { z } from 'zod';
import type { ApiApp } from './api-app.ts';
import { sendRaw } from './send-raw.ts';

/** Prepares the description; call it before any route is registered. */
export async function describeRoutes(app: ApiApp, version: string): Promise<void> {
  await app.register(swagger, {
    openapi: {
      openapi: '3.1.0',
      info: {
        title: 'IA Solaris',
        version,
        description:
          'Lists are `{items, total, nextCursor}` with `?limit=&cursor=&search=&sort=`. Errors are `{error: {code, message, field?}}`. ' +
          'Instants are epoch milliseconds, tokens are integers, money is integer micro-USD.',
      },
      components: {
        securitySchemes: {
          bearer: {
            type: 'http',
            scheme: 'bearer',
            description: 'A session token of /api/auth/login, or an API token.',
          },
        },
      },
    },
    transform(route) {
      const described = jsonSchemaTransform(route);
      const access = route.route.config?.access;
      if (access === undefined || access === 'public') return described;
      return { ...described, schema: { ...described.schema, security: [{ bearer: [] }], 'x-access': access } };
    },
  });
}

/** Serves the description at `/api/openapi.json`; call it after all routes. */
export function registerOpenApi(app: ApiApp): void {
  let document: string | null = null;
  app.get('/api/openapi.json', {
    config: { access: 'public' },
    schema: {
      tags: ['Reference'],
      summary: 'This description, in OpenAPI 3.1',
      response: { 200: z.looseObject({ openapi: z.string() }) },
    },
    async handler(_request, reply) {
      document ??= JSON.stringify(app.swagger());
      return sendRaw(reply, 'application/json; charset=utf-8', document);
    },
  });
}
