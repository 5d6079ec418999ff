/** Takes back that an operator resolved an alert. */
import { and, eq, ne } from 'drizzle-orm';
import type { Actor } from '../audit/audit-writer.ts';
import type { GatewayContext } from '../context.ts';
import type { Alert } from '../contract/alerts.ts';
import type { Tx } from '../db/database.ts';
import { ApiError } from '../ops/api-error.ts';
import { findAlert } from './lists.ts';
import { freedKey } from './threshold-alerts.ts';

/**
 * Opens an alert again, as if it had never been resolved; one that is open stays so.
 *
 * @throws ApiError 404; 409 `alert_over` when its cause has ended since, or was told of anew
 */
export async function reopenAlert(context: GatewayContext, tx: Tx, id: string, actor: Actor): Promise<Alert> {
  const { alerts, operators } = tx.tables;
  const [row] = await tx.select().from(alerts).where(eq(alerts.id, id));
  if (!row) throw new ApiError(404, 'alert_not_found', 'There is no alert with this id.');
  if (row.resolvedAt !== null) {
    const dedupeKey = keyBefore(row);
    const byOperator = row.resolvedBy !== null && (await tx.$count(operators, eq(operators.id, row.resolvedBy))) > 0;
    const isToldAnew =
      dedupeKey !== null && (await tx.$count(alerts, and(eq(alerts.dedupeKey, dedupeKey), ne(alerts.id, id)))) > 0;
    if (dedupeKey === null || !byOperator || isToldAnew) {
      throw new ApiError(409, 'alert_over', 'What the alert was about has ended since, or was told of anew.');
    }
    await tx.update(alerts).set({ resolvedAt: null, resolvedBy: null, dedupeKey }).where(eq(alerts.id, id));
    await context.audit.write(tx, {
      actor,
      action: 'alert.reopened',
      target: { kind: 'alert', id },
      details: { kind: row.kind, userId: row.userId },
    });
  }
  const found = await findAlert(tx, id, context.clock.now());
  if (!found) throw new ApiError(404, 'alert_not_found', 'There is no alert with this id.');
  return found;
}

/** The key that an alert has while it is open; null when its key was freed because its cause had ended. */
function keyBefore({ id, kind, dedupeKey }: { id: string; kind: string; dedupeKey: string }): string | null {
  const freed = freedKey('', id);
  if (!dedupeKey.endsWith(freed)) return dedupeKey;
  // Unusual use has no end: its key was freed when it was resolved.
  return kind === 'anomaly' ? dedupeKey.slice(0, -freed.length) : null;
}
