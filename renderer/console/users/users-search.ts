/** What of the list of users stands in the address. */
import { listOf, oneOf, textOf } from '../search-params.ts';

export const STATUSES = ['active', 'pending', 'suspended', 'blocked'] as const;
export const LEVELS = ['low', 'medium', 'high', 'critical', 'exhausted'] as const;
export const SORTS = ['name', 'plan', 'used', 'usagePercent', 'credits', 'lastSeenAt', 'createdAt'] as const;
export const TABS = ['summary', 'usage', 'ledger', 'keys', 'audit'] as const;

export type UserTab = (typeof TABS)[number];

export interface UsersSearch {
  search?: string;
  status?: (typeof STATUSES)[number][];
  plan?: string[];
  department?: string[];
  usageLevel?: (typeof LEVELS)[number][];
  /** `used`, `-used` for largest first. */
  sort?: string;
  /** Id of the user whose drawer is open. */
  user?: string;
  tab?: UserTab;
}

export function parseUsersSearch(raw: Record<string, unknown>): UsersSearch {
  const sort = textOf(raw.sort);
  const found: UsersSearch = {};
  const set = <Key extends keyof UsersSearch>(key: Key, value: UsersSearch[Key] | undefined) => {
    if (value !== undefined) found[key] = value;
  };
  set('search', textOf(raw.search));
  set('status', listOf(raw.status, STATUSES));
  set('plan', listOf(raw.plan));
  set('department', listOf(raw.department));
  set('usageLevel', listOf(raw.usageLevel, LEVELS));
  set('sort', sort && SORTS.some((name) => name === sort.replace(/^-/, '')) ? sort : undefined);
  set('user', textOf(raw.user));
  set('tab', oneOf(raw.tab, TABS));
  return found;
}
