/** What is checked behind every start: the audit chain, and after a crash the database file too. */
import { endTrouble, raiseTrouble, type TroubleContext } from '../alerts/system-trouble.ts';
import { verifyChain } from '../audit/verify-chain.ts';
import type { GatewayContext } from '../context.ts';
import { withOwnCommand } from './own-command.ts';

type Checked = TroubleContext & Pick<GatewayContext, 'log'>;

const LONGEST_DETAIL = 300;

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
  else await endTrouble(context, { check: 'audit_chain' });
  if (!afterCrash) return;
  const problems = await db.integrityProblems();
  if (problems.length === 0) return endTrouble(context, { check: 'integrity' });
  await report(context, 'integrity', { problems: problems.slice(0, 5), found: problems.length });
}

async function report(context: Checked, check: string, found: Record<string, unknown>): Promise<void> {
  context.log.error(
    { check, ...found },
    withOwnCommand('The database does not pass its check; run "ia-solaris verify" and look for a good backup'),
  );
  await raiseTrouble(context, { check, detail: JSON.stringify(found).slice(0, LONGEST_DETAIL), found });
}
