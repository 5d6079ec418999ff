/** Whether upstreams can be reached: a connection is opened and closed, and nothing is sent. */
import { connect } from 'node:net';
import { asc, eq } from 'drizzle-orm';
import type { Health } from '../contract/health.ts';
import type { Database } from '../db/database.ts';
import type { Clock } from './clock.ts';

type UpstreamCheck = Omit<Health['checks']['upstreams'], 'tookMs'>;

const CONNECT_TIMEOUT_MS = 2_000;
/** However often health is asked for, upstreams see one connection in this time. */
const KEEP_MS = 10_000;

/** @returns a function that checks all enabled upstreams, at most once in ten seconds */
export function createUpstreamCheck(db: Database, clock: Clock): () => Promise<UpstreamCheck> {
  let last: { at: number; check: Promise<UpstreamCheck> } | null = null;
  return () => {
    const now = clock.now();
    if (!last || now - last.at >= KEEP_MS || now < last.at) {
      const check = checkUpstreams(db);
      last = { at: now, check };
      check.catch(() => {
        last = null;
      });
    }
    return last.check;
  };
}

async function checkUpstreams(db: Database): Promise<UpstreamCheck> {
  const { upstreams } = db.tables;
  const rows = await db
    .select({ id: upstreams.id, name: upstreams.name, kind: upstreams.kind, baseUrl: upstreams.baseUrl })
    .from(upstreams)
    .where(eq(upstreams.enabled, true))
    .orderBy(asc(upstreams.position), asc(upstreams.id));
  const items = await Promise.all(
    rows.map(async ({ id, name, kind, baseUrl }) => {
      const startedAt = performance.now();
      // The demo upstream lives in this process.
      const isUp = kind === 'demo' || (await canConnect(baseUrl));
      return { id, name, status: isUp ? ('up' as const) : ('down' as const), tookMs: elapsedMs(startedAt) };
    }),
  );
  const down = items.filter(({ status }) => status === 'down').length;
  if (items.length === 0) return { status: 'not_configured', items };
  return { status: down === 0 ? 'up' : down < items.length ? 'degraded' : 'down', items };
}

function canConnect(baseUrl: string): Promise<boolean> {
  if (!URL.canParse(baseUrl)) return Promise.resolve(false);
  const { hostname, port, protocol } = new URL(baseUrl);
  return new Promise((resolve) => {
    const socket = connect({
      host: hostname.replace(/^\[|\]$/g, ''),
      port: port === '' ? (protocol === 'https:' ? 443 : 80) : Number(port),
      timeout: CONNECT_TIMEOUT_MS,
    });
    const end = (isUp: boolean) => {
      socket.destroy();
      resolve(isUp);
    };
    socket.once('connect', () => end(true));
    socket.once('timeout', () => end(false));
    socket.once('error', () => end(false));
  });
}

/** Milliseconds since `startedAt` of `performance.now()`, to a tenth. */
export function elapsedMs(startedAt: number): number {
  return Math.round((performance.now() - startedAt) * 10) / 10;
}
