/** Trouble of the gateway itself: one alert for each cause while it lasts, and a mail to every administrator at both ends. */
import { eq, isNull } from 'drizzle-orm';
import type { GatewayContext } from '../context.ts';
import type { Queries } from '../db/database.ts';
import { newId } from '../db/ids.ts';
import type { MailData } from '../mail/kinds.ts';
import type { NewMail } from '../mail/outbox.ts';
import { isDeliverable } from '../mail/readers.ts';
import { roleAtLeast } from '../operators/roles.ts';
import { SYSTEM_RESOLVED } from './threshold-alerts.ts';

export type TroubleContext = Pick<GatewayContext, 'db' | 'clock' | 'events' | 'mail'>;

export interface Trouble {
  /** What fails, as mails and the console name it. */
  readonly check: string;
  /** Tells causes of the same kind apart, such as upstreams. */
  readonly subject?: string;
  /** One line for administrators; no secrets, of people only ids. */
  readonly detail: string;
  /** Requests that it cut, and the most that they may have cost. */
  readonly cut?: MailData['system_trouble']['cut'];
  readonly found?: Readonly<Record<string, unknown>>;
}

/** What tells one trouble from another. */
export type Cause = Pick<Trouble, 'check' | 'subject'>;

/** An alert about the system as it is told to one operator. */
export interface SystemAlert {
  readonly id: string;
  readonly since: number;
  readonly details: Readonly<Record<string, unknown>>;
}

/** The mails of an alert's beginning or end to one administrator. */
export type SystemMail = (operatorId: string, alert: SystemAlert) => NewMail;

/** Raises the alert and writes to the administrators, unless both were done since the cause came up. */
export function raiseTrouble(context: TroubleContext, trouble: Trouble): Promise<void> {
  const { check, detail, cut } = trouble;
  return raiseSystemAlert(context, trouble, (operatorId, { id, since }) => ({
    kind: 'system_trouble',
    to: { operatorId },
    data: { check, detail, since, ...(cut && { cut }) },
    dedupeKey: `trouble:${id}:${operatorId}`,
  }));
}

/** Resolves the alert of a cause that has gone, whoever resolved it before, and says so. Does nothing where there is none. */
export function endTrouble(context: TroubleContext, cause: Cause): Promise<void> {
  const { check } = cause;
  const at = context.clock.now();
  return endSystemAlert(context, cause, (operatorId, { id, since }) => ({
    kind: 'system_recovered',
    to: { operatorId },
    data: { check, since, at },
    dedupeKey: `recovered:${id}:${operatorId}`,
  }));
}

/** The alert of a cause, with the mails that it begins with; once while the cause lasts, however many gateways see it. */
export async function raiseSystemAlert(
  context: TroubleContext,
  cause: Cause & Pick<Trouble, 'found'>,
  mailOf: SystemMail,
): Promise<void> {
  const now = context.clock.now();
  const raised = await context.db.tx(async (tx) => {
    const { alerts } = tx.tables;
    const row = {
      id: newId('alr', now),
      kind: 'system' as const,
      dedupeKey: keyOf(cause),
      details: { check: cause.check, ...cause.found },
      createdAt: now,
    };
    const [inserted] = await tx.insert(alerts).values(row).onConflictDoNothing().returning({ id: alerts.id });
    if (!inserted) return null;
    const alert = { id: row.id, since: now, details: row.details };
    await context.mail.enqueue(tx, ...(await administrators(tx)).map((id) => mailOf(id, alert)));
    return inserted.id;
  });
  if (raised) await context.events.emit({ kind: 'alert_raised', alertId: raised });
}

/** The alert of a cause that lasts, resolved by hand or not. */
export async function findSystemAlert(db: Queries, cause: Cause): Promise<SystemAlert | null> {
  const { alerts } = db.tables;
  const [row] = await db
    .select()
    .from(alerts)
    .where(eq(alerts.dedupeKey, keyOf(cause)));
  return row ? { id: row.id, since: row.createdAt, details: row.details } : null;
}

/** Resolves the alert of a cause, with the mails that it ends with, if any. */
export async function endSystemAlert(context: TroubleContext, cause: Cause, mailOf: SystemMail | null): Promise<void> {
  const now = context.clock.now();
  const key = keyOf(cause);
  // Nearly always there is nothing to end: no need for the writer.
  if (!(await findSystemAlert(context.db, cause))) return;
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
    const alert = { id: row.id, since: row.createdAt, details: row.details };
    if (mailOf) await context.mail.enqueue(tx, ...(await administrators(tx)).map((id) => mailOf(id, alert)));
    return row.id;
  });
  if (ended) await context.events.emit({ kind: 'alert_resolved', alertId: ended });
}

function keyOf({ check, subject }: Cause): string {
  return subject === undefined ? `system:${check}` : `system:${check}:${subject}`;
}

/** Ids of administrators and owners that can be written to. */
export async function administrators(db: Queries): Promise<string[]> {
  const { operators } = db.tables;
  const rows = await db.select().from(operators).where(isNull(operators.disabledAt));
  return rows.filter(({ role, email }) => roleAtLeast(role, 'admin') && isDeliverable(email)).map(({ id }) => id);
}
