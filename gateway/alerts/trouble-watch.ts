/** Looks every minute at what administrators should hear of without looking: upstreams, mail, the disk. */
import { eq } from 'drizzle-orm';
import type { GatewayContext } from '../context.ts';
import { createMachineChecks } from '../ops/health-machine.ts';
import { endTrouble, raiseTrouble, type Trouble } from './system-trouble.ts';

export interface TroubleWatch {
  start(): void;
  /** One look, as the clock makes it. */
  look(): Promise<void>;
  stop(): void;
}

const LOOK_EVERY_MS = 60_000;
/** What is over sooner is nobody's business. */
const LASTS_MS = 5 * 60_000;
const LONGEST_DETAIL = 300;

export function createTroubleWatch(context: GatewayContext): TroubleWatch {
  const { db, clock, mail, upstreamHealth, log, dataDir } = context;
  const machine = createMachineChecks();
  /** When each cause was first seen by this gateway, since it was last seen to be well. */
  const since = new Map<string, number>();
  let timer: NodeJS.Timeout | null = null;

  const failing = async (trouble: Trouble, from: number): Promise<void> => {
    const key = `${trouble.check}:${trouble.subject ?? ''}`;
    const first = Math.min(from, since.get(key) ?? from);
    since.set(key, first);
    if (clock.now() - first >= LASTS_MS) await raiseTrouble(context, trouble);
  };
  const well = async (cause: Pick<Trouble, 'check' | 'subject'>): Promise<void> => {
    since.delete(`${cause.check}:${cause.subject ?? ''}`);
    await endTrouble(context, cause);
  };

  const lookAtUpstreams = async (now: number): Promise<void> => {
    const { upstreams } = db.tables;
    const rows = await db
      .select({ id: upstreams.id, name: upstreams.name })
      .from(upstreams)
      .where(eq(upstreams.enabled, true));
    for (const { id, name } of rows) {
      const { state, lastFailure, lastAnswerAt } = upstreamHealth.report(id);
      const cause = { check: 'upstream', subject: id };
      if (state !== 'closed') {
        const detail = lastFailure === null ? name : `${name}: ${lastFailure.kind}`;
        await failing({ ...cause, detail, found: { upstreamId: id, name } }, now);
      } else if (lastAnswerAt !== null && now - lastAnswerAt < LASTS_MS) await well(cause);
    }
  };

  const look = async (): Promise<void> => {
    const now = clock.now();
    await lookAtUpstreams(now);
    const failure = mail.failure();
    if (failure) {
      const detail = failure.problem.slice(0, LONGEST_DETAIL);
      await failing({ check: 'mail', detail, found: { problem: detail } }, failure.since);
    } else if (since.has('mail:')) await well({ check: 'mail' });
    const disk = await machine.disk(dataDir);
    if (disk.status === 'up') await well({ check: 'disk' });
    else await failing({ check: 'disk', detail: dataDir, found: { ...disk } }, now - LASTS_MS);
  };

  return {
    look,
    start() {
      const again = () =>
        void look().catch((err: unknown) => log.warn({ err }, 'The gateway could not be looked after'));
      timer ??= setInterval(again, LOOK_EVERY_MS).unref();
    },
    stop() {
      if (timer) clearInterval(timer);
      machine.stop();
    },
  };
}
