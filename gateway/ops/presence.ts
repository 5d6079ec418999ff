/** This gateway's row in the database: who runs, and a sign of life for the others. */
import { eq } from 'drizzle-orm';
import type { FastifyBaseLogger } from 'fastify';
import type { Database } from '../db/database.ts';
import type { Clock } from './clock.ts';

const HEARTBEAT_MS = 10_000;

export interface Presence {
  /** Notes that this gateway has stopped. */
  end(): Promise<void>;
}

/** Enters the gateway, and renews its sign of life until `end`. */
export async function announceGateway(
  dependencies: { db: Database; clock: Clock; log: FastifyBaseLogger },
  gateway: { id: string; version: string },
): Promise<Presence> {
  const { db, clock, log } = dependencies;
  const { gateways } = db.tables;
  const now = clock.now();
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
    async end() {
      clearInterval(timer);
      await db.update(gateways).set({ stoppedAt: clock.now() }).where(mine);
    },
  };
}
