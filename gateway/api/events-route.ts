/** `GET /api/events`: what changes, as it happens (SSE). Read it with fetch: the bearer token goes into the header. */
import type { ServerResponse } from 'node:http';
import type { FastifyRequest } from 'fastify';
import { z } from 'zod';
import type { GatewayContext } from '../context.ts';
import type { LiveEvent } from '../contract/events.ts';
import type { Role } from '../db/json-columns.ts';
import type { GatewayEvent } from '../events/event-bus.ts';
import { roleAtLeast } from '../operators/roles.ts';
import type { Sessions } from '../operators/sessions.ts';
import { ApiError } from '../ops/api-error.ts';
import type { PortalSessions } from '../portal/sessions.ts';
import { bearerOf, operatorOf } from './access.ts';
import type { ApiApp } from './api-app.ts';

/** Who may hear of what. */
const AUDIENCE: Record<Exclude<LiveEvent['kind'], 'connected'>, Role> = {
  settings_changed: 'admin',
  keys_changed: 'admin',
  upstreams_changed: 'admin',
  models_changed: 'viewer',
  plans_changed: 'viewer',
  departments_changed: 'viewer',
  views_changed: 'viewer',
  user_changed: 'viewer',
  operator_changed: 'owner',
  alert_raised: 'viewer',
  job_changed: 'admin',
  outbox_changed: 'admin',
  ticket_changed: 'viewer',
  alert_resolved: 'viewer',
  request_settled: 'viewer',
};

/** What users hear of: only what carries their own id. */
const OWN = new Set<LiveEvent['kind']>(['user_changed', 'ticket_changed', 'request_settled']);

/** A viewer that hears nothing for twice as long knows that the line is dead, and says so. */
const HEARTBEAT_MS = 2_000;
/** How soon a token that expired, or was revoked elsewhere, ends the stream. */
const RECHECK_MS = 15_000;
/** Events of this span go out together, each once: a busy gateway must not drown its viewers. */
const GATHER_MS = 200;
const MOST_STREAMS_PER_VIEWER = 20;

type Who =
  | { readonly kind: 'operator'; readonly id: string; readonly role: Role }
  | { readonly kind: 'user'; readonly id: string };

interface Viewer {
  readonly who: Who;
  readonly token: string;
  readonly response: ServerResponse;
  /** Events to send, in JSON, each once. */
  readonly pending: Set<string>;
}

export async function registerEventRoutes(
  app: ApiApp,
  context: GatewayContext,
  sessions: Sessions,
  portalSessions: PortalSessions,
): Promise<void> {
  const { events, log } = context;
  const viewers = new Set<Viewer>();
  let gathering: NodeJS.Timeout | null = null;

  const close = (viewer: Viewer) => {
    viewers.delete(viewer);
    viewer.response.end();
  };

  /** Ends the stream unless its token is still good for the same role. */
  async function recheck(viewer: Viewer): Promise<void> {
    if (!(await isStill(viewer).catch(() => true))) close(viewer);
  }

  async function isStill({ who, token }: Viewer): Promise<boolean> {
    if (who.kind === 'user') return (await portalSessions.authenticate(token)) !== null;
    return (await sessions.authenticate(token))?.role === who.role;
  }

  function flush(): void {
    gathering = null;
    for (const { response, pending } of viewers) {
      // A viewer that does not read gets the rest when it does: the set is as small as what changed is.
      if (pending.size === 0 || response.writableNeedDrain) continue;
      response.write([...pending].map((event) => `data: ${event}\n\n`).join(''));
      pending.clear();
    }
  }

  const unsubscribe = events.onAny((event) => {
    if (viewers.size === 0 || isInternal(event)) return;
    const text = JSON.stringify(event satisfies LiveEvent);
    for (const viewer of viewers) if (concerns(viewer.who, event)) viewer.pending.add(text);
    gathering ??= setTimeout(flush, GATHER_MS);
    const affected = [...viewers].filter(({ who }) => mayEnd(who, event));
    return affected.length === 0 ? undefined : Promise.all(affected.map(recheck)).then(() => undefined);
  });

  const heartbeat = setInterval(() => {
    for (const { response } of viewers) if (!response.writableNeedDrain) response.write(':\n\n');
    flush();
  }, HEARTBEAT_MS).unref();
  const rechecks = setInterval(() => {
    for (const viewer of viewers)
      recheck(viewer).catch((error: unknown) => log.warn({ err: error }, 'A live view could not be checked'));
  }, RECHECK_MS).unref();

  app.addHook('preClose', async () => {
    unsubscribe();
    clearInterval(heartbeat);
    clearInterval(rechecks);
    if (gathering) clearTimeout(gathering);
    for (const viewer of viewers) close(viewer);
  });

  app.get('/api/events', {
    exposeHeadRoute: false,
    config: { access: 'signed-in' },
    schema: {
      tags: ['Live'],
      summary: 'What changes, as it happens: server-sent events {kind, …ids}; users hear of their own only',
      response: { 200: { description: 'A stream', content: { 'text/event-stream': { schema: z.string() } } } },
    },
    async handler(request, reply) {
      const who = whoOf(request);
      const open = [...viewers].filter((viewer) => viewer.who.id === who.id).length;
      if (open >= MOST_STREAMS_PER_VIEWER) {
        throw new ApiError(429, 'too_many_streams', 'Too many live views are open. Close some tabs.');
      }
      const viewer: Viewer = { who, token: bearerOf(request) ?? '', response: reply.raw, pending: new Set() };
      reply.hijack();
      reply.raw.writeHead(200, {
        ...(reply.getHeaders() as Record<string, string>),
        'content-type': 'text/event-stream; charset=utf-8',
        'x-accel-buffering': 'no',
      });
      // At once, so that the viewer knows that from now on nothing is missed.
      reply.raw.write(`data: ${JSON.stringify({ kind: 'connected' } satisfies LiveEvent)}\n\n`);
      reply.raw.on('close', () => viewers.delete(viewer));
      viewers.add(viewer);
    },
  });
}

function whoOf(request: FastifyRequest): Who {
  if (request.member) return { kind: 'user', id: request.member.userId };
  const { id, role } = operatorOf(request);
  return { kind: 'operator', id, role };
}

/** Cancelling is a call to the proxy, a refusal becomes an alert: neither is a viewer's business. */
function isInternal(event: GatewayEvent): event is Extract<GatewayEvent, { kind: InternalKind }> {
  return event.kind === 'user_cancelled' || event.kind === 'quota_refused' || event.kind === 'cap_refused';
}

type InternalKind = 'user_cancelled' | 'quota_refused' | 'cap_refused';

/** Whether the event is told to a viewer. */
function concerns(who: Who, event: Exclude<LiveEvent, { kind: 'connected' }>): boolean {
  if (who.kind === 'operator') return roleAtLeast(who.role, AUDIENCE[event.kind]);
  return OWN.has(event.kind) && 'userId' in event && event.userId === who.id;
}

/** Whether the event may have ended the viewer's session, or changed what they may see. */
function mayEnd(who: Who, event: Exclude<LiveEvent, { kind: 'connected' }>): boolean {
  switch (event.kind) {
    case 'operator_changed':
      return who.id === event.operatorId;
    case 'user_changed':
      return who.id === event.userId;
    // A session that a personal key opened ends with the key.
    case 'keys_changed':
      return who.kind === 'user';
    default:
      return false;
  }
}
