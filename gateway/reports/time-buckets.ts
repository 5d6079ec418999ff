/**
 * Histograms of times, each bucket a tenth wider than the one before: percentiles of any range of hours are sums of a few
 * small numbers, and right within a tenth, whether it is milliseconds or minutes.
 */
import { type Column, type SQL, sql } from 'drizzle-orm';
import type { TimeBuckets } from '../db/json-columns.ts';

const GROWTH = 1.1;

/** The bucket of a time in milliseconds; the first holds all up to one. */
export function bucketOf(column: Column): SQL<number> {
  const log = sql.raw(String(Math.log(GROWTH)));
  return sql<number>`(case when ${column} <= 1 then 0 else cast(floor(ln(${column}) / ${log}) as integer) end)`.mapWith(
    Number,
  );
}

/** The sum of histograms. @param sums what they are added to */
export function addBuckets(histograms: Iterable<TimeBuckets>, sums = new Map<number, number>()): Map<number, number> {
  for (const histogram of histograms) {
    for (const [bucket, count] of histogram) sums.set(bucket, (sums.get(bucket) ?? 0) + count);
  }
  return sums;
}

/** The time, in whole milliseconds, that a share in (0, 1] of all stay within; null of none. */
export function timeWithin(buckets: ReadonlyMap<number, number>, share: number): number | null {
  const total = [...buckets.values()].reduce((sum, count) => sum + count, 0);
  if (total === 0) return null;
  let left = share * total;
  for (const [bucket, count] of [...buckets].sort(([a], [b]) => a - b)) {
    if (left <= count) {
      const from = bucket === 0 ? 0 : GROWTH ** bucket;
      return Math.round(from + (GROWTH ** (bucket + 1) - from) * (left / count));
    }
    left -= count;
  }
  return null;
}
