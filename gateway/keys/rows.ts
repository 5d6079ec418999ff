/** Pure: keys as the API shows them, which is never their secret. */
import type { Key } from '../contract/keys.ts';
import type { KeyRow } from './queries.ts';

const PREFIX = { service: 'sk-sol-', personal: 'pk-sol-' } as const;

export function toKey(row: KeyRow): Key {
  const {
    id,
    kind,
    name,
    userId,
    hint,
    headers,
    newUsersPerHour,
    unnamedUserId,
    source,
    createdAt,
    lastUsedAt,
    revokedAt,
  } = row;
  return {
    id,
    kind,
    name,
    userId,
    masked: `${PREFIX[kind]}…${hint}`,
    headers,
    newUsersPerHour,
    unnamedUserId,
    source,
    createdAt,
    lastUsedAt,
    revokedAt,
  };
}
