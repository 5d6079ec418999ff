/** The deletion of old usage records, and of stored answers, by the clock. However many gateways share the database, each run is made once. */
import { forgetCalls } from '../api/idempotency-claims.ts';
import type { GatewayContext } from '../context.ts';
import { currentPause } from '../ops/maintenance.ts';
import { cutOffOf, dueRun } from './cut-off.ts';
import { deleteOldRecords, RUN_BOUNDS, type RunBounds } from './delete-old.ts';
import { hasOldRecords } from './old-records.ts';

const LOOK_EVERY_MS = 60_000;
/** A start is busy enough. */
const FIRST_LOOK_MS = 5_000;

export interface RetentionSchedule {
  /** Looks every minute from now on: a night in which the gateway was off is made up for when it runs again. */
  start(): void;
  /** Forgets what repeated calls would be answered, and begins a run if one is due and there is something to delete. @returns whether it did */
  look(): Promise<boolean>;
  stop(): void;
}

export function createRetentionSchedule(context: GatewayContext, bounds: RunBounds = RUN_BOUNDS): RetentionSchedule {
  const { db, settings, jobs, log } = context;

  const look = async (): Promise<boolean> => {
    await forgetCalls(context);
    const days = settings.current().usageRetentionDays;
    // In maintenance somebody works on the data, and looks at it.
    if (days === null || currentPause(context) !== null) return false;
    const slot = await dueRun(context);
    if (slot === null) return false;
    const cutOff = cutOffOf(context, days);
    if (!(await hasOldRecords(db, cutOff))) return false;
    const params = { days, before: cutOff.day };
    const job = await jobs.start({ kind: 'retention', params, operatorId: null, slot }, (tools) =>
      deleteOldRecords(context, cutOff, tools, bounds),
    );
    return job !== null;
  };

  let timer: NodeJS.Timeout | null = null;
  let isStopped = false;
  const lookAgain = async (): Promise<void> => {
    await look().catch((err: unknown) => {
      if (!isStopped) log.error({ err }, 'The deletion of old records could not be begun');
    });
    if (!isStopped) timer = setTimeout(() => void lookAgain(), LOOK_EVERY_MS).unref();
  };
  return {
    look,
    start() {
      timer ??= setTimeout(() => void lookAgain(), FIRST_LOOK_MS).unref();
    },
    stop() {
      isStopped = true;
      if (timer) clearTimeout(timer);
    },
  };
}
