/** The two paths of older clients, under the metered prefix; they take an operator's token like all of the API. */
import type { ApiApp } from '../api/api-app.ts';
import type { GatewayContext } from '../context.ts';
import { idParams } from '../contract/common.ts';
import { moveTokensBody, userList, userSchema, usersQuery } from '../contract/users.ts';
import { handleMove } from './move-routes.ts';
import { listUsers } from './queries.ts';
import { plainQueryNames } from './user-routes.ts';

const tags = ['Users'];

export async function registerUserAliasRoutes(app: ApiApp, context: GatewayContext): Promise<void> {
  app.get('/v1/admin/users', {
    config: { access: 'viewer' },
    preValidation: plainQueryNames,
    schema: { tags, summary: 'As GET /api/admin/users', querystring: usersQuery, response: { 200: userList } },
    handler: ({ query }) => listUsers(context, query),
  });

  app.post('/v1/admin/users/:id/add-tokens', {
    config: { access: 'admin', idempotent: true },
    schema: {
      tags,
      summary: 'As POST /api/admin/users/:id/tokens',
      params: idParams,
      body: moveTokensBody,
      response: { 200: userSchema },
    },
    handler: (request) => handleMove(context, request, request.params.id, request.body),
  });
}
