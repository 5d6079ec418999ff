/** Pure: rows in the one form that both engines share, and what proves that the rows of two tables are the same. */
import { hash } from 'node:crypto';
import { AS_WRITTEN } from './as-written.ts';
import { storableText } from './storable.ts';
import { type ColumnKind, isAuditDetails, type TransferTable } from './transfer-tables.ts';

/** In the order of the table's columns. JSON is the text that its engine has. */
export type TransferRow = readonly (string | number | boolean | null)[];

export interface TableProof {
  readonly rows: number;
  /** Of all rows, in whatever order they were read; hex. */
  readonly digest: string;
}

export interface TableProver {
  add(row: TransferRow): void;
  proof(): TableProof;
}

/** A row as an engine gives it, in the shared form. */
export function toTransferRow(table: TransferTable, values: readonly unknown[]): TransferRow {
  return table.columns.map(({ kind }, index) => toTransferValue(kind, values[index]));
}

function toTransferValue(kind: ColumnKind, value: unknown): string | number | boolean | null {
  if (value === null || value === undefined) return null;
  switch (kind) {
    case 'string':
      return storableText(String(value));
    case 'json':
      return String(value);
    case 'number':
      return Number(value);
    case 'boolean':
      return value === true || value === 1;
  }
}

/**
 * Sums up the hashes of the rows, so that no order is needed: engines sort texts differently. It finds every mistake,
 * but is no seal against people; archives have one besides.
 */
export function createTableProver(table: TransferTable): TableProver {
  const { columns } = table;
  const details = columns.findIndex((column) => isAuditDetails(table, column));
  const json = columns.flatMap(({ kind }, index) => (kind === 'json' ? [index] : []));
  const sums = new Uint32Array(8);
  let rows = 0;
  return {
    add(row) {
      const bytes = hash('sha256', JSON.stringify(json.length === 0 ? row : comparable(row, json, details)), 'buffer');
      for (let lane = 0; lane < 8; lane++) sums[lane] = (sums[lane] ?? 0) + bytes.readUInt32LE(lane * 4);
      rows++;
    },
    proof: () => ({ rows, digest: Buffer.from(sums.buffer).toString('hex') }),
  };
}

function comparable(row: TransferRow, json: readonly number[], details: number): TransferRow {
  const copy = [...row];
  for (const index of json) {
    const text = row[index];
    if (typeof text === 'string') copy[index] = canonicalJson(text, index === details);
  }
  return copy;
}

/** The same value always in the same text: Postgres keeps neither blanks nor the order of keys. What is no JSON stays. */
function canonicalJson(text: string, isDetails: boolean): string {
  if (!/^[[{]/.test(text)) return storableText(text);
  try {
    const value = JSON.parse(text);
    // Only one side may have it; its entry's hash proves it.
    if (isDetails) delete value[AS_WRITTEN];
    return JSON.stringify(sorted(value));
  } catch {
    return storableText(text);
  }
}

function sorted(value: unknown): unknown {
  if (typeof value === 'string') return storableText(value);
  if (Array.isArray(value)) return value.map(sorted);
  if (value === null || typeof value !== 'object') return value;
  const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0));
  return Object.fromEntries(entries.map(([key, inner]) => [storableText(key), sorted(inner)]));
}
