/** A thread that makes one workbook or PDF: seconds of work that no stream should wait for. */
import { parentPort, workerData } from 'node:worker_threads';
import { giveWay } from '../../ops/give-way.ts';
import type { FileOrder } from './make-file.ts';
import { pdfFile } from './pdf-file.ts';
import { xlsxFile } from './xlsx-file.ts';

giveWay();
const { format, locale, madeAt, table } = workerData as FileOrder;
const file = await (format === 'xlsx' ? xlsxFile(table) : pdfFile(table, locale, madeAt));
parentPort?.postMessage(file);
