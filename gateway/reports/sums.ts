/** Sums over the daily roll-ups. */
import { type Column, type SQL, sql } from 'drizzle-orm';
import type { UsageSums } from '../contract/reports.ts';
import type { Tables } from '../db/database.ts';

/** Roll-ups by day and user, or by day for everybody: the same figures. */
export type RollupTable = Tables['dailyRollups'] | Tables['dailyTotals'];

/** Sums as they are selected; `durationMs` and `firstByteMs` are sums too. */
export interface SumRow extends Omit<UsageSums, 'averageDurationMs'> {
  durationMs: number;
  firstByteMs: number;
}

/** Columns of a query for the sums of a group. */
export function sumColumns(table: RollupTable) {
  return {
    requests: sum(table.requests),
    errors: sum(table.errors),
    promptTokens: sum(table.promptTokens),
    completionTokens: sum(table.completionTokens),
    cachedTokens: sum(table.cachedTokens),
    reasoningTokens: sum(table.reasoningTokens),
    totalTokens: sum(table.totalTokens),
    chargedTokens: sum(table.chargedTokens),
    absorbedTokens: sum(table.absorbedTokens),
    costMicroUsd: sum(table.costMicroUsd),
    durationMs: sum(table.durationMs),
    firstByteMs: sum(table.firstByteMs),
  };
}

/** Sum of a column, 0 of no rows. */
export function sum(column: Column): SQL<number> {
  return sql<number>`coalesce(sum(${column}), 0)`.mapWith(Number);
}

export function toSums(row: SumRow): UsageSums {
  return {
    requests: row.requests,
    errors: row.errors,
    promptTokens: row.promptTokens,
    completionTokens: row.completionTokens,
    cachedTokens: row.cachedTokens,
    reasoningTokens: row.reasoningTokens,
    totalTokens: row.totalTokens,
    chargedTokens: row.chargedTokens,
    absorbedTokens: row.absorbedTokens,
    costMicroUsd: row.costMicroUsd,
    averageDurationMs: mean(row.durationMs, row.requests),
  };
}

/** Rounded; null of nothing. */
export function mean(total: number, count: number): number | null {
  return count === 0 ? null : Math.round(total / count);
}

export const NOTHING: SumRow = {
  requests: 0,
  errors: 0,
  promptTokens: 0,
  completionTokens: 0,
  cachedTokens: 0,
  reasoningTokens: 0,
  totalTokens: 0,
  chargedTokens: 0,
  absorbedTokens: 0,
  costMicroUsd: 0,
  durationMs: 0,
  firstByteMs: 0,
};

export function added(left: SumRow, right: SumRow): SumRow {
  const keys = Object.keys(NOTHING) as (keyof SumRow)[];
  return Object.fromEntries(keys.map((key) => [key, left[key] + right[key]])) as Record<keyof SumRow, number>;
}
