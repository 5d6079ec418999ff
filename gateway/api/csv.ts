/** Pure: CSV that spreadsheets open as it is meant (RFC 4180, with a byte order mark). */

export type CsvValue = string | number | boolean | null;

/** Comes before the first line: without it Excel takes UTF-8 for a local code page. */
export const CSV_START = '\uFEFF';

/** How spreadsheets of a language read the file: by the marks of its numbers. */
export interface CsvMarks {
  readonly delimiter: ',' | ';';
  readonly decimal: '.' | ',';
}

const COMMAS: CsvMarks = { delimiter: ',', decimal: '.' };
const SEMICOLONS: CsvMarks = { delimiter: ';', decimal: ',' };

/** Excel in Portuguese splits at semicolons, because commas stand within numbers. */
export function csvMarksOf(locale: 'en' | 'pt-BR'): CsvMarks {
  return locale === 'pt-BR' ? SEMICOLONS : COMMAS;
}

/** One line with its end. A text that a spreadsheet would run as a formula is made plain text by an apostrophe. */
export function csvLine(values: readonly CsvValue[], marks: CsvMarks = COMMAS): string {
  return `${values.map((value) => csvCell(value, marks)).join(marks.delimiter)}\r\n`;
}

function csvCell(value: CsvValue, { decimal }: CsvMarks): string {
  if (value === null) return '';
  if (typeof value !== 'string') return String(value).replace('.', decimal);
  const harmless = /^[=+\-@\t\r]/.test(value) ? `'${value}` : value;
  return /[",;\r\n]/.test(harmless) ? `"${harmless.replaceAll('"', '""')}"` : harmless;
}
