/**
 * How often somebody may call. Each gateway counts by itself; where `REDIS_URL` names a Redis, all gateways count there
 * together, and by themselves again for as long as it is gone. Nobody is refused because Redis is.
 */
import type { FastifyBaseLogger } from 'fastify';
import type { Clock } from '../ops/clock.ts';
import type { RedisLink } from './redis.ts';
import { createRequestRates } from './request-rates.ts';
import { type BucketRate, createTokenBuckets } from './token-bucket.ts';

export interface RateLimits {
  /**
   * Calls that may come in a burst.
   *
   * @param name tells these buckets from all others, on every gateway the same
   * @returns a function that counts one call of `key`: 0 when it may go on, else the milliseconds to wait
   */
  buckets(name: string, rate: BucketRate): (key: string) => Promise<number>;
  /** Counts one request of a user. @returns 0 when it may go on, else the seconds to wait */
  countRequest(userId: string, perMinute: number): number | Promise<number>;
  /** How the Redis is that gateways share. */
  redis(): Promise<'not_configured' | 'up' | 'down'>;
  close(): void;
}

export interface RateLimitsOptions {
  readonly clock: Clock;
  readonly log: FastifyBaseLogger;
  readonly redisUrl: string | null;
}

export async function openRateLimits({ clock, log, redisUrl }: RateLimitsOptions): Promise<RateLimits> {
  if (redisUrl === null) return createRateLimits(clock, null);
  // The library is loaded only where there is a Redis.
  const { openRedis } = await import('./redis.ts');
  return createRateLimits(clock, await openRedis(redisUrl, log));
}

/** @param redis without one, this process counts alone */
export function createRateLimits(clock: Clock, redis: RedisLink | null): RateLimits {
  const minutes = createRequestRates(clock);
  return {
    buckets(name, rate) {
      const own = createTokenBuckets(clock, rate);
      return async (key) => {
        const shared = await redis?.ask((client) =>
          client.takeFromBucket(`ia-solaris:calls:${name}:${key}`, rate.perSecond, rate.burst),
        );
        return shared ?? own.take(key);
      };
    },
    countRequest(userId, perMinute) {
      if (redis === null) return minutes.take(userId, perMinute);
      return redis
        .ask((client) => client.countInMinute(`ia-solaris:requests:${userId}`, perMinute))
        .then((shared) => shared ?? minutes.take(userId, perMinute));
    },
    redis: async () => (redis === null ? 'not_configured' : (await redis.answers()) ? 'up' : 'down'),
    close: () => redis?.close(),
  };
}
