/** A file that holds a table as text. */
import { LONGEST } from '../../../gateway/contract/bounds.ts';

/** What is wrong with a file before anything of it is sent. */
export type TableProblem = 'too_large' | 'not_a_table' | 'unreadable';

type Read = { readonly problem: TableProblem; readonly text: null } | { readonly problem: null; readonly text: string };

/** Of a character in UTF-8, at most. */
const BYTES_A_CHARACTER = 4;

/** Spreadsheets of older Windows save their own code page: what is no UTF-8 is read as that. */
export async function readTable(file: File): Promise<Read> {
  if (file.size > LONGEST.table * BYTES_A_CHARACTER) return wrong('too_large');
  const bytes = await file.arrayBuffer().catch(() => null);
  if (bytes === null) return wrong('unreadable');
  const text = decoded(bytes);
  // Workbooks, pictures and archives have zeros; no text has.
  if (text.includes('\0')) return wrong('not_a_table');
  return text.length > LONGEST.table ? wrong('too_large') : { problem: null, text };
}

function decoded(bytes: ArrayBuffer): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return new TextDecoder('windows-1252').decode(bytes);
  }
}

function wrong(problem: TableProblem): Read {
  return { problem, text: null };
}
