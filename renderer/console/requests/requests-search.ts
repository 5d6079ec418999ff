/** What of the queue stands in the address. */
import type { TicketStatus } from '../../../gateway/contract/tickets.ts';
import { oneOf, textOf } from '../search-params.ts';

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
  const view = oneOf(raw.view, VIEWS);
  const search = textOf(raw.search);
  const request = textOf(raw.request);
  return { ...(view && { view }), ...(search && { search }), ...(request && { request }) };
}
