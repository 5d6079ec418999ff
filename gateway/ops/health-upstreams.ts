/** Whether upstreams can be reached: a connection is opened and closed, and nothing is sent; and what requests showed. */
import { connect } from 'node:net';
import { asc, eq } from 'drizzle-orm';
import type { Health } from '../contract/health.ts';
import type { Database } from '../db/database.ts';
import type { HealthBoard } from '../upstreams/health-board.ts';
import type { Clock } from './clock.ts';

type UpstreamCheck = Omit<Health['checks']['upstreams'], 'tookMs'>;

interface Reached {
  readonly id: string;
  readonly name: string;
  readonly isReached: boolean;
  readonly tookMs: number;
}

const CONNECT_TIMEOUT_MS = 2_000;
/** However often health is asked for, upstreams see one connection in this time. */
const KEEP_MS = 10_000;

/** @returns a function that checks all enabled upstreams; connections are tried at most once in ten seconds */
export function createUpstreamCheck(db: Database, clock: Clock, board: HealthBoard): () => Promise<UpstreamCheck> {
  let last: { at: number; reached: Promise<Reached[]> } | null = null;
  const reachedLately = (): Promise<Reached[]> => {
    const now = clock.now();
    if (!last || now - last.at >= KEEP_MS || now < last.at) {
      const reached = reachUpstreams(db);
      last = { at: now, reached };
      reached.catch(() => {
        last = null;
      });
    }
    return last.reached;
  };
  return async () => {
    const items = (await reachedLately()).map(({ isReached, ...item }) => {
      const seen = board.report(item.id);
      // A socket that opens is no answer: what rests after failures serves nobody.
      return { ...item, status: isReached && seen.state !== 'open' ? ('up' as const) : ('down' as const), seen };
    });
    const down = items.filter(({ status }) => status === 'down').length;
    if (items.length === 0) return { status: 'not_configured', items };
    return { status: down === 0 ? 'up' : down < items.length ? 'degraded' : 'down', items };
  };
}

async function reachUpstreams(db: Database): Promise<Reached[]> {
  const { upstreams } = db.tables;
  const rows = await db
    .select({ id: upstreams.id, name: upstreams.name, kind: upstreams.kind, baseUrl: upstreams.baseUrl })
    .from(upstreams)
    .where(eq(upstreams.enabled, true))
    .orderBy(asc(upstreams.position), asc(upstreams.id));
  return Promise.all(
    rows.map(async ({ id, name, kind, baseUrl }) => {
      const startedAt = performance.now();
      // The demo upstream lives in this process.
      const isReached = kind === 'demo' || (await canConnect(baseUrl));
      return { id, name, isReached, tookMs: elapsedMs(startedAt) };
    }),
  );
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
