/** Waiting that a test controls: no clock, unless it asks for one. */
import { setTimeout as delay } from 'node:timers/promises';

/** A door in the mock's way. It stays open once opened. */
export interface Gate {
  /** Resolves when a call first stands before the door. */
  readonly reached: Promise<void>;
  /** Calls that have stood before the door so far. */
  readonly arrivals: number;
  open(): void;
  /** Called by the mock; resolves when the door is open. */
  pass(): Promise<void>;
}

/** Milliseconds, something to wait for, a door, or a function that gives one of them at the moment it is needed. */
export type Wait = number | Promise<unknown> | Gate | (() => Wait | undefined);

export function createGate(): Gate {
  const reached = Promise.withResolvers<void>();
  const opened = Promise.withResolvers<void>();
  let arrivals = 0;
  return {
    reached: reached.promise,
    get arrivals() {
      return arrivals;
    },
    open: () => opened.resolve(),
    pass() {
      arrivals += 1;
      reached.resolve();
      return opened.promise;
    },
  };
}

/** Waits as told, or until `gone`: a call whose client has left waits for nothing. */
export async function waitFor(wait: Wait | undefined, gone: Promise<void>): Promise<void> {
  if (wait === undefined) return;
  if (typeof wait === 'function') return waitFor(wait(), gone);
  if (typeof wait === 'number') await Promise.race([delay(wait, undefined, { ref: false }), gone]);
  else await Promise.race(['pass' in wait ? wait.pass() : wait, gone]);
}
