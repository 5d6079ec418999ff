/** Backups by the clock. However many gateways share the database, each due time has one backup. */
import type { Cron } from 'croner';
import { and, desc, eq, isNotNull, lte } from 'drizzle-orm';
import { endTrouble, raiseTrouble } from '../alerts/system-trouble.ts';
import type { GatewayContext } from '../context.ts';
import { readInstallation } from '../db/installation.ts';
import { backUpNow } from './service.ts';

const LOOK_EVERY_MS = 60_000;
const LONGEST_DETAIL = 300;

export interface BackupSchedule {
  /** Looks every minute from now on: a time that passed while the gateway was off is made up for, once. */
  start(): void;
  /** Begins a backup if one is due. @returns whether it did */
  look(): Promise<boolean>;
  stop(): void;
}

export function createBackupSchedule(context: GatewayContext): BackupSchedule {
  const { db, clock, settings, log, jobs } = context;
  const startedAt = clock.now();

  /** When the last scheduled backup began that has this end, or any. What a wrong clock put into the future is no answer. */
  const lastBegun = async (now: number, status?: 'done' | 'running'): Promise<number | null> => {
    const { jobs: table } = db.tables;
    const isScheduled = and(eq(table.kind, 'backup'), eq(table.origin, 'schedule'), isNotNull(table.slot));
    const [last] = await db
      .select({ createdAt: table.createdAt })
      .from(table)
      .where(and(isScheduled, lte(table.createdAt, now), status && eq(table.status, status)))
      .orderBy(desc(table.createdAt))
      .limit(1);
    return last?.createdAt ?? null;
  };

  /** The due time that was served last; the gateway's first start where none was. */
  const lastSlot = async (now: number): Promise<number> => {
    const last = await lastBegun(now);
    if (last !== null) return last;
    const first = Number((await readInstallation(db, 'first_listened_at')) ?? startedAt);
    return first <= now ? first : 0;
  };

  /** A failed backup tells by itself; this tells of those that do not even begin. */
  const tellOverdue = async (cron: Cron, now: number): Promise<void> => {
    if ((await lastBegun(now, 'running')) !== null) return;
    // It was off before, and has had to begin anew.
    const since = Math.max((await lastBegun(now, 'done')) ?? 0, startedAt > now ? 0 : startedAt);
    const [, second] = since === 0 ? [] : cron.nextRuns(2, new Date(since));
    if (second === undefined || second.getTime() >= now) return;
    const detail = `No scheduled backup was made since ${new Date(since).toISOString()}.`;
    await raiseTrouble(context, { check: 'backup', detail, found: { message: detail } });
  };

  const look = async (): Promise<boolean> => {
    const { schedule } = settings.current().backup;
    if (schedule === null) return false;
    const now = clock.now();
    const cron = await cronOf(context, schedule);
    const due = cron.nextRun(new Date(await lastSlot(now)));
    if (due === null || due.getTime() > now) {
      await tellOverdue(cron, now);
      return false;
    }
    // Of several that were missed, the last one stands for all.
    const [newest = due] = cron.previousRuns(1, new Date(now + 1));
    const slot = `backup:${newest.toISOString()}`;
    const job = await jobs.start(
      { kind: 'backup', params: { dueAt: newest.getTime() }, operatorId: null, slot },
      async (tools) => {
        try {
          const result = await backUpNow(context, 'scheduled', tools);
          await endTrouble(context, { check: 'backup' });
          return result;
        } catch (error) {
          await raiseFailure(context, error).catch((err: unknown) => log.error({ err }, 'The alert was not raised'));
          throw error;
        }
      },
    );
    if (job === null) await tellOverdue(cron, now);
    return job !== null;
  };

  let timer: NodeJS.Timeout | null = null;
  return {
    look,
    start() {
      const lookAgain = () =>
        void look().catch((err: unknown) => log.error({ err }, 'The scheduled backup could not be begun'));
      timer ??= setInterval(lookAgain, LOOK_EVERY_MS).unref();
    },
    stop() {
      if (timer) clearInterval(timer);
    },
  };
}

/** When the next backup of the clock is due; null when none will be. */
export async function nextBackupAt(context: GatewayContext): Promise<number | null> {
  const { schedule } = context.settings.current().backup;
  if (schedule === null) return null;
  const cron = await cronOf(context, schedule);
  return cron.nextRun(new Date(context.clock.now()))?.getTime() ?? null;
}

/** Only reckons: nothing runs by itself. */
async function cronOf({ settings }: GatewayContext, pattern: string) {
  const { Cron } = await import('croner');
  return new Cron(pattern, { paused: true, timezone: settings.current().timeZone });
}

async function raiseFailure(context: GatewayContext, error: unknown): Promise<void> {
  const message = error instanceof Error ? error.message : String(error);
  await raiseTrouble(context, { check: 'backup', detail: message.slice(0, LONGEST_DETAIL), found: { message } });
}
