/** The first hook of every request: what a listener may serve. */
import type { IncomingMessage } from 'node:http';
import type { FastifyInstance } from 'fastify';
import { isMeteredRoute } from './network-exposure.ts';

/**
 * On listeners for the network, refuses everything but the metered routes and the liveness check. Register it before
 * all routes, outside of all scopes.
 *
 * @param fromNetwork whether a request came in through such a listener
 */
export function guardNetwork(app: FastifyInstance, fromNetwork: (request: IncomingMessage) => boolean): void {
  app.addHook('onRequest', (request, reply, done) => {
    if (!fromNetwork(request.raw)) return done();
    // The matched route, not the written path: spelling cannot slip past it. Unknown paths match none.
    const route = request.routeOptions.url;
    if (route !== undefined && isMeteredRoute(route)) return done();
    reply
      .code(404)
      .send({ error: { code: 'not_found', message: 'Only the metered routes are served at this address.' } });
  });
}
