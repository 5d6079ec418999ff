/** Makes workbooks and PDFs on a thread of their own, which ends with the file: its libraries do not stay in memory. */
import { Worker } from 'node:worker_threads';
import type { ExportFormat } from '../../contract/exports.ts';
import type { ExportTable, GatheredTable, Locale } from './export-table.ts';
import { gather } from './gather.ts';

export interface FileOrder {
  readonly format: Exclude<ExportFormat, 'csv'>;
  readonly locale: Locale;
  /** Epoch milliseconds. */
  readonly madeAt: number;
  readonly table: GatheredTable;
}

/** What still makes sense in the format, and fits into memory. */
const MOST_ROWS: Record<FileOrder['format'], number> = { xlsx: 100_000, pdf: 2_000 };

/** @throws ApiError 413 when the format should not hold so many rows */
export async function makeFile(table: ExportTable, order: Omit<FileOrder, 'table'>): Promise<Buffer> {
  const gathered = await gather(table, MOST_ROWS[order.format]);
  const extension = import.meta.url.endsWith('.ts') ? 'ts' : 'js';
  const worker = new Worker(new URL(`./export-worker.${extension}`, import.meta.url), {
    workerData: { ...order, table: gathered } satisfies FileOrder,
  });
  return new Promise((resolve, reject) => {
    worker.once('message', (file: Uint8Array) => resolve(Buffer.from(file)));
    worker.once('error', reject);
    worker.once('exit', () => reject(new Error('The file was not made.')));
  });
}
