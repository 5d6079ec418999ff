/** `export`: usage records, users, ledger or audit log as CSV or JSON, also while the gateway runs. */
import { createWriteStream, existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { Readable, Writable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { CSV_START, csvLine } from '../api/csv.ts';
import { auditExport } from '../audit/export.ts';
import { openSource } from '../backups/places.ts';
import type { Place } from '../backups/transfer-tasks.ts';
import type { RowSource } from '../db/transfer.ts';
import type { TransferRow } from '../db/transfer-rows.ts';
import type { TransferTable } from '../db/transfer-tables.ts';
import { ConfigError, EXIT, type ExitCode, StartError, UsageError } from '../ops/start-error.ts';
import { usageKeptFrom } from '../retention/kept-from.ts';
import { chosenData } from './chosen-data.ts';
import type { CliHost, CommonFlags } from './host.ts';

export interface ExportFlags extends CommonFlags {
  format: string;
  output?: string;
}

type Format = 'csv' | 'json';

const TABLES = { usage: 'usage_records', users: 'users', ledger: 'ledger_entries' } as const;
const WHAT = [...Object.keys(TABLES), 'audit'].join(', ');

/** @returns 0 when all of it was written; 2 when what is asked for does not exist, 78 when there is no database */
export async function exportRows(what: string, flags: ExportFlags, host: CliHost): Promise<ExitCode> {
  const { format, output } = flags;
  if (format !== 'csv' && format !== 'json') throw new UsageError(`--format must be csv or json, not "${format}".`);
  const table = Object.entries(TABLES).find(([name]) => name === what)?.[1];
  if (table === undefined && what !== 'audit')
    throw new UsageError(`There is no "${what}" to export. Name one of: ${WHAT}.`);
  const { place } = chosenData(flags, host);
  const file = output === undefined ? null : resolve(output);
  if (file !== null && existsSync(file)) throw new ConfigError([`${file} exists already. Name another file.`]);
  const pieces = table === undefined ? auditPieces(place, format) : tablePieces(place, table, format);
  try {
    await pipeline(Readable.from(pieces), file === null ? printer(host) : createWriteStream(file, { mode: 0o600 }));
  } catch (error) {
    if (error instanceof StartError) throw error;
    // What else went wrong with standard output is told by whoever holds it.
    if (error === host.outputFailure?.()) return EXIT.ok;
    throw new StartError(EXIT.failed, error instanceof Error ? error.message : String(error), { cause: error });
  }
  if (what === 'usage') await tellKeptFrom(place, host);
  if (file !== null) host.printError(`${file} holds all of: ${what}.`);
  return EXIT.ok;
}

async function* tablePieces(place: Place, name: string, format: Format): AsyncGenerator<string> {
  const source: RowSource = await openSource(place);
  try {
    const table = source.tables.find((known) => known.name === name);
    if (!table) throw new Error(`The database has no ${name}.`);
    const names = table.columns.map((column) => camelCase(column.name));
    yield format === 'csv' ? CSV_START + csvLine(names) : '[';
    let isFirst = true;
    for await (const page of source.pages(table)) {
      if (format === 'csv') yield page.map((row) => csvLine(toCsv(table, row))).join('');
      else yield `${isFirst ? '' : ','}\n${page.map((row) => JSON.stringify(toJson(table, names, row))).join(',\n')}`;
      isFirst = false;
    }
    if (format === 'json') yield '\n]\n';
  } finally {
    await source.close();
  }
}

async function* auditPieces(place: Place, format: Format): AsyncGenerator<string> {
  const db = await openForReading(place);
  try {
    yield* auditExport(db, {}, format);
  } finally {
    await db.close();
  }
}

/** Else it would look as if nothing had happened before. */
async function tellKeptFrom(place: Place, host: CliHost): Promise<void> {
  const db = await openForReading(place);
  try {
    const keptFrom = await usageKeptFrom(db);
    if (keptFrom === null) return;
    const since = new Date(keptFrom).toISOString();
    host.printError(`Usage records of before ${since} were deleted, as usageRetentionDays asks; the ledger is whole.`);
  } finally {
    await db.close();
  }
}

async function openForReading(place: Place) {
  if (place.engine === 'sqlite') return (await import('../db/sqlite-read-only.ts')).openSqliteReadOnly(place.file);
  return (await import('../db/postgres-read-only.ts')).openPostgresReadOnly(place.url);
}

/** People open it: instants are dates. */
function toCsv({ columns }: TransferTable, row: TransferRow): TransferRow {
  return columns.map(({ name, kind }, index) => {
    const value = row[index] ?? null;
    return kind === 'number' && typeof value === 'number' && /_(at|until)$/.test(name)
      ? new Date(value).toISOString()
      : value;
  });
}

/** Programs read it: instants are epoch milliseconds, as in the API. */
function toJson({ columns }: TransferTable, names: readonly string[], row: TransferRow): Record<string, unknown> {
  return Object.fromEntries(
    columns.map(({ kind }, index) => {
      const value = row[index] ?? null;
      return [names[index], kind === 'json' && typeof value === 'string' ? JSON.parse(value) : value];
    }),
  );
}

function camelCase(name: string): string {
  return name.replaceAll(/_([a-z])/g, (_match, letter: string) => letter.toUpperCase());
}

/** Whole lines go to the host, as it adds their end. */
function printer(host: CliHost): Writable {
  let rest = '';
  return new Writable({
    decodeStrings: false,
    write(chunk, _encoding, done) {
      const lines = (rest + String(chunk)).split('\n');
      rest = lines.pop() ?? '';
      if (lines.length > 0) host.print(lines.join('\n'));
      done(host.outputFailure?.());
    },
    final(done) {
      if (rest !== '') host.print(rest);
      done();
    },
  });
}
