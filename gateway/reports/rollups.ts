/** What reports are read from and requests do not pay for: hours, marks and paces, made in the background. */
import type { GatewayContext } from '../context.ts';
import { countDueHours } from './hours.ts';
import { makeDueMarks } from './usage-marks.ts';
import { makeDuePaces } from './user-paces.ts';

export interface Rollups {
  /** Makes what is due. Resolves when that is done. */
  runDue(): Promise<void>;
  start(): void;
  stop(): Promise<void>;
}

const LOOK_EVERY_MS = 10 * 60_000;
/** A start is busy enough, and what is read in its first seconds is complete without. */
const FIRST_LOOK_MS = 5_000;

export function createRollups(context: GatewayContext): Rollups {
  let timer: NodeJS.Timeout | null = null;
  let running: Promise<void> = Promise.resolve();
  let isStopped = false;

  const run = async (): Promise<void> => {
    if (isStopped) return;
    await countDueHours(context, () => isStopped);
    await makeDueMarks(context, () => isStopped);
    await makeDuePaces(context, () => isStopped);
  };
  const runDue = (): Promise<void> => {
    running = running.catch(() => undefined).then(run);
    return running;
  };
  const look = async (): Promise<void> => {
    await runDue().catch((err: unknown) => {
      if (!isStopped) context.log.warn({ err }, 'Roll-ups could not be made; it is tried again');
    });
    if (!isStopped) timer = setTimeout(() => void look(), LOOK_EVERY_MS).unref();
  };

  return {
    runDue,
    start() {
      timer ??= setTimeout(() => void look(), FIRST_LOOK_MS).unref();
    },
    async stop() {
      isStopped = true;
      if (timer) clearTimeout(timer);
      await running.catch(() => undefined);
    },
  };
}
