/** `/api/me`: what users see and change of their own. Every query carries the caller's id; none is taken from the call. */
import { Readable } from 'node:stream';
import { z } from 'zod';
import { exportUser } from '../accounts/export.ts';
import { memberOf } from '../api/access.ts';
import type { ApiApp } from '../api/api-app.ts';
import { sendRaw } from '../api/send-raw.ts';
import type { GatewayContext } from '../context.ts';
import { personalDataSchema } from '../contract/personal-data.ts';
import {
  exportQuery,
  meSchema,
  ownLedgerList,
  ownLedgerQuery,
  ownUsageQuery,
  preferencesBody,
} from '../contract/portal.ts';
import { usageList } from '../contract/reports.ts';
import { userStatsSchema } from '../contract/users.ts';
import { listUsage } from '../reports/lists.ts';
import { userStats } from '../reports/user-stats.ts';
import { changePreferences, showMe } from './me.ts';
import { listStatement, statementCsv } from './statement.ts';

const tags = ['Portal'];
const config = { access: 'user' } as const;

export async function registerMeRoutes(app: ApiApp, context: GatewayContext): Promise<void> {
  const { db } = context;

  app.get('/api/me', {
    config,
    schema: { tags, summary: 'Own balance, pace and preferences', response: { 200: meSchema } },
    handler: (request) => showMe(context, memberOf(request).userId),
  });

  app.put('/api/me/preferences', {
    config,
    schema: { tags, summary: 'Change the own preferences', body: preferencesBody, response: { 200: meSchema } },
    async handler(request) {
      const { userId } = memberOf(request);
      await db.tx((tx) => changePreferences(context, tx, userId, request.body));
      await context.events.emit({ kind: 'user_changed', userId });
      return showMe(context, userId);
    },
  });

  app.get('/api/me/stats', {
    config,
    schema: { tags, summary: 'Own use by day and by model', response: { 200: userStatsSchema } },
    handler: (request) => userStats(context, memberOf(request).userId),
  });

  app.get('/api/me/usage', {
    config,
    schema: { tags, summary: 'Own usage records', querystring: ownUsageQuery, response: { 200: usageList } },
    handler: (request) => listUsage(context, { ...request.query, sort: '-createdAt', user: memberOf(request).userId }),
  });

  app.get('/api/me/ledger', {
    config,
    schema: { tags, summary: 'Own statement', querystring: ownLedgerQuery, response: { 200: ownLedgerList } },
    handler: (request) => listStatement(context, memberOf(request).userId, request.query),
  });

  app.get('/api/me/export', {
    config,
    schema: {
      tags,
      summary: 'The own statement as CSV, or all own data as JSON',
      querystring: exportQuery,
      response: {
        200: {
          description: 'A file',
          content: { 'text/csv': { schema: z.string() }, 'application/json': { schema: personalDataSchema } },
        },
      },
    },
    async handler(request, reply) {
      const { userId } = memberOf(request);
      const { format, from, to } = request.query;
      const today = context.calendar().day(context.clock.now());
      reply.header('content-disposition', `attachment; filename="ia-solaris-${today}.${format}"`);
      return format === 'csv'
        ? sendRaw(reply, 'text/csv; charset=utf-8', Readable.from(statementCsv(context, userId, { from, to })))
        : sendRaw(reply, 'application/json; charset=utf-8', Readable.from(exportUser(context, userId)));
    },
  });
}
