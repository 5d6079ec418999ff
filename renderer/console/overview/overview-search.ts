/** What of the overview stands in the address. */
import { present } from '../search-params.ts';
import { type ComparisonSearch, comparisonOf } from '../ui/comparison.ts';

/** What the month is compared with. */
export type OverviewSearch = ComparisonSearch;

export function parseOverviewSearch(raw: Record<string, unknown>): OverviewSearch {
  return present<OverviewSearch>(comparisonOf(raw));
}
