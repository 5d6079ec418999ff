/** What of the list of users stands in the address. */
import { listOf, oneOf, pagesOf, present, textOf } from '../search-params.ts';

export const STATUSES = ['active', 'pending', 'suspended', 'blocked'] as const;
export const KINDS = ['person', 'service'] as const;
export const LEVELS = ['low', 'medium', 'high', 'critical', 'exhausted'] as const;
export const SORTS = ['name', 'plan', 'used', 'usagePercent', 'credits', 'lastSeenAt', 'createdAt'] as const;
export const TABS = ['summary', 'usage', 'ledger', 'requests', 'alerts', 'keys', 'audit'] as const;

export type UserTab = (typeof TABS)[number];

export interface UsersSearch {
  search?: string;
  status?: (typeof STATUSES)[number][];
  plan?: string[];
  department?: string[];
  kind?: (typeof KINDS)[number][];
  usageLevel?: (typeof LEVELS)[number][];
  /** Comparisons as the API takes them, such as `>30d` or `50..80`. */
  lastSeen?: string[];
  created?: string[];
  usagePercent?: string[];
  used?: string[];
  available?: string[];
  credits?: string[];
  monthlyLimit?: string[];
  /** `used`, `-used` for largest first. */
  sort?: string;
  /** Id of the user whose drawer is open. */
  user?: string;
  tab?: UserTab;
  /** What the rows of the tab are narrowed to, such as a kind. */
  only?: string;
  /** The user alone, instead of beside the list. */
  view?: 'page';
  /** How many pages of the list are shown. */
  pages?: string;
}

export function parseUsersSearch(raw: Record<string, unknown>): UsersSearch {
  const sort = textOf(raw.sort);
  return present<UsersSearch>({
    search: textOf(raw.search),
    status: listOf(raw.status, STATUSES),
    plan: listOf(raw.plan),
    department: listOf(raw.department),
    kind: listOf(raw.kind, KINDS),
    usageLevel: listOf(raw.usageLevel, LEVELS),
    lastSeen: listOf(raw.lastSeen),
    created: listOf(raw.created),
    usagePercent: listOf(raw.usagePercent),
    used: listOf(raw.used),
    available: listOf(raw.available),
    credits: listOf(raw.credits),
    monthlyLimit: listOf(raw.monthlyLimit),
    sort: SORTS.some((name) => name === sort?.replace(/^-/, '')) ? sort : undefined,
    user: textOf(raw.user),
    tab: oneOf(raw.tab, TABS),
    only: textOf(raw.only),
    view: oneOf(raw.view, ['page'] as const),
    pages: pagesOf(raw.pages),
  });
}
