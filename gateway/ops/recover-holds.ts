/** Gives back what a gateway that died had reserved, and leaves a trace of it. */
import type { FastifyBaseLogger } from 'fastify';
import { type AuditWriter, SYSTEM } from '../audit/audit-writer.ts';
import type { Database } from '../db/database.ts';
import type { InterruptedHold } from '../ledger/port.ts';
import type { Clock } from './clock.ts';

/** As many as an audit entry lists; all are in the usage records, with outcome `interrupted`. */
const LISTED = 100;

/**
 * Releases the open holds of gateways that are gone.
 *
 * @param gatewayIds `all` is for a start that is alone on its database
 * @returns the requests that were cut off, and what they may have cost at their upstreams
 */
export async function recoverHolds(
  { db, audit, clock, log }: { db: Database; audit: AuditWriter; clock: Clock; log: FastifyBaseLogger },
  gatewayIds: readonly string[] | 'all',
): Promise<InterruptedHold[]> {
  const interrupted = await db.ledger.recover(gatewayIds, clock.now());
  if (interrupted.length === 0) return interrupted;
  const details = {
    requests: interrupted.length,
    reservedTokens: interrupted.reduce((sum, hold) => sum + hold.reservedTokens, 0),
    costMicroUsd: interrupted.reduce((sum, hold) => sum + hold.costMicroUsd, 0),
    ids: interrupted.slice(0, LISTED).map((hold) => hold.usageId),
  };
  await db.tx((tx) => audit.write(tx, { actor: SYSTEM, action: 'holds.recovered', details }));
  log.warn(details, 'A gateway ended without notice; what its open requests had reserved was given back');
  return interrupted;
}
