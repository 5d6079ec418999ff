/** What of the list of users stands in the address. */
import { listOf, oneOf, present, textOf } from '../search-params.ts';

export const STATUSES = ['active', 'pending', 'suspended', 'blocked'] as const;
export const LEVELS = ['low', 'medium', 'high', 'critical', 'exhausted'] as const;
export const SORTS = ['name', 'plan', 'used', 'usagePercent', 'credits', 'lastSeenAt', 'createdAt'] as const;
export const TABS = ['summary', 'usage', 'ledger', 'requests', 'alerts', 'keys', 'audit'] as const;

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
  /** The user alone, instead of beside the list. */
  view?: 'page';
}

export function parseUsersSearch(raw: Record<string, unknown>): UsersSearch {
  const sort = textOf(raw.sort);
  return present<UsersSearch>({
    search: textOf(raw.search),
    status: listOf(raw.status, STATUSES),
    plan: listOf(raw.plan),
    department: listOf(raw.department),
    usageLevel: listOf(raw.usageLevel, LEVELS),
    sort: SORTS.some((name) => name === sort?.replace(/^-/, '')) ? sort : undefined,
    user: textOf(raw.user),
    tab: oneOf(raw.tab, TABS),
    view: oneOf(raw.view, ['page'] as const),
  });
}
