/** The runs of the gateway in the demo's weeks: a restart now and then, and one night without power. */
import type { GatewayContext } from '../context.ts';
import { newId } from '../db/ids.ts';
import type { Random } from './random.ts';
import type { TrafficWindow } from './traffic.ts';

const DAY_MS = 86_400_000;
const RESTART_MS = 40_000;
const OUTAGE_MS = 95 * 60_000;

export async function recordRuns(
  { db, version }: GatewayContext,
  { from, now }: TrafficWindow,
  random: Random,
): Promise<void> {
  const { gateways } = db.tables;
  const runs: (typeof gateways.$inferInsert)[] = [];
  for (let startedAt = from; startedAt < now; ) {
    const next = startedAt + Math.round((6 + 5 * random.next()) * DAY_MS);
    const stoppedAt = Math.min(next, now);
    runs.push({ id: newId('gtw', startedAt), version, startedAt, heartbeatAt: stoppedAt, stoppedAt });
    startedAt = next + (runs.length === 4 ? OUTAGE_MS : RESTART_MS);
  }
  await db.insert(gateways).values(runs);
}
