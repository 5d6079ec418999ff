/** `/api/auth`: signing in and out, and what operators change of their own sign-in. */
import type { FastifyRequest } from 'fastify';
import { actorOf, operatorOf, sessionOf } from '../api/access.ts';
import type { ApiApp } from '../api/api-app.ts';
import { requireOrigin } from '../api/origin-guard.ts';
import { refreshCookie } from '../api/refresh-cookie.ts';
import type { GatewayContext } from '../context.ts';
import { idParams, nothing } from '../contract/common.ts';
import {
  confirmed,
  confirmInput,
  loginInput,
  meSchema,
  passwordInput,
  recoveryCodes,
  sessionList,
  signedIn,
  type TotpProof,
  totpConfirmInput,
  totpEnrolment,
  totpProof,
} from '../contract/operators.ts';
import { ApiError } from '../ops/api-error.ts';
import { issueConfirmation } from './confirmations.ts';
import { givenCode } from './given-code.ts';
import {
  changeOwnPassword,
  disableOwnTotp,
  enableOwnTotp,
  renewOwnRecoveryCodes,
  totpIsOff,
} from './own-credentials.ts';
import { findOperator, type OperatorRow, toOperator } from './queries.ts';
import { countRecoveryCodes } from './recovery-codes.ts';
import { listSessions, revokeSession, type SessionClient, type Sessions } from './sessions.ts';
import { createSignIn } from './sign-in.ts';
import { newTotpSecret, totpUri } from './totp.ts';

/** Keeps an operator signed in. */
export const SIGNED_IN = refreshCookie('solaris_refresh', '/api/auth');
const tags = ['Sign-in'];

