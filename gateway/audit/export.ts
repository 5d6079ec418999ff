/** The audit log as a file. */
import { CSV_START, csvLine } from '../api/csv.ts';
import type { AuditEntry } from '../contract/audit.ts';
import type { Queries } from '../db/database.ts';
import { type AuditSelection, auditPages } from './queries.ts';

const PAGE = 500;

const COLUMNS = [
  'seq',
  'at',
  'actorKind',
  'actorId',
  'actorName',
  'action',
  'targetKind',
  'targetId',
  'details',
  'personal',
  'hash',
] as const satisfies readonly (keyof AuditEntry)[];

/** The text of the file in pieces, so that a log of any length fits. JSON is one array. */
export async function* auditExport(
  db: Queries,
  filters: AuditSelection,
  format: 'csv' | 'json',
): AsyncGenerator<string> {
  yield format === 'csv' ? CSV_START + csvLine(COLUMNS) : '[';
  let isFirst = true;
  for await (const entries of auditPages(db, filters, PAGE)) {
    if (format === 'csv') yield entries.map(toLine).join('');
    else yield `${isFirst ? '' : ','}\n${entries.map((entry) => JSON.stringify(entry)).join(',\n')}`;
    isFirst = false;
  }
  if (format === 'json') yield '\n]\n';
}

function toLine(entry: AuditEntry): string {
  return csvLine(
    COLUMNS.map((column) => {
      const value = entry[column];
      if (column === 'at') return new Date(entry.at).toISOString();
      return typeof value === 'object' && value !== null ? JSON.stringify(value) : value;
    }),
  );
}
