/** Whether gateways run on a database, asked from outside of all of them. */
import { setTimeout as sleep } from 'node:timers/promises';
import { and, gt, isNull } from 'drizzle-orm';
import type { Database } from '../db/database.ts';
import type { Clock } from './clock.ts';
import { LEASE_MS } from './presence.ts';

const LOOK_MS = 500;
/** No clocks are further apart: whoever was silent for so long has crashed. */
const SURELY_DEAD_MS = 24 * 3_600_000;

/**
 * Looks for a sign of life of the gateways that noted no end, for a lease at most. That it changes is the sign: clocks of
 * other machines may be wrong.
 *
 * @param options.onWait called once when there are such gateways
 */
export async function anyGatewayRuns(
  db: Pick<Database, 'select' | 'tables'>,
  clock: Clock,
  { leaseMs = LEASE_MS, onWait }: { leaseMs?: number; onWait?: () => void } = {},
): Promise<boolean> {
  const { gateways } = db.tables;
  const isUnended = and(isNull(gateways.stoppedAt), gt(gateways.heartbeatAt, clock.now() - SURELY_DEAD_MS));
  const look = () => db.select({ id: gateways.id, heartbeatAt: gateways.heartbeatAt }).from(gateways).where(isUnended);
  const before = new Map((await look()).map((row) => [row.id, row.heartbeatAt]));
  if (before.size === 0) return false;
  onWait?.();
  for (let waited = 0; waited < leaseMs; waited += LOOK_MS) {
    await sleep(Math.min(LOOK_MS, leaseMs));
    if ((await look()).some((row) => before.get(row.id) !== row.heartbeatAt)) return true;
  }
  return false;
}
