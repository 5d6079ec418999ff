/** Reads a table of users: whatever a spreadsheet saves as CSV, in English or Portuguese. */
import type { CsvError } from 'csv-parse';
import { folded } from '../contract/folded.ts';
import { type ImportColumn, MOST_IMPORT_LINES } from '../contract/user-import.ts';
import { ApiError } from '../ops/api-error.ts';

export interface TableLine {
  /** As editors count: the heading is line 1. */
  readonly line: number;
  /** What is written in the cells; empty ones are left out. */
  readonly cells: Partial<Record<ImportColumn, string>>;
  /** What stands beyond the last heading. */
  readonly surplus: string;
}

export interface UserTable {
  readonly lines: readonly TableLine[];
  /** Headings that mean nothing here. */
  readonly ignored: readonly string[];
}

/** Headings by their letters alone; the list's own export among them, in both languages. */
const HEADINGS: Record<string, ImportColumn> = {
  id: 'id',
  email: 'email',
  mail: 'email',
  name: 'name',
  nome: 'name',
  plan: 'plan',
  plano: 'plan',
  department: 'department',
  departamento: 'department',
  monthlylimit: 'monthlyLimit',
  limit: 'monthlyLimit',
  limitemensal: 'monthlyLimit',
  limite: 'monthlyLimit',
  locale: 'locale',
  language: 'locale',
  idioma: 'locale',
};

/** @throws ApiError 400 for what makes the whole file useless */
export async function readUserTable(csv: string): Promise<UserTable> {
  const records = await parse(csv);
  const [heading, ...rest] = records;
  if (!heading) throw refused('empty_file', 'The file is empty.');
  const columns = heading.cells.map((text) => HEADINGS[lettersOf(text)] ?? null);
  const twice = columns.find((column, index) => column !== null && columns.indexOf(column) !== index);
  if (twice) throw refused('column_twice', `There are two columns for ${twice}.`);
  if (!columns.includes('email') && !columns.includes('id')) {
    throw refused('no_email_column', 'The first line must name the columns, and one of them must be "email".');
  }
  const last = rest.at(-1);
  if (last && isSums(last.cells)) rest.pop();
  if (rest.length === 0) throw refused('empty_file', 'There is no user in the file, only a heading.');
  if (rest.length > MOST_IMPORT_LINES) {
    throw refused('too_many_lines', `At most ${MOST_IMPORT_LINES} users can be imported at once. Split the file.`);
  }
  return {
    lines: rest.map(({ line, cells }) => ({
      line,
      cells: Object.fromEntries(
        columns.flatMap((column, index) => {
          const text = plainText(cells[index] ?? '');
          return column === null || text === '' ? [] : [[column, text]];
        }),
      ),
      surplus: cells.slice(columns.length).join('').trim(),
    })),
    ignored: heading.cells.filter((text, index) => columns[index] === null && text.trim() !== ''),
  };
}

/** The last line of the list's own export, in either language: a word and numbers, and nobody's id or address. */
function isSums([first = '', ...others]: readonly string[]): boolean {
  return lettersOf(first) === 'total' && others.every((text) => /^[\d.,\s-]*$/.test(text));
}

interface CsvRecord {
  readonly line: number;
  readonly cells: readonly string[];
}

async function parse(csv: string): Promise<CsvRecord[]> {
  const { parse: parseCsv, CsvError: Unreadable } = await import('csv-parse/sync');
  try {
    const records: unknown = parseCsv(csv, {
      bom: true,
      info: true,
      delimiter: delimiterOf(csv),
      relax_column_count: true,
      skip_empty_lines: true,
      skip_records_with_empty_values: true,
    });
    return (records as { info: { lines: number }; record: string[] }[]).map(({ info, record }) => ({
      line: info.lines,
      cells: record,
    }));
  } catch (error) {
    if (!(error instanceof Unreadable)) throw error;
    const { lines } = error as CsvError & { lines?: number };
    throw refused('unreadable_csv', `Line ${lines ?? '?'} cannot be read: a quote is open or out of place.`);
  }
}

/** What separates the columns, by the heading. */
function delimiterOf(csv: string): string {
  const heading = /^\uFEFF?(.*)/.exec(csv.trimStart())?.[1] ?? '';
  const count = (mark: string) => heading.split(mark).length;
  return [',', ';', '\t'].reduce((best, mark) => (count(mark) > count(best) ? mark : best));
}

function lettersOf(heading: string): string {
  return folded(heading).replaceAll(/[^a-z]/g, '');
}

/** Without the apostrophe by which our own export keeps spreadsheets from running a text. */
function plainText(cell: string): string {
  return cell.replace(/^'(?=[=+\-@])/, '').trim();
}

function refused(code: string, message: string): ApiError {
  return new ApiError(400, code, message, 'csv');
}
