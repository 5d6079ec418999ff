/** The first mail to a user. */
import { currentFigures } from '../alerts/use.ts';
import type { GatewayContext } from '../context.ts';
import type { Tx } from '../db/database.ts';

/** Greets a user once, inside the caller's transaction, unless the setting says not to. */
export async function greet(
  context: Pick<GatewayContext, 'mail' | 'settings' | 'clock' | 'calendar'>,
  tx: Tx,
  userId: string,
): Promise<void> {
  if (!context.settings.current().notices.welcome) return;
  await context.mail.enqueue(tx, {
    kind: 'welcome',
    to: { userId },
    data: { figures: await currentFigures(tx, context, userId) },
    dedupeKey: `welcome:${userId}`,
  });
}
