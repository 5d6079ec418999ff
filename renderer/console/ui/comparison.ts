/** What figures are compared with, as it stands in the address. */
import { dayOf, oneOf } from '../search-params.ts';

/** The days before where nothing is said. */
export const COMPARISONS = ['previous', 'year', 'days', 'none'] as const;
export type Comparison = (typeof COMPARISONS)[number];

export interface ComparisonSearch {
  compare?: Comparison;
  /** Own days. */
  compareFrom?: string;
  compareTo?: string;
}

export type ComparisonChange = { [Name in keyof Required<ComparisonSearch>]: ComparisonSearch[Name] | undefined };

/** Own days that are not both there are none. */
export function comparisonOf(raw: Record<string, unknown>): ComparisonChange {
  const compare = oneOf(raw.compare, COMPARISONS);
  const nothing = { compare: undefined, compareFrom: undefined, compareTo: undefined };
  if (compare === 'previous') return nothing;
  if (compare !== 'days') return { ...nothing, compare };
  const [compareFrom, compareTo] = [dayOf(raw.compareFrom), dayOf(raw.compareTo)];
  return compareFrom && compareTo ? { compare, compareFrom, compareTo } : nothing;
}
