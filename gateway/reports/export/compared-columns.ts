/** A report's columns in a file, each compared figure with what it was and by how much that has changed. */
import type { UsageReport, UsageSums } from '../../contract/reports.ts';
import type { Columns } from './columns.ts';
import type { CellValue, ColumnKind } from './export-table.ts';
import type { ExportWords } from './words.ts';

type Comparison = NonNullable<UsageReport['comparison']>;

export interface ComparedColumn {
  readonly header: string;
  readonly kind: ColumnKind;
  value(sums: UsageSums, before: UsageSums | null): CellValue;
}

const COMPARED: ReadonlySet<keyof ExportWords> = new Set(['requests', 'chargedTokens', 'costUsd']);

/** The days stand in the headings: a CSV file says nothing else of them. */
export function comparedColumns(
  columns: Columns<UsageSums>,
  words: ExportWords,
  comparison: Comparison | null,
): ComparedColumn[] {
  return columns.flatMap(([word, kind, read]): ComparedColumn[] => {
    const header = words[word];
    const own: ComparedColumn = { header, kind, value: (sums) => read(sums) };
    if (comparison === null || !COMPARED.has(word)) return [own];
    const { from, to } = comparison;
    return [
      own,
      { header: `${header}, ${from} – ${to}`, kind, value: (_sums, before) => before && read(before) },
      {
        header: `${header}: ${words.change}`,
        kind: 'decimal',
        value: (sums, before) => before && changePercent(Number(read(sums)), Number(read(before))),
      },
    ];
  });
}

/** In percent, to a tenth; null of nothing, from which no share can be told. */
function changePercent(now: number, before: number): number | null {
  return before === 0 ? null : Math.round((1_000 * (now - before)) / before) / 10;
}

export function comparisonText({ from, to, days, reportDays }: Comparison, words: ExportWords): string {
  const lengths = days === reportDays ? '' : ` (${reportDays} : ${days} ${words.days})`;
  return `${words.comparedWith} ${from} – ${to}${lengths}`;
}
