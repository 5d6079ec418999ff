/** The cookie that keeps somebody signed in: scripts cannot read it, and only the routes below `path` ever see it. */
import type { FastifyReply, FastifyRequest } from 'fastify';

/** What of a session's secrets goes into the cookie. */
interface RefreshSecret {
  /** Null leaves the browser the one that it has. */
  readonly refresh: string | null;
  /** Epoch milliseconds. */
  readonly refreshExpiresAt: number;
}

export interface RefreshCookie {
  set(request: FastifyRequest, reply: FastifyReply, secrets: RefreshSecret): void;
  clear(request: FastifyRequest, reply: FastifyReply): void;
  /** The cookie's value, or null. */
  of(request: FastifyRequest): string | null;
}

export function refreshCookie(name: string, path: string): RefreshCookie {
  const attributes = (request: FastifyRequest) =>
    ({ path, httpOnly: true, sameSite: 'strict', secure: request.protocol === 'https' }) as const;
  return {
    set(request, reply, secrets) {
      if (secrets.refresh === null) return;
      reply.setCookie(name, secrets.refresh, { ...attributes(request), expires: new Date(secrets.refreshExpiresAt) });
    },
    clear(request, reply) {
      reply.clearCookie(name, attributes(request));
    },
    of: (request) => request.cookies[name] ?? null,
  };
}
