/** A table as a PDF, to print or to file. */
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { numberFormat } from '../../contract/formatters.ts';
import { type Calendar, createCalendar } from '../../ledger/periods.ts';
import { type CellValue, type ColumnKind, dollars, type GatheredTable, type Locale, timeText } from './export-table.ts';
import { wordsOf } from './words.ts';

interface PdfMake {
  setFonts(fonts: Record<string, Record<string, string>>): void;
  setLocalAccessPolicy(allowed: (path: string) => boolean): void;
  setUrlAccessPolicy(allowed: (url: string) => boolean): void;
  createPdf(document: object): { getBuffer(): Promise<Uint8Array> };
}

/** @param madeAt epoch milliseconds, for the foot of each page */
export async function pdfFile(table: GatheredTable, locale: Locale, madeAt: number): Promise<Buffer> {
  const pdfMake = await loadPdfMake();
  const words = wordsOf(locale);
  const { columns, rows, totals, note, timeZone, title, subtitle } = table;
  const isNumber = (index: number) => columns[index]?.kind !== 'text' && columns[index]?.kind !== 'time';
  const calendar = createCalendar(timeZone);
  const text = textIn(calendar, locale);
  const cells = (row: readonly CellValue[], bold: boolean) =>
    row.map((value, index) => ({
      text: text(value, columns[index]?.kind ?? 'text'),
      alignment: isNumber(index) ? 'right' : 'left',
      bold,
    }));
  const made = `${words.made} ${timeText(madeAt, calendar)} (${timeZone})`;
  const document = {
    info: { title: `IA Solaris – ${title}` },
    pageSize: 'A4',
    pageOrientation: columns.length > 6 ? 'landscape' : 'portrait',
    pageMargins: [28, 36, 28, 40],
    defaultStyle: { font: 'Roboto', fontSize: columns.length > 12 ? 6 : 7.5 },
    content: [
      { text: title, fontSize: 16, bold: true },
      { text: subtitle, fontSize: 10, color: '#526173', margin: [0, 2, 0, 10] },
      {
        layout: 'lightHorizontalLines',
        table: {
          headerRows: 1,
          widths: columns.map((_column, index) => (index === 0 ? '*' : 'auto')),
          body: [
            columns.map(({ header }, index) => ({
              text: header,
              bold: true,
              alignment: isNumber(index) ? 'right' : 'left',
            })),
            ...rows.map((row) => cells(row, false)),
            ...(totals ? [cells(totals, true)] : []),
          ],
        },
      },
      ...(note === undefined ? [] : [{ text: note, fontSize: 8, color: '#526173', margin: [0, 8, 0, 0] }]),
    ],
    footer: (page: number, pages: number) => ({
      columns: [made, { text: `${words.page} ${page} / ${pages}`, alignment: 'right' }],
      margin: [28, 12],
      fontSize: 7,
      color: '#526173',
    }),
  };
  return Buffer.from(await pdfMake.createPdf(document).getBuffer());
}

/** How values are written, as the reader of `locale` writes them. */
function textIn(calendar: Calendar, locale: Locale): (value: CellValue, kind: ColumnKind) => string {
  const number = numberFormat(locale);
  const money = numberFormat(locale, { minimumFractionDigits: 2, maximumFractionDigits: 4 });
  return (value, kind) => {
    if (value === null) return '';
    if (typeof value === 'string') return value;
    if (kind === 'time') return timeText(value, calendar).slice(0, 16);
    return kind === 'usd' ? money.format(dollars(value)) : number.format(value);
  };
}

/** It reads its fonts from its own folder, and nothing else from anywhere. */
async function loadPdfMake(): Promise<PdfMake> {
  // @ts-expect-error It comes without types; `PdfMake` is what of it is used here.
  const pdfMake = (await import('pdfmake')).default as PdfMake;
  const packageFile = createRequire(import.meta.url).resolve('pdfmake/package.json');
  const folder = join(dirname(packageFile), 'fonts', 'Roboto');
  const font = (name: string) => join(folder, `Roboto-${name}.ttf`);
  pdfMake.setFonts({
    Roboto: {
      normal: font('Regular'),
      bold: font('Medium'),
      italics: font('Italic'),
      bolditalics: font('MediumItalic'),
    },
  });
  pdfMake.setLocalAccessPolicy((path) => path.startsWith(folder));
  pdfMake.setUrlAccessPolicy(() => false);
  return pdfMake;
}
