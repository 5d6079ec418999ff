/** Trouble of the gateway itself: one alert for each cause while it lasts, and a mail to every administrator at both ends. */
import { eq, isNull } from 'drizzle-orm';
import type { GatewayContext } from '../context.ts';
import type { Queries } from '../db/database.ts';
import { newId } from '../db/ids.ts';
import { isDeliverable } from '../mail/readers.ts';
import { roleAtLeast } from '../operators/roles.ts';
import { SYSTEM_RESOLVED } from './use-alerts.ts';

export type TroubleContext = Pick<GatewayContext, 'db' | 'clock' | 'events' | 'mail'>;

export interface Trouble {
  /** What fails, as mails and the console name it. */
  readonly check: string;
  /** Tells causes of the same kind apart, such as upstreams. */
  readonly subject?: string;
  /** One line for administrators; no secrets, of people only ids. */
  readonly detail: string;
  readonly found?: Readonly<Record<string, unknown>>;
}

/** Raises the alert and writes to the administrators, unless both were done since the cause came up. */
export async function raiseTrouble(context: TroubleContext, trouble: Trouble): Promise<void> {
  const { check, detail, found } = trouble;
  const now = context.clock.now();
  const raised = await context.db.tx(async (tx) => {
    const { alerts } = tx.tables;
    const row = {
      id: newId('alr', now),
      kind: 'system' as const,
      dedupeKey: keyOf(trouble),
      details: { check, ...found },
      createdAt: now,
    };
    const [inserted] = await tx.insert(alerts).values(row).onConflictDoNothing().returning({ id: alerts.id });
    if (!inserted) return null;
    const mails = (await administrators(tx)).map((operatorId) => ({
      kind: 'system_trouble' as const,
      to: { operatorId },
      data: { check, detail, since: now },
      dedupeKey: `trouble:${inserted.id}:${operatorId}`,
    }));
    await context.mail.enqueue(tx, ...mails);
    return inserted.id;
  });
  if (raised) await context.events.emit({ kind: 'alert_raised', alertId: raised });
}

/** Resolves the alert of a cause that has gone, whoever resolved it before, and says so. Does nothing where there is none. */
export async function endTrouble(context: TroubleContext, cause: Pick<Trouble, 'check' | 'subject'>): Promise<void> {
  const { check } = cause;
  const now = context.clock.now();
  const key = keyOf(cause);
  // Nearly always there is nothing to end: no need for the writer.
  const { alerts: all } = context.db.tables;
  if ((await context.db.select({ id: all.id }).from(all).where(eq(all.dedupeKey, key))).length === 0) return;
  const ended = await context.db.tx(async (tx) => {
    const { alerts } = tx.tables;
    const [row] = await tx.select().from(alerts).where(eq(alerts.dedupeKey, key));
    if (!row) return null;
    await tx
      .update(alerts)
      .set({
        // Free for the next time.
        dedupeKey: `${key}#${row.id}`,
        ...(row.resolvedAt === null ? { resolvedAt: now, resolvedBy: SYSTEM_RESOLVED } : {}),
      })
      .where(eq(alerts.id, row.id));
    const mails = (await administrators(tx)).map((operatorId) => ({
      kind: 'system_recovered' as const,
      to: { operatorId },
      data: { check, since: row.createdAt, at: now },
      dedupeKey: `recovered:${row.id}:${operatorId}`,
    }));
    await context.mail.enqueue(tx, ...mails);
    return row.id;
  });
  if (ended) await context.events.emit({ kind: 'alert_resolved', alertId: ended });
}

function keyOf({ check, subject }: Pick<Trouble, 'check' | 'subject'>): string {
  return subject === undefined ? `system:${check}` : `system:${check}:${subject}`;
}

/** Ids of administrators and owners that can be written to. */
export async function administrators(db: Queries): Promise<string[]> {
  const { operators } = db.tables;
  const rows = await db.select().from(operators).where(isNull(operators.disabledAt));
  return rows.filter(({ role, email }) => roleAtLeast(role, 'admin') && isDeliverable(email)).map(({ id }) => id);
}
