/** `/api/admin/outbox`, `/api/admin/mail` and writing to a user. */
import { changerOf } from '../accounts/user-routes.ts';
import { actorOf, operatorOf } from '../api/access.ts';
import type { ApiApp } from '../api/api-app.ts';
import { idempotent } from '../api/idempotency.ts';
import type { GatewayContext } from '../context.ts';
import { idParams } from '../contract/common.ts';
import {
  mailDetailSchema,
  mailKinds,
  mailList,
  mailStateSchema,
  outboxQuery,
  previewQuery,
  renderedMailSchema,
  testMailAnswer,
  testMailBody,
  writeToUserAnswer,
  writeToUserBody,
} from '../contract/mail.ts';
import { MAIL_RULES } from './kinds.ts';
import { emailOf, findMail, listOutbox, mailState } from './lists.ts';
import { discardMail, previewMail, resendMail, sendTestMail, writeToUser } from './service.ts';

const tags = ['Mail'];
const config = { access: 'admin' } as const;

export async function registerMailRoutes(app: ApiApp, context: GatewayContext): Promise<void> {
  const { db, events, mail, log } = context;

  app.get('/api/admin/outbox', {
    config,
    schema: { tags, summary: 'List mails', querystring: outboxQuery, response: { 200: mailList } },
    handler: ({ query }) => listOutbox(context, query),
  });

  app.get('/api/admin/outbox/:id', {
    config,
    schema: {
      tags,
      summary: 'One mail, as its recipient sees it',
      params: idParams,
      response: { 200: mailDetailSchema },
    },
    handler: ({ params }) => findMail(context, params.id),
  });

  app.post('/api/admin/outbox/:id/resend', {
    config: { ...config, idempotent: true },
    schema: { tags, summary: 'Send a mail again, or now', params: idParams, response: { 200: mailDetailSchema } },
    async handler(request) {
      const { id } = request.params;
      await idempotent(context, request, async (tx) => {
        await resendMail(context, tx, id, changerOf(request));
        return null;
      });
      // Not awaited: a server that hangs must not hold up the answer.
      void mail.retryNow().catch((err: unknown) => log.error({ err }, 'The outbox could not be emptied'));
      await events.emit({ kind: 'outbox_changed' });
      return findMail(context, id);
    },
  });

  app.post('/api/admin/outbox/:id/discard', {
    config: { ...config, idempotent: true },
    schema: { tags, summary: 'Never send a mail', params: idParams, response: { 200: mailDetailSchema } },
    async handler(request) {
      const { id } = request.params;
      await idempotent(context, request, async (tx) => {
        await discardMail(context, tx, id, changerOf(request));
        return null;
      });
      await events.emit({ kind: 'outbox_changed' });
      return findMail(context, id);
    },
  });

  app.get('/api/admin/mail', {
    config,
    schema: { tags, summary: 'Whether mail works', response: { 200: mailStateSchema } },
    handler: () => mailState(context),
  });

  app.get('/api/admin/mail/kinds', {
    config,
    schema: { tags, summary: 'What kinds of mail there are', response: { 200: mailKinds } },
    handler: async () => ({ items: Object.keys(MAIL_RULES) }),
  });

  app.get('/api/admin/mail/preview', {
    config,
    schema: {
      tags,
      summary: 'A mail with invented data',
      querystring: previewQuery,
      response: { 200: renderedMailSchema },
    },
    handler: ({ query }) => previewMail(context, query.kind, query.locale ?? null),
  });

  app.post('/api/admin/mail/test', {
    config,
    schema: {
      tags,
      summary: 'Send a test mail now',
      description: 'Answers when the mail server has taken it; 502 says why it did not.',
      body: testMailBody,
      response: { 200: testMailAnswer },
    },
    async handler(request) {
      const { to = await emailOf(context, operatorOf(request).id), locale = null } = request.body;
      await sendTestMail(context, to, locale);
      await db.tx((tx) =>
        context.audit.write(tx, {
          actor: actorOf(request),
          action: 'mail.tested',
          personal: { subjectId: null, data: { to } },
        }),
      );
      return { to };
    },
  });

  app.post('/api/admin/users/:id/message', {
    config: { ...config, idempotent: true },
    schema: {
      tags,
      summary: 'Write to a user',
      params: idParams,
      body: writeToUserBody,
      response: { 202: writeToUserAnswer },
    },
    async handler(request, reply) {
      const { params, body } = request;
      const answer = await idempotent(context, request, async (tx) => {
        return { mailId: await writeToUser(context, tx, params.id, body, changerOf(request)) };
      });
      return reply.code(202).send(answer);
    },
  });
}
