/** Who calls: a service key or a personal key. */
import type { FastifyRequest } from 'fastify';
import type { GatewayContext } from '../context.ts';
import { hashKey } from '../keys/key-hash.ts';
import type { KeyUse } from '../keys/key-use.ts';
import { findKeyByHash, type KeyRow } from '../keys/queries.ts';
import { addressKey } from '../limits/token-bucket.ts';
import { currentPause, type Pause } from '../ops/maintenance.ts';
import { createRemembered } from '../ops/remembered.ts';
import type { Dialect } from './dialects/dialect.ts';
import { refused } from './refusal.ts';
import { queryKey } from './target.ts';

/** Where a key may stand beside `Authorization: Bearer` and `x-api-key`. */
export type KeyPlaces = Pick<Dialect, 'keyHeaders' | 'keyParameter'>;
export type Authenticate = (request: FastifyRequest, places?: KeyPlaces) => Promise<KeyRow>;

const NO_PLACES: KeyPlaces = { keyHeaders: [] };
const REMEMBERED_KEYS = 10_000;
const FAILURES = { perSecond: 5, burst: 10 };
/** Longer than any key that people set; what is longer is not hashed. */
const LONGEST_KEY = 512;

/** @returns a function that finds the key of a request, or throws `RefusedError` */
export function createAuthenticate(context: GatewayContext, keyUse: KeyUse): Authenticate {
  const remembered = createRemembered<KeyRow>(REMEMBERED_KEYS);
  const failures = context.limits.buckets('unknown-key', FAILURES);
  let generation = 0;
  context.events.on(['keys_changed'], () => {
    generation++;
    remembered.clear();
  });

  const unknown = async (request: FastifyRequest, message: string): Promise<never> => {
    const waitMs = await failures(addressKey(request.ip));
    if (waitMs > 0) {
      throw refused(429, 'rate_limited', 'Too many calls with an unknown key.', {
        headers: { 'retry-after': String(Math.ceil(waitMs / 1000)) },
      });
    }
    throw refused(401, 'invalid_api_key', message, { headers: { 'www-authenticate': 'Bearer' } });
  };

  /** Strangers hear nothing of maintenance. */
  const admitted = (key: KeyRow): KeyRow => {
    const pause = currentPause(context);
    if (pause) throw paused(pause);
    keyUse.note(key.id);
    return key;
  };

  return async (request, places = NO_PLACES) => {
    const pause = currentPause(context);
    if (pause?.of === 'data') throw paused(pause);
    const secret = presentedKey(request, places);
    if (secret === null) return unknown(request, 'No API key was sent. Send it as "Authorization: Bearer <key>".');
    if (secret.length > LONGEST_KEY) return unknown(request, 'The API key is not known to this gateway.');
    const hash = hashKey(secret);
    const known = remembered.get(hash);
    if (known) return admitted(known);
    const since = generation;
    const key = await findKeyByHash(context.db, hash);
    if (!key) return unknown(request, 'The API key is not known to this gateway.');
    if (since === generation) remembered.set(hash, key);
    return admitted(key);
  };
}

/** The work of operators lasts longer than a client's own retries; a move of the data does not. */
function paused({ of, message, retryAfterSeconds }: Pause): Error {
  return refused(503, 'maintenance', message, {
    headers: { 'retry-after': String(retryAfterSeconds), ...(of === 'service' ? { 'x-should-retry': 'false' } : {}) },
  });
}

function presentedKey({ headers, url }: FastifyRequest, places: KeyPlaces): string | null {
  const { authorization } = headers;
  if (typeof authorization === 'string' && /^bearer /i.test(authorization)) {
    const secret = authorization.slice(7).trim();
    return secret === '' ? null : secret;
  }
  for (const name of places.keyHeaders.concat('x-api-key')) {
    const secret = headers[name];
    if (typeof secret === 'string' && secret !== '') return secret;
  }
  return queryKey(url, places) || null;
}
