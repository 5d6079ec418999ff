/** A table as CSV, as spreadsheets of the language read it; in pieces, so that its length needs no memory. */
import { CSV_START, csvLine, csvMarksOf } from '../../api/csv.ts';
import { type Calendar, createCalendar } from '../../ledger/periods.ts';
import { type CellValue, type ColumnKind, dollars, type ExportTable, type Locale, timeText } from './export-table.ts';

export async function* csvFile(
  { columns, rows, totals, note, timeZone }: ExportTable,
  locale: Locale,
): AsyncGenerator<string> {
  const marks = csvMarksOf(locale);
  const calendar = createCalendar(timeZone);
  const line = (row: readonly CellValue[]) =>
    csvLine(
      row.map((value, index) => plain(value, columns[index]?.kind ?? 'text', calendar)),
      marks,
    );
  yield CSV_START +
    csvLine(
      columns.map(({ header }) => header),
      marks,
    );
  for await (const row of rows) yield line(row);
  if (totals) yield line(totals());
  if (note !== undefined) yield csvLine([note], marks);
}

function plain(value: CellValue, kind: ColumnKind, calendar: Calendar): CellValue {
  if (typeof value !== 'number') return value;
  if (kind === 'time') return timeText(value, calendar);
  return kind === 'usd' ? dollars(value) : value;
}
