/** `/api/portal`: how users sign in and out. */
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { ApiApp } from '../api/api-app.ts';
import { requireOrigin } from '../api/origin-guard.ts';
import { refreshCookie } from '../api/refresh-cookie.ts';
import type { GatewayContext } from '../context.ts';
import { nothing } from '../contract/common.ts';
import {
  type Entered,
  enterBody,
  enteredSchema,
  linkAnswer,
  linkBody,
  peekBody,
  peekSchema,
  portalInfoSchema,
} from '../contract/portal.ts';
import { hashKey } from '../keys/key-hash.ts';
import { findKeyByHash } from '../keys/queries.ts';
import { ApiError } from '../ops/api-error.ts';
import { canMailLinks, enterByLink, LINK_MINUTES, peekLink, sendLink, writeEntry } from './links.ts';
import {
  openPortalSession,
  type PortalSecrets,
  type PortalSessions,
  type RefreshedPortalSession,
  revokePortalSession,
} from './sessions.ts';

/** Keeps a user signed in. */
const SIGNED_IN = refreshCookie('solaris_portal', '/api/portal');
const tags = ['Portal sign-in'];
const config = { access: 'public' } as const;

export async function registerPortalSessionRoutes(
  app: ApiApp,
  context: GatewayContext,
  sessions: PortalSessions,
): Promise<void> {
  const { db, clock, settings, log } = context;
  /** Links that are being made: their answer does not wait, so that its time tells nothing of who has an account. */
  const underway = new Set<Promise<void>>();
  app.addHook('preClose', async () => void (await Promise.all(underway)));

  app.get('/api/portal', {
    config,
    schema: { tags, summary: 'How to sign in here', response: { 200: portalInfoSchema } },
    async handler() {
      const current = settings.current();
      const { locale, creditsEmail } = current;
      return { version: context.version, locale, emailSignIn: canMailLinks(current), contactEmail: creditsEmail };
    },
  });

  app.post('/api/portal/link', {
    config,
    schema: {
      tags,
      summary: 'Mail a sign-in link',
      description: 'The answer is the same whether the address is known or not.',
      body: linkBody,
      response: { 202: linkAnswer },
    },
    async handler({ body }, reply) {
      if (!canMailLinks(settings.current())) {
        throw new ApiError(409, 'no_mail', 'Sign-in by e-mail is not set up here. Use a personal key.');
      }
      const sending = sendLink(context, body.email, body.target)
        .then(() => undefined)
        .catch((error: unknown) => log.error({ err: error }, 'A sign-in link could not be made'))
        .finally(() => underway.delete(sending));
      underway.add(sending);
      return reply.code(202).send({ sent: true as const, minutes: LINK_MINUTES });
    },
  });

  app.post('/api/portal/link/peek', {
    config,
    schema: { tags, summary: 'Whom a link signs in; does not use it', body: peekBody, response: { 200: peekSchema } },
    handler: ({ body }) => peekLink(context, body.link),
  });

  app.post('/api/portal/enter', {
    config,
    schema: {
      tags,
      summary: 'Sign in, by a mailed link or a personal key',
      body: enterBody,
      response: { 200: enteredSchema },
    },
    async handler(request, reply) {
      const { body } = request;
      if ('key' in body) return entered(request, reply, await enterByKey(body.key), '/');
      const { secrets, target } = await db.tx((tx) => enterByLink(context, tx, body.link));
      return entered(request, reply, secrets, target);
    },
  });

  app.post('/api/portal/refresh', {
    config,
    schema: {
      tags,
      summary: 'Get the next token, by the refresh cookie; 204 where there is none',
      response: { 200: enteredSchema, 204: nothing },
    },
    async handler(request, reply) {
      requireOrigin(request);
      const cookie = SIGNED_IN.of(request);
      // As for operators: nobody is signed in yet, which is no error.
      if (cookie === null) return reply.code(204).send(null);
      const secrets = await sessions.refresh(cookie);
      if (!secrets) {
        SIGNED_IN.clear(request, reply);
        throw new ApiError(401, 'session_ended', 'The session has ended. Sign in again.');
      }
      return entered(request, reply, secrets, '/');
    },
  });

  app.post('/api/portal/logout', {
    config,
    schema: { tags, summary: 'Sign out, by token or by refresh cookie', response: { 204: nothing } },
    async handler(request, reply) {
      const cookie = SIGNED_IN.of(request);
      const sessionId = request.member?.sessionId ?? (cookie === null ? null : await sessions.sessionOf(cookie));
      if (sessionId !== null) {
        const userId = await db.tx(async (tx) => {
          const id = await revokePortalSession(tx, clock, sessionId);
          if (id !== null) {
            await context.audit.write(tx, {
              actor: { kind: 'user', id },
              action: 'user.signed_out',
              target: { kind: 'user', id },
              details: { sessionId },
            });
          }
          return id;
        });
        if (userId !== null) await context.events.emit({ kind: 'user_changed', userId });
      }
      SIGNED_IN.clear(request, reply);
      return reply.code(204).send(null);
    },
  });

  async function enterByKey(secret: string): Promise<PortalSecrets> {
    const key = await findKeyByHash(db, hashKey(secret));
    const userId = key?.kind === 'personal' ? key.userId : null;
    if (!key || userId === null) {
      throw new ApiError(401, 'invalid_key', 'This is not a personal key that is in use.', 'key');
    }
    return db.tx(async (tx) => {
      const secrets = await openPortalSession(tx, clock, userId, key.id);
      await writeEntry(context, tx, secrets, 'key');
      return secrets;
    });
  }
}

function entered(
  request: FastifyRequest,
  reply: FastifyReply,
  secrets: RefreshedPortalSession,
  target: string,
): Entered {
  SIGNED_IN.set(request, reply, secrets);
  return { token: secrets.token, expiresAt: secrets.expiresAt, target };
}
