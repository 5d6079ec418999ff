/** Backups by the clock. However many gateways share the database, each due time has one backup. */
import { and, desc, eq, isNotNull } from 'drizzle-orm';
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

  /** The due time that was served last; the gateway's first start where none was. */
  const lastSlot = async (): Promise<number> => {
    const { jobs: table } = db.tables;
    const [last] = await db
      .select({ slot: table.slot, createdAt: table.createdAt })
      .from(table)
      .where(and(eq(table.kind, 'backup'), eq(table.origin, 'schedule'), isNotNull(table.slot)))
      .orderBy(desc(table.createdAt))
      .limit(1);
    if (last) return last.createdAt;
    const first = await readInstallation(db, 'first_listened_at');
    return first === null ? startedAt : Number(first);
  };

  const look = async (): Promise<boolean> => {
    const { schedule } = settings.current().backup;
    if (schedule === null) return false;
    const now = clock.now();
    const cron = await cronOf(context, schedule);
    const due = cron.nextRun(new Date(await lastSlot()));
    if (due === null || due.getTime() > now) return false;
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
