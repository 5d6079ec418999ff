/** Rate limits that allow a burst: a bucket of tokens per key, refilled steadily. */
import { isIPv6 } from 'node:net';
import type { Clock } from '../ops/clock.ts';
import { createRemembered } from '../ops/remembered.ts';

export interface BucketRate {
  readonly perSecond: number;
  /** How many calls may come at once after a pause. */
  readonly burst: number;
}

export interface TokenBuckets {
  /** Takes one token. @returns 0 when there was one, else the milliseconds until there is */
  take(key: string): number;
}

interface Bucket {
  tokens: number;
  at: number;
}

const MAX_KEYS = 10_000;

/** Buckets in memory. The longest unused key is forgotten past `maxKeys`, so that many addresses cannot fill the memory. */
export function createTokenBuckets(clock: Clock, rate: BucketRate, maxKeys = MAX_KEYS): TokenBuckets {
  const buckets = createRemembered<Bucket>(maxKeys);
  return {
    take(key) {
      const now = clock.now();
      let bucket = buckets.get(key);
      if (!bucket) {
        bucket = { tokens: rate.burst, at: now };
        buckets.set(key, bucket);
      }
      // A clock that was set back must not freeze the bucket, nor fill it.
      const elapsed = Math.max(0, now - bucket.at);
      bucket.at = now;
      bucket.tokens = Math.min(rate.burst, bucket.tokens + (elapsed * rate.perSecond) / 1_000);
      if (bucket.tokens < 1) return Math.ceil(((1 - bucket.tokens) * 1_000) / rate.perSecond);
      bucket.tokens -= 1;
      return 0;
    },
  };
}

/** Key of a caller's address. IPv6 counts by its /64, because whoever has one address there has them all. */
export function addressKey(ip: string): string {
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(ip);
  if (mapped?.[1]) return mapped[1];
  if (!isIPv6(ip)) return ip;
  const [head = '', tail = ''] = ip.split('%')[0]?.split('::') ?? [];
  const first = head === '' ? [] : head.split(':');
  const last = tail === '' ? [] : tail.split(':');
  const zeros = ip.includes('::') ? Array.from({ length: Math.max(0, 8 - first.length - last.length) }, () => '0') : [];
  const groups = [...first, ...zeros, ...last].slice(0, 4);
  return `${groups.map((group) => Number.parseInt(group, 16).toString(16)).join(':')}::/64`;
}
