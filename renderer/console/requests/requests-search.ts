/** What of the queue stands in the address. */
import type { TicketStatus } from '../../../gateway/contract/tickets.ts';
import { oneOf, present, textOf } from '../search-params.ts';

export const VIEWS = ['waiting', 'asked', 'decided', 'all'] as const;
export type View = (typeof VIEWS)[number];

export const STATUSES_OF: Record<View, readonly TicketStatus[] | undefined> = {
  waiting: ['open'],
  asked: ['asked'],
  decided: ['approved', 'rejected', 'answered', 'withdrawn'],
  all: undefined,
};

export interface RequestsSearch {
  view?: View;
  search?: string;
  /** Id of the request that is open. */
  request?: string;
}

export function parseRequestsSearch(raw: Record<string, unknown>): RequestsSearch {
  return present<RequestsSearch>({
    view: oneOf(raw.view, VIEWS),
    search: textOf(raw.search),
    request: textOf(raw.request),
  });
}
