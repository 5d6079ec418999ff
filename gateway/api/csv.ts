/** Pure: CSV that spreadsheets open as it is meant (RFC 4180, with a byte order mark). */

export type CsvValue = string | number | boolean | null;

/** Comes before the first line: without it Excel takes UTF-8 for a local code page. */
export const CSV_START = '\uFEFF';

/** One line with its end. A text that a spreadsheet would run as a formula is made plain text by an apostrophe. */
export function csvLine(values: readonly CsvValue[]): string {
  return `${values.map(csvCell).join(',')}\r\n`;
}

function csvCell(value: CsvValue): string {
  if (value === null) return '';
  if (typeof value !== 'string') return String(value);
  const harmless = /^[=+\-@\t\r]/.test(value) ? `'${value}` : value;
  return /[",\r\n]/.test(harmless) ? `"${harmless.replaceAll('"', '""')}"` : harmless;
}
