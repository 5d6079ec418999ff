/** The link to Redis. Nothing waits for it longer than a moment, and nothing fails with it. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { FastifyBaseLogger } from 'fastify';
import type { Redis, Result } from 'ioredis';
import { reason } from '../config/environment.ts';
import { BUCKET_SCRIPT, MINUTE_SCRIPT } from './redis-scripts.ts';

declare module 'ioredis' {
  interface RedisCommander<Context> {
    takeFromBucket(key: string, perSecond: number, burst: number): Result<number, Context>;
    countInMinute(key: string, perMinute: number): Result<number, Context>;
  }
}

export interface RedisLink {
  /** @returns what Redis answered; null when it is gone, refuses or takes too long */
  ask(question: (redis: Redis) => Promise<number>): Promise<number | null>;
  /** Whether Redis answers now. */
  answers(): Promise<boolean>;
  close(): void;
}

/** A Redis near by answers within a millisecond; a request must not wait for one that hangs. */
const ANSWER_MS = 250;
/** For so long nobody asks one that hung or refused. */
const REST_MS = 1_000;
const CONNECT_MS = 2_000;
const LONGEST_PAUSE_MS = 2_000;

/**
 * Connects, and connects again whenever the connection is lost; the first attempt is waited for, but not for long.
 *
 * @param url `redis://` or `rediss://`
 */
export async function openRedis(url: string, log: FastifyBaseLogger): Promise<RedisLink> {
  const { Redis } = await import('ioredis');
  const redis = new Redis(url, {
    lazyConnect: true,
    enableOfflineQueue: false,
    autoResendUnfulfilledCommands: false,
    maxRetriesPerRequest: 0,
    connectTimeout: CONNECT_MS,
    connectionName: 'ia-solaris',
    retryStrategy: (attempt) => Math.min(attempt * 100, LONGEST_PAUSE_MS),
    scripts: {
      takeFromBucket: { numberOfKeys: 1, lua: BUCKET_SCRIPT },
      countInMinute: { numberOfKeys: 1, lua: MINUTE_SCRIPT },
    },
  });
  let isWell = true;
  let restsUntil = 0;

  const failed = (err: unknown): null => {
    restsUntil = performance.now() + REST_MS;
    if (isWell) log.warn({ err }, 'Redis does not answer: until it does, each gateway limits rates by itself');
    isWell = false;
    return null;
  };
  const ask = async (question: (client: Redis) => Promise<number>): Promise<number | null> => {
    // While it connects, commands would only fail.
    if (redis.status !== 'ready' || performance.now() < restsUntil) return null;
    try {
      const answer = await inTime(question(redis));
      if (!isWell) log.info('Redis answers again: rates are limited by all gateways together');
      isWell = true;
      return answer;
    } catch (error) {
      return failed(error);
    }
  };

  redis.on('error', failed);
  const abandoned = new AbortController();
  await Promise.race([
    redis.connect().catch(failed),
    sleep(CONNECT_MS, undefined, { signal: abandoned.signal }).catch(() => undefined),
  ]);
  abandoned.abort();

  return {
    ask,
    answers: async () => (await ask((client) => client.ping().then(() => 0))) !== null,
    close: () => redis.disconnect(),
  };
}

/** @throws Error when there is no answer in time */
function inTime(answer: Promise<number>): Promise<number> {
  const { promise, resolve, reject } = Promise.withResolvers<number>();
  // An answer that lies there already, because this process was busy itself, is read before the immediate.
  const timer = setTimeout(() => setImmediate(() => reject(new Error('Redis took too long'))), ANSWER_MS);
  answer.then(resolve, reject).finally(() => clearTimeout(timer));
  return promise;
}

/** Asks a Redis whether it is there, once. @returns null when it answers, else why it does not */
export async function tryRedis(url: string): Promise<string | null> {
  const { Redis } = await import('ioredis');
  const redis = new Redis(url, {
    lazyConnect: true,
    maxRetriesPerRequest: 0,
    connectTimeout: CONNECT_MS,
    retryStrategy: null,
  });
  let refused: unknown = null;
  redis.on('error', (error) => {
    refused ??= error;
  });
  try {
    await redis.connect();
    await redis.ping();
    return null;
  } catch (error) {
    return reason(refused ?? error);
  } finally {
    redis.disconnect();
  }
}
