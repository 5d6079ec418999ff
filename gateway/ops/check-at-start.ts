/** What is checked behind every start: the audit chain, and after a crash the database file too. */
import { verifyChain } from '../audit/verify-chain.ts';
import type { GatewayContext } from '../context.ts';
import { newId } from '../db/ids.ts';

type Checked = Pick<GatewayContext, 'db' | 'clock' | 'events' | 'log'>;

/**
 * Looks for damage and tells the operators of it: in the log, and as an alert. Changes nothing else, because only a
 * person can decide between the damage and a backup.
 *
 * @param afterCrash whether the last run ended without notice: only then is the whole file read
 */
export async function checkAtStart(context: Checked, afterCrash: boolean): Promise<void> {
  const { db } = context;
  const { problem, head } = await verifyChain(db);
  if (problem) await report(context, 'audit_chain', { ...problem, head: head?.seq ?? 0 });
  if (!afterCrash) return;
  const problems = await db.integrityProblems();
  if (problems.length > 0)
    await report(context, 'integrity', { problems: problems.slice(0, 5), found: problems.length });
}

async function report(
  { db, clock, events, log }: Checked,
  check: string,
  found: Record<string, unknown>,
): Promise<void> {
  log.error(
    { check, ...found },
    'The database does not pass its check; run "ia-solaris verify" and look for a good backup',
  );
  const { alerts } = db.tables;
  const now = clock.now();
  const [raised] = await db
    .insert(alerts)
    .values({
      id: newId('alr', now),
      kind: 'system',
      dedupeKey: `system:${check}`,
      details: { check, ...found },
      createdAt: now,
    })
    .onConflictDoNothing()
    .returning({ id: alerts.id });
  if (raised) await events.emit({ kind: 'alert_raised', alertId: raised.id });
}
