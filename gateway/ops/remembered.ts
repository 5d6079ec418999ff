/** Memory for what was looked up before, bounded. */
import { LRUCache } from 'lru-cache';

export type Remembered<Value extends object | string | number> = LRUCache<string, Value>;

/**
 * Remembers at most `most` values and then forgets the longest unused. Room is taken as it is filled: with its option
 * `max` the library sets all of it aside at once (1 MB for 50,000).
 */
export function createRemembered<Value extends object | string | number>(most: number): Remembered<Value> {
  return new LRUCache({ maxSize: most, sizeCalculation: () => 1 });
}
