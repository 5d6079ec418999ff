/** Ids made by the application: `<prefix>_<uuid v7 without dashes>`, so that they sort by time. */
import { randomFillSync } from 'node:crypto';
import { v7 } from 'uuid';

export type IdPrefix =
  | 'usr'
  | 'req'
  | 'led'
  | 'key'
  | 'ups'
  | 'dep'
  | 'opr'
  | 'ses'
  | 'tok'
  | 'aud'
  | 'alr'
  | 'gtw'
  | 'mai'
  | 'tkt'
  | 'tks'
  | 'pse'
  | 'pkt'
  | 'ins'
  | 'job'
  | 'viw';

const RANDOM_BYTES = 16;
/** Fetched from the system for many ids at once: one call each costs more than all the rest of an id. */
const pool = new Uint8Array(256 * RANDOM_BYTES);
let used = pool.length;

function nextRandom(): Uint8Array {
  if (used === pool.length) {
    randomFillSync(pool);
    used = 0;
  }
  used += RANDOM_BYTES;
  return pool.subarray(used - RANDOM_BYTES, used);
}

/** A new id. `at` is epoch milliseconds from the injected clock. */
export function newId(prefix: IdPrefix, at: number): string {
  return `${prefix}_${v7({ msecs: at, random: nextRandom() }).replaceAll('-', '')}`;
}

/** What every id made at `at` or later sorts after, and every earlier one before. */
export function firstIdAt(prefix: IdPrefix, at: number): string {
  return `${prefix}_${Math.max(0, at).toString(16).padStart(12, '0')}`;
}

/** When an id was made, in epoch milliseconds. */
export function idTime(id: string): number {
  return Number.parseInt(id.slice(id.indexOf('_') + 1, id.indexOf('_') + 13), 16);
}
