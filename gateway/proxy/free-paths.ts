/** Paths that an administrator lists as free: read-only questions to an upstream that cost nothing. All others are 404. */
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { GatewayContext } from '../context.ts';
import { newId } from '../db/ids.ts';
import type { Agents } from '../upstreams/agents.ts';
import { failedAnswer, failedCall } from '../upstreams/failures.ts';
import { credentials } from '../upstreams/kinds.ts';
import type { Authenticate } from './authenticate.ts';
import { matchesModel } from './model-names.ts';
import { refused } from './refusal.ts';
import type { Upstream, UpstreamDirectory } from './upstream-directory.ts';

export interface FreePathParts {
  readonly context: GatewayContext;
  readonly authenticate: Authenticate;
  readonly upstreams: UpstreamDirectory;
  readonly agents: Agents;
}

/** Answers the request if its path is listed. @returns false when it is not */
export type ServeFreePath = (request: FastifyRequest, reply: FastifyReply) => Promise<boolean>;

const KEY_PLACES = { keyHeaders: ['api-key', 'x-goog-api-key'], keyParameter: 'key' };
/** Nothing that one server reads in another way than we do. */
const PLAIN_PATH = /^\/[A-Za-z0-9._~/-]{1,500}$/;
const TIMEOUT_MS = 30_000;
const LARGEST_ANSWER = 16 * 1024 * 1024;
const PASSED_HEADERS = ['content-type', 'retry-after'];

export function createFreePaths({ context, authenticate, upstreams, agents }: FreePathParts): ServeFreePath {
  const { clock, settings, upstreamHealth: health } = context;

  /** Null: it gave no answer, and another may. */
  const ask = async (upstream: Upstream, path: string, query: string): Promise<Response | null> => {
    const headers = { accept: 'application/json', ...credentials(upstream) };
    const url = `${upstream.origin}${upstream.pathPrefix}${path}${query}`;
    const init = {
      headers,
      redirect: 'manual',
      signal: AbortSignal.timeout(TIMEOUT_MS),
      dispatcher: agents.of(upstream),
    };
    try {
      const response = await fetch(url, init as RequestInit);
      const failure = failedAnswer(response.status, Object.fromEntries(response.headers), clock.now());
      if (!failure) return response;
      await response.body?.cancel();
      health.failed(upstream.id, path, failure);
    } catch (error) {
      health.failed(upstream.id, path, failedCall(error));
    }
    return null;
  };

  return async (request, reply) => {
    const [path = '', query = ''] = splitOnce(request.url);
    const listed = settings.current().policy.freePaths;
    if (request.method !== 'GET' || listed.length === 0 || !isListed(path, listed)) return false;
    await authenticate(request, KEY_PLACES);
    const wanted = path.startsWith('/v1beta/') ? 'gemini' : 'openai';
    const able = (await upstreams.all()).filter(({ kind }) => kind === wanted);
    const below = path.replace(/^\/v1(beta)?/, '');
    for (const upstream of able) {
      const response = await ask(upstream, below, withoutKey(query));
      if (!response) continue;
      await pass(reply, response, newId('req', clock.now()));
      return true;
    }
    throw refused(502, 'upstream_unreachable', 'No upstream answers this question now.');
  };
}

async function pass(reply: FastifyReply, response: Response, requestId: string): Promise<void> {
  const bytes = Buffer.from(await response.arrayBuffer());
  if (bytes.length > LARGEST_ANSWER)
    throw refused(502, 'upstream_error', 'The upstream sent an answer that is too large.');
  for (const name of PASSED_HEADERS) {
    const value = response.headers.get(name);
    if (value !== null) reply.header(name, value);
  }
  await reply.header('x-request-id', requestId).code(response.status).send(bytes);
}

function isListed(path: string, listed: readonly string[]): boolean {
  if (!PLAIN_PATH.test(path) || path.split('/').some((part, index) => index > 0 && /^\.*$/.test(part))) return false;
  return listed.some((pattern) => matchesModel(pattern, path));
}

function withoutKey(query: string): string {
  const parameters = new URLSearchParams(query);
  parameters.delete(KEY_PLACES.keyParameter);
  return parameters.size === 0 ? '' : `?${parameters}`;
}

function splitOnce(url: string): string[] {
  const at = url.indexOf('?');
  return at === -1 ? [url] : [url.slice(0, at), url.slice(at + 1)];
}
