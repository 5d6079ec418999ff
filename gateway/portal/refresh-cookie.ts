/** The cookie that keeps a user signed in to the portal; only `/api/portal` ever sees it. */
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { PortalSecrets } from './sessions.ts';

const NAME = 'solaris_portal';
const PATH = '/api/portal';

export function setPortalCookie(request: FastifyRequest, reply: FastifyReply, secrets: PortalSecrets): void {
  reply.setCookie(NAME, secrets.refresh, { ...attributes(request), expires: new Date(secrets.refreshExpiresAt) });
}

export function clearPortalCookie(request: FastifyRequest, reply: FastifyReply): void {
  reply.clearCookie(NAME, attributes(request));
}

/** The cookie's value, or null. */
export function portalCookieOf(request: FastifyRequest): string | null {
  return request.cookies[NAME] ?? null;
}

function attributes(request: FastifyRequest) {
  return { path: PATH, httpOnly: true, sameSite: 'strict', secure: request.protocol === 'https' } as const;
}
