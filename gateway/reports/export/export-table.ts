/** A table on its way into a file: what the formats have in common. */
import type { ExportRequest } from '../../contract/exports.ts';
import type { Calendar } from '../../ledger/periods.ts';

export type Locale = ExportRequest['locale'];
export type CellValue = string | number | null;

/** `usd` is in millionths of a dollar, `time` in epoch milliseconds. */
export type ColumnKind = 'text' | 'integer' | 'decimal' | 'usd' | 'time' | 'milliseconds';

export interface ExportColumn {
  readonly header: string;
  readonly kind: ColumnKind;
}

export interface ExportTable {
  readonly title: string;
  /** What the rows are of: a range of days, or what they were filtered by. */
  readonly subtitle: string;
  readonly timeZone: string;
  readonly columns: readonly ExportColumn[];
  /** Read once. */
  readonly rows: AsyncIterable<readonly CellValue[]>;
  /** The sums of all rows, once these are read; null where sums mean nothing. */
  readonly totals: (() => readonly CellValue[]) | null;
  /** A sentence below the rows: why some may be missing. */
  readonly note?: string | undefined;
}

/** The same with all its rows, for formats that are made in memory. */
export interface GatheredTable extends Omit<ExportTable, 'rows' | 'totals'> {
  readonly rows: readonly (readonly CellValue[])[];
  readonly totals: readonly CellValue[] | null;
}

const MICRO = 1_000_000;

/** Dollars of millionths. */
export function dollars(microUsd: number): number {
  return microUsd / MICRO;
}

/** ISO 8601 in the calendar's zone: `2026-11-28 19:04:05`. */
export function timeText(at: number, calendar: Calendar): string {
  return new Date(calendar.wallClock(at)).toISOString().slice(0, 19).replace('T', ' ');
}
