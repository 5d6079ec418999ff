/** A table as CSV: numbers as programs read them, in pieces, so that its length needs no memory. */
import { CSV_START, csvLine } from '../../api/csv.ts';
import { type Calendar, createCalendar } from '../../ledger/periods.ts';
import { type CellValue, type ColumnKind, dollars, type ExportTable, timeText } from './export-table.ts';

export async function* csvFile({ columns, rows, totals, note, timeZone }: ExportTable): AsyncGenerator<string> {
  const calendar = createCalendar(timeZone);
  const line = (row: readonly CellValue[]) =>
    csvLine(row.map((value, index) => plain(value, columns[index]?.kind ?? 'text', calendar)));
  yield CSV_START + csvLine(columns.map(({ header }) => header));
  for await (const row of rows) yield line(row);
  if (totals) yield line(totals());
  if (note !== undefined) yield csvLine([note]);
}

function plain(value: CellValue, kind: ColumnKind, calendar: Calendar): CellValue {
  if (typeof value !== 'number') return value;
  if (kind === 'time') return timeText(value, calendar);
  return kind === 'usd' ? dollars(value) : value;
}
