/** Tells administrators, and where they want it the users, that maintenance has begun and that it is over. */
import { AsyncLocalStorage } from 'node:async_hooks';
import { and, asc, eq, gt, inArray, isNotNull, like } from 'drizzle-orm';
import type { GatewayContext } from '../context.ts';
import type { NewMail } from '../mail/outbox.ts';
import { letGo } from '../mail/queue.ts';
import { expectedEnd } from '../ops/maintenance.ts';
import { expectedEndNow, remindOfEnd } from './maintenance-overdue.ts';
import { endSystemAlert, findSystemAlert, raiseSystemAlert, type SystemAlert } from './system-trouble.ts';

export interface MaintenanceWatch {
  /** Compares what the settings say with what was told, and tells what is new. */
  look(): Promise<void>;
  stop(): Promise<void>;
}

const CAUSE = { check: 'maintenance' };
/** Mails of one transaction: the writer must not wait for thousands. */
const BATCH = 500;
/** A notice without an expected end is of no use any more after so long. */
const NOTICE_MS = 86_400_000;
/** Also how late the clock of a machine that slept is noticed. */
const LOOK_EVERY_MS = 60_000;

/**
 * The alert of the maintenance that lasts is what was told of it: it is raised once however many gateways see the change,
 * and what a gateway left undone when it died is done by the next look.
 */
export function createMaintenanceWatch(context: GatewayContext): MaintenanceWatch {
  const { events, log, clock } = context;
  let running: Promise<void> = Promise.resolve();
  let timer: NodeJS.Timeout | undefined;
  let isStopped = false;
  /** Looks again when the expected end has come. */
  const schedule = () => {
    clearTimeout(timer);
    const left = (expectedEndNow(context) ?? 0) - clock.now();
    if (!isStopped && left > 0) timer = setTimeout(() => void look(), Math.min(left, LOOK_EVERY_MS)).unref();
  };
  /** Also where the event comes from within a transaction: what follows must not run in there. */
  const look = AsyncLocalStorage.bind((): Promise<void> => {
    running = running
      .then(() => lookOnce(context))
      .catch((err: unknown) => log.warn({ err }, 'Maintenance could not be told of'))
      .finally(schedule);
    return running;
  });
  const unsubscribe = events.on(['settings_changed'], () => void look());
  return {
    look,
    async stop() {
      unsubscribe();
      isStopped = true;
      clearTimeout(timer);
      await running;
    },
  };
}

async function lookOnce(context: GatewayContext): Promise<void> {
  const { db, settings } = context;
  const { maintenance } = settings.current();
  const known = await findSystemAlert(db, CAUSE);
  if (!maintenance.on) {
    await remindOfEnd(context, null);
    if (known) await end(context, known);
    return;
  }
  if (!known) await begin(context);
  const alert = known ?? (await findSystemAlert(db, CAUSE));
  if (alert && maintenance.tellUsers && alert.details.usersTold !== true) await tellUsers(context, alert);
  await remindOfEnd(context, alert);
}

async function begin(context: GatewayContext): Promise<void> {
  const { message, until, tellUsers } = context.settings.current().maintenance;
  const byOperatorId = await switchedBy(context);
  const data = { message, until: expectedEnd(until), byOperatorId, usersAreTold: tellUsers };
  await raiseSystemAlert(context, { ...CAUSE, found: { message, until } }, (operatorId, { id, since }) => ({
    kind: 'maintenance_started',
    to: { operatorId },
    data: { ...data, since },
    dedupeKey: `maintenance:${id}:started:${operatorId}`,
  }));
}

/** The operator who stored the switch as it is; null when the configuration says it. */
async function switchedBy({ db }: GatewayContext): Promise<string | null> {
  const { settings, operators } = db.tables;
  const [row] = await db
    .select({ id: operators.id })
    .from(settings)
    .innerJoin(operators, eq(operators.id, settings.updatedBy))
    .where(eq(settings.key, 'maintenance.on'));
  return row?.id ?? null;
}

const noticeKey = (alertId: string, userId: string) => `maintenance:${alertId}:notice:${userId}`;

/** Writes to every active user, a few at a time; whoever was written to before a stop is not written to again. */
async function tellUsers(context: GatewayContext, alert: SystemAlert): Promise<void> {
  const { db, settings, clock, mail } = context;
  const { users } = db.tables;
  const { message, until: expected } = settings.current().maintenance;
  const until = expectedEnd(expected);
  for (let after = ''; ; ) {
    const rows = await db
      .select({ id: users.id })
      .from(users)
      .where(and(gt(users.id, after), eq(users.status, 'active'), isNotNull(users.email)))
      .orderBy(asc(users.id))
      .limit(BATCH);
    const last = rows.at(-1);
    if (!last) break;
    const notices = rows.map(({ id }): NewMail => {
      return {
        kind: 'maintenance_notice',
        to: { userId: id },
        data: { message, until, since: alert.since },
        dedupeKey: noticeKey(alert.id, id),
        expiresAt: until !== null && until > clock.now() ? until : clock.now() + NOTICE_MS,
      };
    });
    await db.tx((tx) => mail.enqueue(tx, ...notices));
    after = last.id;
  }
  await db.tx(async (tx) => {
    const { alerts } = tx.tables;
    await tx
      .update(alerts)
      .set({ details: { ...alert.details, usersTold: true } })
      .where(eq(alerts.id, alert.id));
  });
}

/** The users first: if this stops half-way, the alert that still lasts has the next look go on. */
async function end(context: GatewayContext, alert: SystemAlert): Promise<void> {
  const at = context.clock.now();
  const { since } = alert;
  await tellUsersOfEnd(context, alert, at);
  const byOperatorId = await switchedBy(context);
  await endSystemAlert(context, CAUSE, (operatorId, { id }) => ({
    kind: 'maintenance_ended',
    to: { operatorId },
    data: { since, at, byOperatorId },
    dedupeKey: `maintenance:${id}:ended:${operatorId}`,
  }));
}

/** Whoever was told that it begins is told that it is over; a notice that still waits would be too late, and is let go. */
async function tellUsersOfEnd(context: GatewayContext, { id: alertId, since }: SystemAlert, at: number): Promise<void> {
  const { db, mail } = context;
  const { outbox } = db.tables;
  const isNotice = and(eq(outbox.kind, 'maintenance_notice'), like(outbox.dedupeKey, noticeKey(alertId, '%')));
  await db.tx((tx) => letGo(tx, isNotice, 'The maintenance was over before it could be sent.', at));
  for (let after = ''; ; ) {
    const rows = await db
      .select({ userId: outbox.userId })
      .from(outbox)
      .where(and(isNotice, inArray(outbox.status, ['waiting', 'sent']), gt(outbox.userId, after)))
      .orderBy(asc(outbox.userId))
      .limit(BATCH);
    const ids = rows.flatMap(({ userId }) => userId ?? []);
    const last = ids.at(-1);
    if (last === undefined) return;
    const mails = ids.map((userId): NewMail => {
      return {
        kind: 'maintenance_over',
        to: { userId },
        data: { since, at },
        dedupeKey: `maintenance:${alertId}:over:${userId}`,
      };
    });
    await db.tx((tx) => mail.enqueue(tx, ...mails));
    after = last;
  }
}
