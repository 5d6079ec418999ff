import type {
  FastifyBaseLogger,
  FastifyInstance,
  RawReplyDefaultExpression,
  RawRequestDefaultExpression,
  RawServerDefault,
} from 'fastify';
import type { ZodTypeProvider } from 'fastify-type-provider-zod';
import type { GatewayContext } from '../context.ts';

/** The API's scope as route modules see it: schemas are zod's, and every route must declare `config.access`. */
export type ApiApp = FastifyInstance<
  RawServerDefault,
  RawRequestDefaultExpression,
  RawReplyDefaultExpression,
  FastifyBaseLogger,
  ZodTypeProvider
>;

/** Registers the routes of one capability, with paths in full (`/api/admin/users`). */
export type RegisterRoutes = (app: ApiApp, context: GatewayContext) => Promise<void>;
