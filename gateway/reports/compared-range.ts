import type { ComparisonQuery } from '../contract/reports.ts';
import { ApiError } from '../ops/api-error.ts';
import { type Compared, comparedDays, type Days } from './comparison.ts';

/** The days to compare with; null where nothing is compared. @throws ApiError 400 */
export function comparedRange(query: ComparisonQuery, report: Days, today: string): Compared | null {
  const { compare = 'none', compareFrom, compareTo } = query;
  if (compare !== 'days') {
    const needless = compareFrom === undefined ? (compareTo === undefined ? null : 'compareTo') : 'compareFrom';
    if (needless !== null) {
      const message = `${needless} belongs to compare=days only.`;
      throw new ApiError(400, 'invalid_input', message, needless, { rule: 'malformed' });
    }
    return compare === 'none' ? null : { compare, ...comparedDays(report, compare, today) };
  }
  if (compareFrom === undefined || compareTo === undefined) {
    const missing = compareFrom === undefined ? 'compareFrom' : 'compareTo';
    const message = `${missing} is needed to compare with own days.`;
    throw new ApiError(400, 'invalid_input', message, missing, { rule: 'needed' });
  }
  if (compareFrom > compareTo) {
    throw new ApiError(400, 'invalid_range', 'The range ends before it begins.', 'compareTo', { rule: 'range_order' });
  }
  return { compare, from: compareFrom, to: compareTo };
}
