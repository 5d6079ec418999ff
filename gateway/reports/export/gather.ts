import { ApiError } from '../../ops/api-error.ts';
import type { CellValue, ExportTable, GatheredTable } from './export-table.ts';

/** Reads all rows. @throws ApiError 413 when there are more than `most` */
export async function gather({ rows, totals, ...table }: ExportTable, most: number): Promise<GatheredTable> {
  const gathered: (readonly CellValue[])[] = [];
  for await (const row of rows) {
    if (gathered.length === most) {
      throw new ApiError(
        413,
        'too_many_rows',
        `There are more than ${most} rows. Choose a shorter time, or CSV, which has no such limit.`,
        'format',
        { values: { most } },
      );
    }
    gathered.push(row);
  }
  return { ...table, rows: gathered, totals: totals?.() ?? null };
}
