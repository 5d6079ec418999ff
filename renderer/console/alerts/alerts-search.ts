/** What of the list of alerts stands in the address. */
import { listOf, oneOf, pagesOf, present, textOf } from '../search-params.ts';

export const VIEWS = ['open', 'resolved', 'all'] as const;
export const KINDS = [
  'warning',
  'critical',
  'blocked',
  'early_warning',
  'anomaly',
  'system',
  'identity_conflict',
] as const;

export interface AlertsSearch {
  status?: (typeof VIEWS)[number];
  kind?: (typeof KINDS)[number][];
  search?: string;
  /** Id of the user whom they concern. */
  user?: string;
  /** How many pages of the list are shown. */
  pages?: string;
}

export function parseAlertsSearch(raw: Record<string, unknown>): AlertsSearch {
  return present<AlertsSearch>({
    status: oneOf(raw.status, VIEWS),
    kind: listOf(raw.kind, KINDS),
    search: textOf(raw.search),
    user: textOf(raw.user),
    pages: pagesOf(raw.pages),
  });
}
