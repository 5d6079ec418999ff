/** Maintenance that outlasts its expected end: administrators are reminded once, and an alert stays while it lasts. */
import type { GatewayContext } from '../context.ts';
import { expectedEnd } from '../ops/maintenance.ts';
import { endSystemAlert, raiseSystemAlert, type SystemAlert } from './system-trouble.ts';

const CAUSE = { check: 'maintenance_overdue' };

/** The expected end of the maintenance that is on; null when none is on or nobody knows its end. */
export function expectedEndNow({ settings }: Pick<GatewayContext, 'settings'>): number | null {
  const { on, until } = settings.current().maintenance;
  return on ? expectedEnd(until) : null;
}

/**
 * Reminds when the end has passed; takes the alert back when the maintenance is over or was given another end.
 *
 * @param alert that of the maintenance that is on; null when none is
 */
export async function remindOfEnd(context: GatewayContext, alert: SystemAlert | null): Promise<void> {
  const until = expectedEndNow(context);
  if (alert === null || until === null || until > context.clock.now()) {
    await endSystemAlert(context, CAUSE, null);
    return;
  }
  await raiseSystemAlert(context, { ...CAUSE, found: { until } }, (operatorId) => ({
    kind: 'maintenance_overdue',
    to: { operatorId },
    data: { since: alert.since, until },
    // Once for a maintenance, however often its end is put off.
    dedupeKey: `maintenance:${alert.id}:overdue:${operatorId}`,
  }));
}
