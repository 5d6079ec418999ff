/** A table as an Excel workbook of one sheet, with typed cells. */
import writeXlsxFile, { type Cell, type SheetData } from 'write-excel-file/node';
import { type Calendar, createCalendar } from '../../ledger/periods.ts';
import { type CellValue, type ColumnKind, dollars, type GatheredTable, timeText } from './export-table.ts';

const WIDTHS: Record<ColumnKind, number> = { text: 26, integer: 16, decimal: 14, usd: 14, time: 20, milliseconds: 14 };

export function xlsxFile({ columns, rows, totals, note, timeZone, title }: GatheredTable): Promise<Buffer> {
  const calendar = createCalendar(timeZone);
  const cells = (row: readonly CellValue[], bold: boolean): Cell[] =>
    row.map((value, index) => cell(value, columns[index]?.kind ?? 'text', calendar, bold));
  const data: SheetData = [
    columns.map(({ header, kind }) => ({
      value: header,
      fontWeight: 'bold',
      align: kind === 'text' || kind === 'time' ? 'left' : 'right',
    })),
    ...rows.map((row) => cells(row, false)),
    ...(totals ? [cells(totals, true)] : []),
    ...(note === undefined ? [] : [[{ type: String, value: note }]]),
  ];
  return writeXlsxFile(data, {
    // Excel refuses longer names, and some characters in them.
    sheet: title.replace(/[\\/*?:[\]]/g, ' ').slice(0, 31),
    columns: columns.map(({ kind }) => ({ width: WIDTHS[kind] })),
    stickyRowsCount: 1,
  }).toBuffer();
}

function cell(value: CellValue, kind: ColumnKind, calendar: Calendar, bold: boolean): Cell {
  const weight = bold ? ({ fontWeight: 'bold' } as const) : {};
  if (value === null) return null;
  if (typeof value === 'string') return { type: String, value, ...weight };
  switch (kind) {
    case 'time':
      return { type: String, value: timeText(value, calendar), ...weight };
    case 'usd':
      return { type: Number, value: dollars(value), format: '#,##0.00####', ...weight };
    default:
      return { type: Number, value, format: '#,##0.###', ...weight };
  }
}