export async function registerAuthRoutes(app: ApiApp, context: GatewayContext, sessions: Sessions): Promise<void> {
  const { db, clock } = context;
  const identity = createSignIn(context);

  app.post('/api/auth/login', {
    config: { access: 'public' },
    schema: { tags, summary: 'Sign in', body: loginInput, response: { 200: signedIn } },
    async handler(request, reply) {
      const { secrets, operator, recoveryCodesLeft } = await identity.signIn(request.body, clientOf(request));
      SIGNED_IN.set(request, reply, secrets);
      const { token, expiresAt } = secrets;
      return { token, expiresAt, operator, ...(recoveryCodesLeft === null ? {} : { recoveryCodesLeft }) };
    },
  });

  app.post('/api/auth/refresh', {
    config: { access: 'public' },
    schema: {
      tags,
      summary: 'Get the next token, by the refresh cookie; 204 where there is none',
      response: { 200: signedIn, 204: nothing },
    },
    async handler(request, reply) {
      requireOrigin(request);
      const cookie = SIGNED_IN.of(request);
      // Nobody is signed in yet, which is no error that a browser should complain of.
      if (cookie === null) return reply.code(204).send(null);
      const secrets = await sessions.refresh(cookie);
      const operator = secrets && (await findOperator(db, secrets.operatorId));
      if (!secrets || !operator) {
        SIGNED_IN.clear(request, reply);
        throw new ApiError(401, 'session_ended', 'The session has ended. Sign in again.');
      }
      SIGNED_IN.set(request, reply, secrets);
      return { token: secrets.token, expiresAt: secrets.expiresAt, operator: toOperator(operator) };
    },
  });

  app.post('/api/auth/logout', {
    config: { access: 'public' },
    schema: { tags, summary: 'Sign out, by token or by refresh cookie', response: { 204: nothing } },
    async handler(request, reply) {
      const cookie = SIGNED_IN.of(request);
      // Bearer first: a page that holds both means the session it works with.
      const sessionId = request.operator?.sessionId ?? (cookie === null ? null : await sessions.sessionOf(cookie));
      if (sessionId !== null) {
        const operatorId = await db.tx(async (tx) => {
          const id = await revokeSession(tx, clock, sessionId);
          if (id === null) return null;
          const actor = { kind: 'operator', id } as const;
          await context.audit.write(tx, {
            actor,
            action: 'operator.signed_out',
            target: { kind: 'operator', id },
            details: { sessionId },
          });
          return id;
        });
        if (operatorId !== null) await context.events.emit({ kind: 'operator_changed', operatorId });
      }
      SIGNED_IN.clear(request, reply);
      return reply.code(204).send(null);
    },
  });

  app.get('/api/auth/me', {
    config: { access: 'viewer' },
    schema: { tags, summary: 'Who is signed in', response: { 200: meSchema } },
    async handler(request) {
      const row = await ownRow(request);
      return {
        operator: toOperator(row),
        role: operatorOf(request).role,
        safeMode: context.settings.current().safeMode,
        recoveryCodesLeft: row.totpSecret === null ? null : await countRecoveryCodes(db, row.id),
      };
    },
  });

  app.get('/api/auth/sessions', {
    config: { access: 'viewer' },
    schema: { tags, summary: 'Own open sessions', response: { 200: sessionList } },
    async handler(request) {
      const { id, sessionId } = operatorOf(request);
      const rows = await listSessions(db, clock, id);
      return { items: rows.map((row) => ({ ...row, current: row.id === sessionId })) };
    },
  });

  app.delete('/api/auth/sessions/:id', {
    config: { access: 'viewer', dangerous: true },
    schema: { tags, summary: 'End one of the own sessions', params: idParams, response: { 204: nothing } },
    async handler(request, reply) {
      sessionOf(request);
      const { id: operatorId } = operatorOf(request);
      const sessionId = request.params.id;
      await db.tx(async (tx) => {
        const ended = await revokeSession(tx, clock, sessionId, operatorId);
        if (ended === null) throw new ApiError(404, 'not_found', 'There is no such open session of yours.');
        await context.audit.write(tx, {
          actor: actorOf(request),
          action: 'session.revoked',
          target: { kind: 'operator', id: operatorId },
          details: { sessionId },
        });
      });
      await context.events.emit({ kind: 'operator_changed', operatorId });
      return reply.code(204).send(null);
    },
  });

  app.post('/api/auth/confirm', {
    config: { access: 'viewer' },
    schema: {
      tags,
      summary: 'Give the own password again, before something dangerous',
      description: 'Wrong passwords lock out as when signing in. The answer goes into the header `x-confirmation`.',
      body: confirmInput,
      response: { 200: confirmed },
    },
    async handler(request) {
      const sessionId = sessionOf(request);
      await identity.confirm(await ownRow(request), request.body.password);
      return issueConfirmation(context, sessionId);
    },
  });

  app.post('/api/auth/password', {
    config: { access: 'viewer' },
    schema: {
      tags,
      summary: 'Change the own password; all other sessions end',
      body: passwordInput,
      response: { 204: nothing },
    },
    async handler(request, reply) {
      const sessionId = sessionOf(request);
      const row = await ownRow(request);
      await identity.confirm(row, request.body.current);
      await changeOwnPassword(context, actorOf(request), row.id, request.body.next, sessionId);
      return reply.code(204).send(null);
    },
  });

  app.post('/api/auth/totp/enrol', {
    config: { access: 'viewer' },
    schema: { tags, summary: 'Get a new secret for an authenticator app', response: { 200: totpEnrolment } },
    async handler(request) {
      sessionOf(request);
      const { email } = await ownRow(request);
      const secret = newTotpSecret();
      return { secret, uri: totpUri(secret, email) };
    },
  });

  app.post('/api/auth/totp/confirm', {
    config: { access: 'viewer' },
    schema: {
      tags,
      summary: 'Turn one-time codes on, with a first code',
      description: 'Answers with ten recovery codes, this once: each stands in for a one-time code, once.',
      body: totpConfirmInput,
      response: { 200: recoveryCodes },
    },
    async handler(request) {
      sessionOf(request);
      const row = await ownRow(request);
      const { password, secret, code } = request.body;
      await identity.confirm(row, password, { kind: 'one_time', value: code, secret });
      return { recoveryCodes: await enableOwnTotp(context, actorOf(request), row.id, secret) };
    },
  });

  app.post('/api/auth/totp/disable', {
    config: { access: 'viewer' },
    schema: {
      tags,
      summary: 'Turn one-time codes off, and end all recovery codes',
      body: totpProof,
      response: { 204: nothing },
    },
    async handler(request, reply) {
      const operatorId = await proveTotp(request, request.body);
      await disableOwnTotp(context, actorOf(request), operatorId);
      return reply.code(204).send(null);
    },
  });

  app.post('/api/auth/totp/recovery-codes', {
    config: { access: 'viewer' },
    schema: {
      tags,
      summary: 'Get ten new recovery codes, shown this once; all from before end',
      body: totpProof,
      response: { 200: recoveryCodes },
    },
    async handler(request) {
      const operatorId = await proveTotp(request, request.body);
      return { recoveryCodes: await renewOwnRecoveryCodes(context, actorOf(request), operatorId) };
    },
  });

  /** Asks for password and code of whoever is signed in. @returns whose they are */
  async function proveTotp(request: FastifyRequest, { password, code }: TotpProof): Promise<string> {
    sessionOf(request);
    const row = await ownRow(request);
    if (row.totpSecret === null) throw totpIsOff();
    await identity.confirm(row, password, await givenCode(context, row.totpSecret, code));
    return row.id;
  }

  async function ownRow(request: FastifyRequest): Promise<OperatorRow> {
    const row = await findOperator(db, operatorOf(request).id);
    if (!row) throw new ApiError(401, 'invalid_token', 'This operator does not exist any more.');
    return row;
  }
}

function clientOf(request: FastifyRequest): SessionClient {
  return { ipAddress: request.ip, userAgent: request.headers['user-agent'] ?? null };
}
