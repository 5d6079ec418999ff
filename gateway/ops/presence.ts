/** This gateway's row in the database: who runs, and a sign of life for the others. */
import { eq, isNull, sql } from 'drizzle-orm';
import type { FastifyBaseLogger } from 'fastify';
import type { Database } from '../db/database.ts';
import type { Clock } from './clock.ts';

const HEARTBEAT_MS = 10_000;

export interface Presence {
  /** Gateways that never noted their end: the process was killed, or the machine went down. */
  readonly died: readonly string[];
  /** Notes that this gateway has stopped. */
  end(): Promise<void>;
}

/** Enters the gateway, and renews its sign of life until `end`. For a gateway that is alone on its database. */
export async function announceGateway(
  dependencies: { db: Database; clock: Clock; log: FastifyBaseLogger },
  gateway: { id: string; version: string },
): Promise<Presence> {
  const { db, clock, log } = dependencies;
  const { gateways } = db.tables;
  const now = clock.now();
  const dead = await db
    .update(gateways)
    .set({ stoppedAt: sql`${gateways.heartbeatAt}` })
    .where(isNull(gateways.stoppedAt))
    .returning({ id: gateways.id });
  await db.insert(gateways).values({ id: gateway.id, version: gateway.version, startedAt: now, heartbeatAt: now });
  const mine = eq(gateways.id, gateway.id);
  const beat = () =>
    db
      .update(gateways)
      .set({ heartbeatAt: clock.now() })
      .where(mine)
      .catch((error: unknown) => log.warn({ err: error }, 'The sign of life could not be written'));
  const timer = setInterval(beat, HEARTBEAT_MS).unref();
  return {
    died: dead.map(({ id }) => id),
    async end() {
      clearInterval(timer);
      await db.update(gateways).set({ stoppedAt: clock.now() }).where(mine);
    },
  };
}
