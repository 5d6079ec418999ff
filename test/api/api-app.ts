/** The API's scope on an app of its own, for tests that look at its routes or change what is under it. */
import type { TestContext } from 'node:test';
import Fastify, { type FastifyInstance } from 'fastify';
import { registerApi } from '../../gateway/api/register-api.ts';
import type { GatewayContext } from '../../gateway/context.ts';

export interface ApiRoute {
  readonly method: string;
  readonly url: string;
  readonly access: string | undefined;
  /** Left out of the description: pages and their files. */
  readonly hidden: boolean;
}

export async function apiApp(
  t: TestContext,
  context: GatewayContext,
): Promise<{ app: FastifyInstance; routes: ApiRoute[] }> {
  const app = Fastify();
  const routes: ApiRoute[] = [];
  app.addHook('onRoute', ({ method, url, config, schema }) => {
    for (const one of [method].flat()) {
      if (one === 'HEAD') continue;
      const hidden = schema !== undefined && 'hide' in schema && schema.hide === true;
      routes.push({ method: one, url, access: config?.access, hidden });
    }
  });
  await registerApi(app, context);
  t.after(() => app.close());
  await app.ready();
  return { app, routes };
}
