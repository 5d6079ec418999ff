/** The cookie that keeps an operator signed in; only `/api/auth` ever sees it. */
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { SessionSecrets } from './sessions.ts';

const NAME = 'solaris_refresh';
const PATH = '/api/auth';

export function setRefreshCookie(request: FastifyRequest, reply: FastifyReply, secrets: SessionSecrets): void {
  reply.setCookie(NAME, secrets.refresh, { ...attributes(request), expires: new Date(secrets.refreshExpiresAt) });
}

export function clearRefreshCookie(request: FastifyRequest, reply: FastifyReply): void {
  reply.clearCookie(NAME, attributes(request));
}

/** The cookie's value, or null. */
export function refreshCookieOf(request: FastifyRequest): string | null {
  return request.cookies[NAME] ?? null;
}

function attributes(request: FastifyRequest) {
  return { path: PATH, httpOnly: true, sameSite: 'strict', secure: request.protocol === 'https' } as const;
}
