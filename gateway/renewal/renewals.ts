/**
 * The turn of the month. Spending never waits for it: the first request of a user in a new period opens that period by
 * itself. This closes the rest, tells people, and reports; in small slices, so that requests pass in between.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { and, eq, inArray, isNull, lt, or } from 'drizzle-orm';
import type { GatewayContext } from '../context.ts';
import { renewUsers, type Turn } from './close-periods.ts';
import { reportMonth } from './monthly-report.ts';

export interface Renewals {
  /** Does what is due of the month that has begun; nothing when that was done, here or elsewhere. */
  runDue(): Promise<void>;
  /** Watches the clock from now on. */
  start(): void;
  stop(): Promise<void>;
}

/** Also how late the clock of a machine that slept is noticed. */
const LOOK_EVERY_MS = 15_000;
/** The writer is held for the time of one slice. */
const SLICE = 25;
const PAUSE_MS = 4;

export function createRenewals(context: GatewayContext): Renewals {
  const { db, clock, calendar, log, events } = context;
  let timer: NodeJS.Timeout | null = null;
  let running: Promise<void> = Promise.resolve();
  let isRunning = false;
  let isStopped = false;
  /** The period that is known to be done. */
  let done: string | null = null;

  const run = async (): Promise<void> => {
    const now = calendar().period(clock.now());
    if (now.id === done) return;
    const turn: Turn = { now, before: calendar().period(now.startsAt - 1) };
    if (!(await isDone(turn))) {
      await renewAll(turn);
      if (isStopped) return;
      await closeAlerts(turn);
      await reportMonth(context, turn.before);
      await markDone(turn);
    }
    done = now.id;
  };

  const isDone = async ({ now }: Turn): Promise<boolean> => {
    const { installation } = db.tables;
    return (await db.$count(installation, eq(installation.key, markOf(now.id)))) > 0;
  };

  const markDone = async ({ now }: Turn): Promise<void> => {
    const { installation } = db.tables;
    await db
      .insert(installation)
      .values({ key: markOf(now.id), value: String(clock.now()) })
      .onConflictDoNothing();
  };

  const renewAll = async (turn: Turn): Promise<void> => {
    const { userPeriods } = db.tables;
    const rows = await db
      .selectDistinct({ userId: userPeriods.userId })
      .from(userPeriods)
      .where(
        or(
          eq(userPeriods.period, turn.before.id),
          and(lt(userPeriods.period, turn.now.id), isNull(userPeriods.closedAt)),
        ),
      )
      .orderBy(userPeriods.userId);
    const ids = rows.map(({ userId }) => userId);
    for (let at = 0; at < ids.length && !isStopped; at += SLICE) {
      await db.tx((tx) => renewUsers(context, tx, turn, ids.slice(at, at + SLICE)));
      // The writer is free in between, and so is this thread.
      await sleep(PAUSE_MS);
    }
    if (ids.length > 0) log.info({ period: turn.now.id, users: ids.length }, 'A new month has begun');
  };

  /** What last month's alerts told is over. */
  const closeAlerts = async ({ now }: Turn): Promise<void> => {
    const { alerts } = db.tables;
    const closed = await db
      .update(alerts)
      .set({ resolvedAt: clock.now(), resolvedBy: 'renewal' })
      .where(
        and(
          isNull(alerts.resolvedAt),
          lt(alerts.period, now.id),
          inArray(alerts.kind, ['warning', 'critical', 'blocked', 'early_warning']),
        ),
      )
      .returning({ id: alerts.id });
    // One word for all of them, of which there may be thousands: whoever shows alerts reads the list anew.
    const [first] = closed;
    if (first) await events.emit({ kind: 'alert_resolved', alertId: first.id });
  };

  const runDue = (): Promise<void> => {
    // One after the other: the clock may have gone on since the one that runs began.
    running = running.catch(() => undefined).then(run);
    return running;
  };

  const look = async (): Promise<void> => {
    await runDue().catch((err: unknown) => log.warn({ err }, 'The new month could not be opened; it is tried again'));
    schedule();
  };

  function schedule(): void {
    if (!isRunning) return;
    const left = calendar().period(clock.now()).endsAt - clock.now();
    timer = setTimeout(() => void look(), Math.min(LOOK_EVERY_MS, Math.max(1, left)));
    timer.unref();
  }

  return {
    runDue,
    start() {
      isRunning = true;
      void look();
    },
    async stop() {
      isRunning = false;
      isStopped = true;
      if (timer) clearTimeout(timer);
      await running.catch(() => undefined);
    },
  };
}

function markOf(period: string): string {
  return `renewed:${period}`;
}
