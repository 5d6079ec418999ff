/** Pure: how long to wait before the next attempt. */

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;

/** After so long without success a mail is given up; servers do the same (RFC 5321, 4.5.4.1). */
export const GIVE_UP_AFTER_MS = 5 * 24 * HOUR_MS;

/** For one mail that its server did not take: 1, 2, 4 … minutes, at most an hour. `failures` is 1 after the first. */
export function mailWaitMs(failures: number): number {
  return doubling(MINUTE_MS, failures, HOUR_MS);
}

/** For a server that takes no mail at all: 15 s, 30 s, 1 … minutes, at most 15. */
export function serverWaitMs(failures: number): number {
  return doubling(MINUTE_MS / 4, failures, 15 * MINUTE_MS);
}

function doubling(first: number, failures: number, most: number): number {
  return Math.min(most, first * 2 ** Math.min(30, Math.max(0, failures - 1)));
}
