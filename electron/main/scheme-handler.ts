/**
 * Answers `app://…`: the pages from the app's files, everything else of the console's API from the gateway beside it. So
 * the console sees one origin with the paths it knows from a browser, and no other origin is ever allowed. No Electron
 * in here.
 */
import { randomBytes } from 'node:crypto';
import type { Page } from '../contract.ts';
import { readPageFile } from './page-files.ts';
import type { PageSession } from './page-session.ts';
import { pageOf } from './pages.ts';

const PAGES: Record<Page, { prefix: string; html: string }> = {
  console: { prefix: '/admin/', html: 'index.html' },
  approver: { prefix: '/', html: 'approver.html' },
};
const REFRESH = '/api/auth/refresh';
const GATEWAY = /^\/(api\/|health$|health\/)/;
/** Stands in the page where its scripts look for the nonce of the style elements that they make. */
const NONCE_PLACE = 'STYLE-NONCE';
const contentSecurityPolicy = (styleNonce: string) =>
  [
    "default-src 'none'",
    "script-src 'self'",
    `style-src 'self' 'nonce-${styleNonce}'`,
    "img-src 'self' data:",
    "font-src 'self'",
    "connect-src 'self'",
    "base-uri 'none'",
    "frame-ancestors 'none'",
    "form-action 'none'",
  ].join('; ');

export interface SchemeSources {
  /** Folder of the built pages. */
  pages: string;
  /** Origin of the running gateway; null while there is none. */
  gateway(): string | null;
  session: PageSession;
  fetch: typeof fetch;
}

/** @returns the handler for Electron's `protocol.handle` */
export function createSchemeHandler(sources: SchemeSources): (request: Request) => Promise<Response> {
  return async (request) => {
    const page = pageOf(request.url);
    if (page === null) return plain(404, 'There is nothing here.');
    const { pathname, search } = new URL(request.url);
    const { prefix, html } = PAGES[page];
    // Only the console has a way to the gateway.
    if (page === 'console' && GATEWAY.test(pathname)) return callGateway(sources, request, pathname, search);
    if (request.method !== 'GET') return plain(405, 'Pages can only be read.');
    if (!pathname.startsWith(prefix)) return plain(404, 'There is nothing here.');
    const file = await readPageFile(sources.pages, pathname.slice(prefix.length), html);
    if (!file) return plain(404, 'There is no such file.');
    const nonce = randomBytes(16).toString('base64');
    const isPage = file.contentType.startsWith('text/html');
    if (isPage && page === 'console') sources.session.begin();
    const content = isPage ? Buffer.from(file.content).toString('utf8').replace(NONCE_PLACE, nonce) : file.content;
    return new Response(content, { headers: { ...pageHeaders(nonce), 'content-type': file.contentType } });
  };
}

/** Calls that sign in and out carry the session that is kept here; all others carry the page's own token. */
async function callGateway(
  sources: SchemeSources,
  request: Request,
  pathname: string,
  search: string,
): Promise<Response> {
  const { session } = sources;
  if (!pathname.startsWith('/api/auth/')) return forward(sources, request, pathname + search);
  const isRefresh = pathname === REFRESH;
  if (isRefresh && sources.gateway()) await session.ensure();
  const again = isRefresh ? request.clone() : null;
  const response = await forward(sources, request, pathname + search, session.cookie());
  if (again && response.status === 401 && (await session.renew())) {
    return kept(session, pathname, await forward(sources, again, pathname + search, session.cookie()));
  }
  return kept(session, pathname, response);
}

function kept(session: PageSession, pathname: string, response: Response): Response {
  const headers = new Headers(response.headers);
  session.take(pathname, headers);
  const { status, statusText } = response;
  return new Response(response.body, { status, statusText, headers });
}

async function forward(
  sources: SchemeSources,
  request: Request,
  path: string,
  cookie: string | null = null,
): Promise<Response> {
  const origin = sources.gateway();
  if (!origin) return unreachable('The gateway is not running.');
  const headers = new Headers(request.headers);
  for (const name of ['host', 'referer', 'cookie']) headers.delete(name);
  if (cookie !== null) headers.set('cookie', cookie);
  // The gateway answers pages of its own origin only. This is one, from the app's files.
  if (request.method !== 'GET') headers.set('origin', origin);
  else headers.delete('origin');
  // Node decodes the body but keeps the header that says it is encoded.
  headers.set('accept-encoding', 'identity');
  const { method, body, signal } = request;
  try {
    const init = { method, headers, body, signal, redirect: 'manual', duplex: 'half' } as const;
    return await sources.fetch(new URL(path, origin), init);
  } catch (error) {
    return unreachable(error instanceof Error ? error.message : 'The gateway does not answer.');
  }
}

function unreachable(message: string): Response {
  return Response.json({ error: { code: 'gateway_unreachable', message } }, { status: 503 });
}

function plain(status: number, text: string): Response {
  return new Response(text, { status, headers: { ...pageHeaders(), 'content-type': 'text/plain; charset=utf-8' } });
}

function pageHeaders(styleNonce = randomBytes(16).toString('base64')): Record<string, string> {
  return {
    'content-security-policy': contentSecurityPolicy(styleNonce),
    'cross-origin-opener-policy': 'same-origin',
    'referrer-policy': 'no-referrer',
    'x-content-type-options': 'nosniff',
  };
}
