/** A clock that stands still until a test moves it. */
import type { Clock } from '../../gateway/ops/clock.ts';

export interface TestClock extends Clock {
  /** Sets the time. */
  set(at: number | string): void;
  /** Moves the time on by milliseconds. */
  advance(ms: number): void;
}

/** @param start epoch milliseconds or an ISO date */
export function testClock(start: number | string = '2026-11-20T12:00:00Z'): TestClock {
  const read = (at: number | string) => (typeof at === 'string' ? Date.parse(at) : at);
  let now = read(start);
  return {
    now: () => now,
    set(at) {
      now = read(at);
    },
    advance(ms) {
      now += ms;
    },
  };
}
