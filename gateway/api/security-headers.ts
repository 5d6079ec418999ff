/** Headers that keep a browser from being turned against the gateway. */
import type { FastifyReply, FastifyRequest } from 'fastify';

/** Policy of everything that is no page: it can load nothing and be framed by nobody. */
const NO_PAGE = "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

const HSTS = 'max-age=31536000';

/** Sets the headers that every answer carries. A page then replaces the content policy by its own. */
export function setSecurityHeaders(request: FastifyRequest, reply: FastifyReply): void {
  reply.headers({
    'x-content-type-options': 'nosniff',
    'x-frame-options': 'DENY',
    'referrer-policy': 'no-referrer',
    'cross-origin-opener-policy': 'same-origin',
    'cross-origin-resource-policy': 'same-origin',
    'content-security-policy': NO_PAGE,
    'cache-control': 'no-store',
  });
  if (request.protocol === 'https') reply.header('strict-transport-security', HSTS);
}

/**
 * Content policy of a page of ours: nothing from elsewhere, nothing inline.
 *
 * @param nonce of inline scripts that the page's library needs; its style elements and attributes are let through then too
 * @param styleNonce of style elements that the page's own scripts make
 */
export function pagePolicy(nonce?: string, styleNonce?: string): string {
  const ownStyles = styleNonce === undefined ? "style-src 'self'" : `style-src 'self' 'nonce-${styleNonce}'`;
  return [
    "default-src 'none'",
    nonce === undefined ? "script-src 'self'" : `script-src 'self' 'nonce-${nonce}'`,
    nonce === undefined ? ownStyles : "style-src 'self' 'unsafe-inline'",
    "img-src 'self' data:",
    "font-src 'self' data:",
    "connect-src 'self'",
    "manifest-src 'self'",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ].join('; ');
}
