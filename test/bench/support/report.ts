/** What a lane reports, and the one table of it. */
import { type Spread, spreadOf } from './statistics.ts';

export interface Row {
  lane: string;
  what: string;
  bare: string;
  metered: string;
  /** The figure that the budget speaks of, with its spread. */
  figure: string;
  spread: string;
  budget: string;
  /** Null where there is no budget, or it cannot be measured on this system. */
  ok: boolean | null;
}

export interface LaneReport {
  rows: Row[];
  /** Wrong answers, wrong books: the bench fails. */
  problems: string[];
  /** Everything measured, for the JSON file. */
  raw: unknown;
}

const HEADINGS: Record<keyof Row, string> = {
  lane: 'lane',
  what: 'what',
  bare: 'bare',
  metered: 'metered',
  figure: 'figure',
  spread: 'spread',
  budget: 'budget',
  ok: 'ok',
};

/** The rows as a Markdown table, which is also readable as it is. */
export function tableOf(rows: readonly Row[]): string {
  const keys = Object.keys(HEADINGS) as (keyof Row)[];
  const cells = rows.map((row) => keys.map((key) => (key === 'ok' ? verdict(row.ok) : row[key])));
  const lines = [keys.map((key) => HEADINGS[key]), ...cells];
  const widths = keys.map((_, column) => Math.max(...lines.map((line) => line[column]?.length ?? 0)));
  const format = (line: readonly string[]) =>
    `| ${line.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join(' | ')} |`;
  const rule = `|${widths.map((width) => '-'.repeat(width + 2)).join('|')}|`;
  const [head = [], ...rest] = lines.map((line) => [...line]);
  return [format(head), rule, ...rest.map(format)].join('\n');
}

function verdict(ok: boolean | null): string {
  if (ok === null) return '–';
  return ok ? 'yes' : 'NO';
}

/** `[min–max], IQR q1–q3`, with as many digits as asked. */
export function spreadText(values: readonly number[], digits: number): string {
  const { min, max, q1, q3 }: Spread = spreadOf(values);
  return `${min.toFixed(digits)}–${max.toFixed(digits)}, IQR ${q1.toFixed(digits)}–${q3.toFixed(digits)}`;
}
