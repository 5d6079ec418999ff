/** Pure: repeatable chance, so that the same seed always makes the same team. */
import { v7 } from 'uuid';

export interface Random {
  /** In [0, 1). */
  next(): number;
  /** A whole number in [least, most]. */
  between(least: number, most: number): number;
  chance(share: number): boolean;
  pick<T>(items: readonly [T, ...T[]]): T;
  /** By weight. */
  weighted<T>(items: readonly (readonly [item: T, weight: number])[], fallback: T): T;
  /** An id as `newId` makes them, ordered by time. */
  id(prefix: string, at: number): string;
  /** Hexadecimal digits. */
  hex(digits: number): string;
}

/** Mulberry32: small, fast, and good enough for a demo. */
export function createRandom(seed: number): Random {
  let state = seed >>> 0;
  const next = () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  const between = (least: number, most: number) => least + Math.floor(next() * (most - least + 1));
  return {
    next,
    between,
    chance: (share) => next() < share,
    pick: (items) => items[between(0, items.length - 1)] ?? items[0],
    weighted(items, fallback) {
      let left = next() * items.reduce((sum, [, weight]) => sum + weight, 0);
      for (const [item, weight] of items) {
        left -= weight;
        if (left < 0) return item;
      }
      return fallback;
    },
    id(prefix, at) {
      const random = Uint8Array.from({ length: 16 }, () => between(0, 255));
      return `${prefix}_${v7({ msecs: at, random }).replaceAll('-', '')}`;
    },
    hex: (digits) => Array.from({ length: digits }, () => between(0, 15).toString(16)).join(''),
  };
}
