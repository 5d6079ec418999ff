/** What of the queue stands in the address. */
import type { TicketStatus } from '../../../gateway/contract/tickets.ts';
import { listOf, oneOf, pagesOf, present, textOf } from '../search-params.ts';

export const VIEWS = ['waiting', 'asked', 'decided', 'all'] as const;
export type View = (typeof VIEWS)[number];

export const STATUSES_OF: Record<View, readonly TicketStatus[] | undefined> = {
  waiting: ['open'],
  asked: ['asked'],
  decided: ['approved', 'rejected', 'answered', 'withdrawn'],
  all: undefined,
};

export const KINDS = ['credits', 'support', 'limit_change', 'objection'] as const;
export const URGENCIES = ['low', 'medium', 'high', 'critical'] as const;
export const LATE = ['true', 'false'] as const;

export interface RequestsSearch {
  view?: View;
  search?: string;
  kind?: (typeof KINDS)[number][];
  urgency?: (typeof URGENCIES)[number][];
  /** Whether the promised answer is late. */
  overdue?: (typeof LATE)[number];
  /** Id of the user who asks. */
  user?: string;
  /** Id of the request that is open. */
  request?: string;
  /** How many pages of the list are shown. */
  pages?: string;
}

export function parseRequestsSearch(raw: Record<string, unknown>): RequestsSearch {
  return present<RequestsSearch>({
    view: oneOf(raw.view, VIEWS),
    search: textOf(raw.search),
    kind: listOf(raw.kind, KINDS),
    urgency: listOf(raw.urgency, URGENCIES),
    overdue: oneOf(raw.overdue, LATE),
    user: textOf(raw.user),
    request: textOf(raw.request),
    pages: pagesOf(raw.pages),
  });
}
