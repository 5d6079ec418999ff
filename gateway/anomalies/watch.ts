/** Looks every few minutes at whoever used anything since, behind the requests and never in their way. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { GatewayContext } from '../context.ts';
import { closeOld } from './close.ts';
import { handleFinding } from './handle.ts';
import { activeSince } from './history.ts';
import { createLook } from './look.ts';
import { takeTurn } from './turn.ts';

export interface AnomalyWatch {
  /** Looks, if it is time and no other gateway does. Resolves when that is done. */
  runDue(): Promise<void>;
  start(): void;
  stop(): Promise<void>;
}

const MINUTE_MS = 60_000;
const LOOK_EVERY_MS = 3 * MINUTE_MS;
/** Gateways' clocks and timers are not quite equal. */
const SLACK_MS = 20_000;
/** Answers that take long are settled after the look at the time when they began. */
const OVERLAP_MS = 10 * MINUTE_MS;
/** What happened longer ago, while no gateway ran or looked, is no news. */
const LONGEST_MS = 60 * MINUTE_MS;
const SLICE = 100;
const PAUSE_MS = 5;

export function createAnomalyWatch(context: GatewayContext): AnomalyWatch {
  const { db, clock, events, log, settings } = context;
  const look = createLook(context);
  let timer: NodeJS.Timeout | null = null;
  let running: Promise<void> = Promise.resolve();
  let isStopped = false;

  const run = async (): Promise<void> => {
    if (isStopped) return;
    const turn = await takeTurn(context, LOOK_EVERY_MS - SLACK_MS);
    if (!turn) return;
    const now = clock.now();
    for (const alertId of await closeOld(context)) await events.emit({ kind: 'alert_resolved', alertId });
    const { low, medium, high } = settings.current().anomalies;
    const isOff = [low, medium, high].every((step) => step === 'off');
    const since = Math.max(Math.min(turn.since, now) - OVERLAP_MS, now - LONGEST_MS);
    const users = isOff ? [] : await activeSince(db, since);
    for (let at = 0; at < users.length; at += SLICE) {
      for (const [userId, evidence] of await look(users.slice(at, at + SLICE))) {
        await handleFinding(context, userId, evidence);
      }
      if (isStopped || !(await turn.renew())) return;
      await sleep(PAUSE_MS);
    }
    await turn.end(now);
  };

  const runDue = (): Promise<void> => {
    running = running.catch(() => undefined).then(run);
    return running;
  };
  const lookAgain = async (): Promise<void> => {
    await runDue().catch((err: unknown) => {
      if (!isStopped) log.warn({ err }, 'Unusual use could not be looked for; it is tried again');
    });
    schedule();
  };

  function schedule(): void {
    if (!isStopped) timer = setTimeout(() => void lookAgain(), LOOK_EVERY_MS).unref();
  }

  return {
    runDue,
    start: schedule,
    async stop() {
      isStopped = true;
      if (timer) clearTimeout(timer);
      await running.catch(() => undefined);
    },
  };
}
