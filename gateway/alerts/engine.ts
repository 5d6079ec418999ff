/** Watches what users use, behind the requests and never in their way: gathered by user, looked at a moment later. */
import { AsyncLocalStorage } from 'node:async_hooks';
import { and, eq, inArray, isNull } from 'drizzle-orm';
import type { GatewayContext } from '../context.ts';
import { createRemembered } from '../ops/remembered.ts';
import { createCapWatch } from './cap-watch.ts';
import { evaluatePace } from './early-warning.ts';
import type { AlertChanges, Occasion } from './threshold-alerts.ts';
import { reachedBy } from './thresholds.ts';
import { findUses, type UserUse } from './use.ts';
import { evaluateUse } from './use-alerts.ts';

export interface AlertEngine {
  /** Looks again at whoever has open alerts: what the last run left undone. */
  start(): Promise<void>;
  /** Resolves when everything heard of so far is evaluated. */
  flush(): Promise<void>;
  stop(): Promise<void>;
}

/** A mail may come a moment later; a busy user must not cost a query for every request. */
const GATHER_MS = 250;
const BATCH = 200;
/** How often a user's pace is looked at. */
const PACE_EVERY_MS = 6 * 3_600_000;
const REMEMBERED_USERS = 10_000;

export function createAlertEngine(context: GatewayContext): AlertEngine {
  const { db, events, clock, settings, log } = context;
  let waiting = new Map<string, Occasion>();
  let timer: NodeJS.Timeout | null = null;
  let running: Promise<void> = Promise.resolve();
  /** Until it is known who was warned, a flush would miss them. */
  let looking: Promise<void> = Promise.resolve();
  let isStopped = false;
  /** How far a user is known to be warned, so that the usual request ends at one query for all. */
  const handled = createRemembered<string>(REMEMBERED_USERS);
  const caps = createCapWatch(context);
  const paceSeenAt = createRemembered<number>(REMEMBERED_USERS);

  const note = (userId: string, { refused = false, mayRearm = false }: Partial<Occasion> = {}) => {
    const known = waiting.get(userId);
    waiting.set(userId, {
      refused: refused || (known?.refused ?? false),
      mayRearm: mayRearm || (known?.mayRearm ?? false),
    });
    schedule();
  };

  const evaluateAll = async (): Promise<void> => {
    // Who is noted meanwhile has the next turn, however many requests there are.
    const batch = waiting;
    waiting = new Map();
    const ids = [...batch.keys()];
    for (let at = 0; at < ids.length; at += BATCH) {
      for (const use of await findUses(db, context, ids.slice(at, at + BATCH))) {
        const occasion = batch.get(use.userId);
        if (occasion && use.status !== 'deleted') await evaluate(use, occasion);
      }
    }
    await caps.evaluate(tell);
  };

  const evaluate = async (use: UserUse, occasion: Occasion): Promise<void> => {
    const { userId } = use;
    const isWarned = use.figures.limit !== null && reachedBy(use.share, use.thresholds).length > 0;
    const state = `${use.period} ${use.thresholds.join()} ${reachedBy(use.share, use.thresholds).at(-1) ?? 0}`;
    const isNew = occasion.refused || occasion.mayRearm || handled.get(userId) !== state;
    if (isNew && (isWarned || occasion.refused || occasion.mayRearm)) {
      await tell(await evaluateUse(context, use, occasion));
    }
    handled.set(userId, state);
    if (!settings.current().notices.earlyWarning || isWarned || occasion.refused) return;
    const now = clock.now();
    const seenAt = paceSeenAt.get(userId) ?? Number.NEGATIVE_INFINITY;
    if (!occasion.mayRearm && Math.abs(now - seenAt) < PACE_EVERY_MS) return;
    paceSeenAt.set(userId, now);
    await tell(await evaluatePace(context, use, occasion.mayRearm));
  };

  const tell = async ({ raised, resolved }: AlertChanges): Promise<void> => {
    for (const alertId of raised) await events.emit({ kind: 'alert_raised', alertId });
    for (const alertId of resolved) await events.emit({ kind: 'alert_resolved', alertId });
  };

  /** Also where an event comes from within a transaction: what follows must not run in there. */
  const flush = AsyncLocalStorage.bind((): Promise<void> => {
    if (timer) clearTimeout(timer);
    timer = null;
    running = running
      .then(() => looking)
      .then(evaluateAll)
      .catch((err: unknown) => log.warn({ err }, 'Alerts could not be evaluated'));
    return running;
  });

  function schedule(): void {
    if (timer || isStopped) return;
    timer = setTimeout(() => void flush(), GATHER_MS);
    timer.unref();
  }

  const unsubscribe = events.onAny((event) => {
    switch (event.kind) {
      case 'request_settled':
        caps.settled();
        return note(event.userId);
      case 'cap_refused':
        caps.refused(event.departmentId);
        return schedule();
      case 'departments_changed':
        caps.changed();
        return schedule();
      case 'quota_refused':
        return note(event.userId, { refused: true });
      case 'user_changed':
        return note(event.userId, { mayRearm: true });
      case 'plans_changed':
      case 'settings_changed':
        caps.changed();
        schedule();
        looking = noteAlerted();
        return;
    }
  });

  /** A plan's or the default limit may have moved for everybody who was warned. */
  const noteAlerted = AsyncLocalStorage.bind(async (): Promise<void> => {
    const { alerts } = db.tables;
    const period = context.calendar().period(clock.now()).id;
    const rows = await db
      .selectDistinct({ userId: alerts.userId })
      .from(alerts)
      .where(
        and(
          eq(alerts.period, period),
          isNull(alerts.resolvedAt),
          inArray(alerts.kind, ['warning', 'critical', 'blocked', 'early_warning']),
        ),
      )
      .catch((err: unknown) => {
        log.warn({ err }, 'Open alerts could not be read');
        return [];
      });
    for (const { userId } of rows) if (userId !== null) note(userId, { mayRearm: true });
  });

  return {
    start() {
      caps.changed();
      schedule();
      return noteAlerted();
    },
    flush,
    async stop() {
      isStopped = true;
      unsubscribe();
      await flush();
    },
  };
}
