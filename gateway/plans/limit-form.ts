/** Pure: a limit as people write it (tokens, null = unlimited, `inherit`) and as it is stored. */
import type { LimitInput } from '../contract/users.ts';
import type { LimitMode } from '../db/json-columns.ts';

export interface LimitColumns {
  limitMode: LimitMode;
  monthlyLimit: number | null;
}

export function limitColumns(limit: LimitInput): LimitColumns {
  if (limit === 'inherit') return { limitMode: 'inherit', monthlyLimit: null };
  return limit === null ? { limitMode: 'unlimited', monthlyLimit: null } : { limitMode: 'tokens', monthlyLimit: limit };
}

export function limitForm({ limitMode, monthlyLimit }: LimitColumns): LimitInput {
  switch (limitMode) {
    case 'inherit':
      return 'inherit';
    case 'unlimited':
      return null;
    case 'tokens':
      return monthlyLimit ?? 0;
  }
}
