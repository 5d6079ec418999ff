/**
 * This gateway's row in the database: who runs, and a sign of life for the others. `stoppedAt` is its last sign of life or
 * later where the end is certain; a presumed one lies before it, as the gateway may only have been silent.
 */
import { and, eq, gte, inArray, isNull, lt, ne, or, type SQL, sql } from 'drizzle-orm';
import type { FastifyBaseLogger } from 'fastify';
import type { Database } from '../db/database.ts';
import type { Clock } from './clock.ts';

/** How long a gateway may give no sign of life before others take it for dead, unless the start says otherwise. */
export const LEASE_MS = 30_000;
const BEATS_IN_A_LEASE = 3;

/** Gateways whose process is known to have ended. Of others whose `stoppedAt` is set, that is only presumed. */
export function hasSurelyStopped({ gateways }: Database['tables']): SQL {
  return gte(gateways.stoppedAt, gateways.heartbeatAt);
}

export interface Presence {
  /** Gateways that are known to be gone without having noted their end: the process was killed, or the machine went down. */
  readonly died: readonly string[];
  /**
   * Watches the other gateways of the database, and tells of each whose lease has run out.
   *
   * @param onDead gives back what they held; called again for those that still hold something
   */
  watch(onDead: (gatewayIds: string[]) => Promise<void>): void;
  /** Notes that this gateway has stopped. */
  end(): Promise<void>;
}

export interface PresenceOptions {
  id: string;
  version: string;
  /** The gateway that ran on this data directory before and left no note: its lock was free, so it is gone. */
  previousId: string | null;
  leaseMs?: number | undefined;
}

/**
 * Enters the gateway, and renews its sign of life until `end`. A time without one is noted when it is over: the machine
 * slept, the process stood still, or the database was gone, and no request was answered.
 */
export async function announceGateway(
  dependencies: { db: Database; clock: Clock; log: FastifyBaseLogger },
  { id, version, previousId, leaseMs = LEASE_MS }: PresenceOptions,
): Promise<Presence> {
  const { db, clock, log } = dependencies;
  const { gateways, gatewayGaps } = db.tables;
  const now = clock.now();
  // A SQLite file has one gateway. On Postgres, only the one of the same data directory is known to be gone.
  const gone = db.engine === 'sqlite' ? undefined : eq(gateways.id, previousId ?? '');
  const presumed = lt(gateways.stoppedAt, gateways.heartbeatAt);
  const unended = or(isNull(gateways.stoppedAt), db.engine === 'sqlite' ? undefined : presumed);
  const dead = await db
    .update(gateways)
    .set({ stoppedAt: sql`${gateways.heartbeatAt}` })
    .where(and(unended, gone))
    .returning({ id: gateways.id });
  await db.insert(gateways).values({ id, version, startedAt: now, heartbeatAt: now });
  const mine = eq(gateways.id, id);
  let lastBeat = now;
  let aliveAt = now;
  const beat = async (): Promise<void> => {
    const at = clock.now();
    // Others compare it with what it was, never with their own clocks: it must change.
    lastBeat = db.engine === 'sqlite' ? at : Math.max(lastBeat + 1, at);
    await db.update(gateways).set({ heartbeatAt: lastBeat, stoppedAt: null }).where(mine);
    const gap = { gatewayId: id, startsAt: aliveAt, endsAt: at };
    if (at - aliveAt > leaseMs) await db.insert(gatewayGaps).values(gap).onConflictDoNothing();
    aliveAt = at;
  };
  let look: (() => Promise<void>) | null = null;
  let ended = false;
  let underWay: Promise<void> = Promise.resolve();
  const turn = async (): Promise<void> => {
    await beat().catch((error: unknown) => log.warn({ err: error }, 'The sign of life could not be written'));
    if (!ended)
      await look?.().catch((error: unknown) => log.warn({ err: error }, 'The other gateways could not be seen'));
  };
  const timer = setInterval(() => {
    underWay = underWay.then(() => (ended ? undefined : turn()));
  }, leaseMs / BEATS_IN_A_LEASE).unref();
  return {
    died: dead.map((row) => row.id),
    watch(onDead) {
      look = createWatch(db, id, leaseMs, onDead);
    },
    async end() {
      ended = true;
      clearInterval(timer);
      await underWay;
      await db
        .update(gateways)
        .set({ stoppedAt: Math.max(clock.now(), lastBeat) })
        .where(mine);
    },
  };
}

interface Seen {
  readonly heartbeatAt: number;
  /** When it was first seen so, on this process's own clock. */
  readonly since: number;
}

/** @returns a function that looks once; leases are measured by what this process saw, so that no two clocks need agree */
function createWatch(
  db: Database,
  ownId: string,
  leaseMs: number,
  onDead: (gatewayIds: string[]) => Promise<void>,
): () => Promise<void> {
  const { gateways, holds } = db.tables;
  let seen = new Map<string, Seen>();
  return async () => {
    const at = performance.now();
    const living = await db
      .select({ id: gateways.id, heartbeatAt: gateways.heartbeatAt })
      .from(gateways)
      .where(and(isNull(gateways.stoppedAt), ne(gateways.id, ownId)));
    // Who noted an end, or was never entered, may still have left holds behind.
    const holding = await db.selectDistinct({ id: holds.gatewayId }).from(holds).where(ne(holds.gatewayId, ownId));
    const beats = new Map([
      ...holding.map(({ id }) => [id, 0] as const),
      ...living.map((row) => [row.id, row.heartbeatAt] as const),
    ]);
    seen = new Map(
      [...beats].map(([id, heartbeatAt]) => {
        const before = seen.get(id);
        return [id, before?.heartbeatAt === heartbeatAt ? before : { heartbeatAt, since: at }];
      }),
    );
    const silent = [...seen].filter(([, { since }]) => at - since >= leaseMs);
    if (silent.length === 0) return;
    // Only if nothing changed since it was seen: whoever wakes up now is not dead.
    for (const [id, { heartbeatAt }] of silent) {
      await db
        .update(gateways)
        .set({ stoppedAt: heartbeatAt - 1 })
        .where(and(eq(gateways.id, id), eq(gateways.heartbeatAt, heartbeatAt), isNull(gateways.stoppedAt)));
    }
    const ids = silent.map(([id]) => id);
    const awake = await db
      .select({ id: gateways.id })
      .from(gateways)
      .where(and(inArray(gateways.id, ids), isNull(gateways.stoppedAt)));
    const dead = ids.filter((id) => !awake.some((row) => row.id === id));
    if (dead.length > 0) await onDead(dead);
  };
}
