/**
 * Who may call what, decided in one place. Every route of the API says so itself, in `config.access`; a route that does
 * not stops the gateway from starting.
 */
import { createHash, timingSafeEqual } from 'node:crypto';
import type { FastifyRequest, RouteOptions } from 'fastify';
import type { Actor } from '../audit/audit-writer.ts';
import type { GatewayContext } from '../context.ts';
import type { Role } from '../db/json-columns.ts';
import { addressKey, type BucketRate } from '../limits/token-bucket.ts';
import type { AuthenticatedOperator } from '../operators/authenticate.ts';
import { CONFIRMATION_HEADER, requireConfirmation } from '../operators/confirmations.ts';
import { roleAtLeast } from '../operators/roles.ts';
import type { Sessions } from '../operators/sessions.ts';
import { ApiError, RetryLaterError } from '../ops/api-error.ts';
import { isPortalToken, type Member, type PortalSessions } from '../portal/sessions.ts';
import type { ApiApp } from './api-app.ts';
import { isFromLoopback } from './origin-guard.ts';

/**
 * The least role that may call a route. `public` needs no sign-in; `monitor` needs none on this machine, and elsewhere the
 * token of the setting `metricsToken` or any operator. `user` is for users of the portal, `signed-in` for them and for
 * every operator.
 */
export type Access = 'public' | 'monitor' | 'user' | 'signed-in' | Role;

declare module 'fastify' {
  interface FastifyContextConfig {
    /** The least role that may call the route. Every route of the API must say. */
    access?: Access;
    /**
     * Does what cannot be had back, or stops people: where the team asks for the password before such things (setting
     * `safeMode`), the call must carry a confirmation. A function says it of single calls.
     */
    dangerous?: true | ((request: FastifyRequest) => boolean);
    /** Takes an `Idempotency-Key`: see `idempotency.ts`. */
    idempotent?: true;
    /** A public route that answers however often it is asked: liveness, and the console's files. */
    unlimited?: boolean;
    /** Answers under whatever host name: what containers and load balancers ask for. */
    anyHost?: boolean;
  }
  interface FastifyRequest {
    /** Who calls; null on public routes without a good token. Prefer `operatorOf`. */
    operator: AuthenticatedOperator | null;
    /** The user of the portal who calls; null where an operator or nobody does. Prefer `memberOf`. */
    member: Member | null;
  }
}

/** Failed and anonymous calls, by address. */
const ANONYMOUS_RATE: BucketRate = { perSecond: 5, burst: 10 };
/** Signed-in calls, by operator. */
const SIGNED_IN_RATE: BucketRate = { perSecond: 50, burst: 100 };

/** The operator who calls; for routes whose access is not `public`. */
export function operatorOf(request: FastifyRequest): AuthenticatedOperator {
  if (!request.operator) throw new ApiError(401, 'unauthenticated', 'Sign in first.');
  return request.operator;
}

/** The user of the portal who calls; for routes with access `user`. */
export function memberOf(request: FastifyRequest): Member {
  if (!request.member) throw new ApiError(401, 'unauthenticated', 'Sign in first.');
  return request.member;
}

/** Who the audit log names for what this request does. */
export function actorOf(request: FastifyRequest): Actor {
  const { id, tokenId } = operatorOf(request);
  return tokenId === null ? { kind: 'operator', id } : { kind: 'token', id: tokenId };
}

/**
 * Refuses what an API token must not do: change how its operator signs in.
 *
 * @returns the id of the session
 */
export function sessionOf(request: FastifyRequest): string {
  const { sessionId } = operatorOf(request);
  if (sessionId === null) {
    throw new ApiError(403, 'session_required', 'An API token may not do this. Sign in with e-mail and password.');
  }
  return sessionId;
}

/** The token of an `authorization: Bearer …` header, or null. */
export function bearerOf(request: FastifyRequest): string | null {
  return /^bearer +(\S{1,500}) *$/i.exec(request.headers.authorization ?? '')?.[1] ?? null;
}

/** Adds the checks to the scope; call it before any route is registered there. */
export function enforceAccess(
  scope: ApiApp,
  context: GatewayContext,
  sessions: Sessions,
  portalSessions: PortalSessions,
): void {
  const anonymous = context.limits.buckets('anonymous', ANONYMOUS_RATE);
  const signedIn = context.limits.buckets('signed-in', SIGNED_IN_RATE);

  scope.decorateRequest('operator', null);
  scope.decorateRequest('member', null);

  scope.addHook('onRoute', ({ config, method, url }: RouteOptions) => {
    if (config?.access === undefined) throw new Error(`Route ${method} ${url} does not declare config.access`);
    if (config.unlimited && config.access !== 'public')
      throw new Error(`Route ${method} ${url} is unlimited but not public`);
  });

  scope.addHook('onRequest', async (request) => {
    const { access = 'public', unlimited = false } = request.routeOptions.config;
    if (unlimited) return;
    const bearer = bearerOf(request);
    if (access === 'monitor' && isMonitor(request, bearer, context.settings.current().metricsToken)) return;
    const member = bearer !== null && isPortalToken(bearer) ? await portalSessions.authenticate(bearer) : null;
    const operator = bearer === null || member ? null : await sessions.authenticate(bearer);
    const caller = member?.userId ?? operator?.id;
    throttle(await (caller === undefined ? anonymous(addressKey(request.ip)) : signedIn(caller)));
    request.operator = operator;
    request.member = member;
    if (access === 'public') return;
    if (caller === undefined) {
      throw bearer === null
        ? new ApiError(401, 'unauthenticated', 'Sign in first.')
        : new ApiError(401, 'invalid_token', 'The session has ended or the token is not valid. Sign in again.');
    }
    if (access === 'signed-in') return;
    if (access === 'user') {
      if (!member) throw new ApiError(403, 'forbidden', 'This is for users of the portal.');
      return;
    }
    if (!operator) throw new ApiError(403, 'forbidden', 'This is for operators of the console.');
    if (access !== 'monitor' && !roleAtLeast(operator.role, access)) {
      throw new ApiError(403, 'forbidden', `This needs the role ${access}; yours is ${operator.role}.`);
    }
  });

  // Behind the checks of the input, which say what is wrong before a password is asked for.
  scope.addHook('preHandler', async (request) => {
    const { dangerous } = request.routeOptions.config;
    if (!dangerous || !request.operator || context.settings.current().safeMode !== 'password') return;
    if (dangerous !== true && !dangerous(request)) return;
    await requireConfirmation(context, request.operator, headerOf(request, CONFIRMATION_HEADER));
  });
}

function headerOf(request: FastifyRequest, name: string): string | null {
  const value = request.headers[name];
  return typeof value === 'string' ? value : null;
}

function isMonitor(request: FastifyRequest, bearer: string | null, metricsToken: string | null): boolean {
  if (isFromLoopback(request)) return true;
  if (bearer === null || metricsToken === null) return false;
  const digest = (text: string) => createHash('sha256').update(text).digest();
  return timingSafeEqual(digest(bearer), digest(metricsToken));
}

function throttle(waitMs: number): void {
  if (waitMs === 0) return;
  throw new RetryLaterError(429, 'rate_limited', 'Too many calls. Wait a moment and try again.', waitMs);
}
