/** Requests a minute per user, counted in a sliding window. */

import type { Clock } from '../ops/clock.ts';
import { createRemembered } from '../ops/remembered.ts';

export interface RequestRates {
  /** Counts one request. @returns 0 when it may go on, else the seconds to wait */
  take(userId: string, perMinute: number): number;
}

interface Window {
  minute: number;
  current: number;
  previous: number;
}

const MINUTE_MS = 60_000;
const REMEMBERED_USERS = 50_000;

export function createRequestRates(clock: Clock): RequestRates {
  const windows = createRemembered<Window>(REMEMBERED_USERS);
  return {
    take(userId, perMinute) {
      const now = clock.now();
      const minute = Math.floor(now / MINUTE_MS);
      let window = windows.get(userId);
      if (!window) {
        window = { minute, current: 0, previous: 0 };
        windows.set(userId, window);
      } else if (window.minute !== minute) {
        window.previous = window.minute === minute - 1 ? window.current : 0;
        window.current = 0;
        window.minute = minute;
      }
      const intoMinute = now - minute * MINUTE_MS;
      const weighted = window.current + window.previous * (1 - intoMinute / MINUTE_MS);
      if (weighted + 1 > perMinute) {
        // The share of the minute before falls steadily: when has enough of it gone? In this minute, or in the next.
        const wait =
          window.current < perMinute
            ? ((weighted + 1 - perMinute) / window.previous) * MINUTE_MS
            : MINUTE_MS - intoMinute + ((window.current + 1 - perMinute) / window.current) * MINUTE_MS;
        return Math.max(1, Math.ceil(wait / 1000));
      }
      window.current++;
      return 0;
    },
  };
}
