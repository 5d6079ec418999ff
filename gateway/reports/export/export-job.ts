/**
 * Long exports: made behind the requests by a job, so that no window has to stay open, and kept for a day on the disk of
 * the gateway that made them.
 */
import { createWriteStream } from 'node:fs';
import { mkdir, readdir, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { GatewayContext } from '../../context.ts';
import type { ExportRequest } from '../../contract/exports.ts';
import type { Job } from '../../contract/jobs.ts';
import type { JobTools } from '../../jobs/service.ts';
import { ApiError } from '../../ops/api-error.ts';
import { dataDirAt } from '../../ops/data-dir.ts';
import { csvFile } from './csv-file.ts';
import type { ExportTable } from './export-table.ts';
import { makeFile } from './make-file.ts';
import { exportTable } from './tables.ts';

/** It may name people: it does not lie about for longer than somebody needs to fetch it. */
const KEPT_MS = 86_400_000;
/** Others look at the progress; not at each row. */
const TELL_EVERY = 500;

/** What a job was asked to export. What was searched for may be a person: the names of the filters are enough. */
export function exportDetails({ type, format, filters }: ExportRequest): Record<string, unknown> {
  return { type, format, filters: Object.keys(filters) };
}

/**
 * Begins an export.
 *
 * @throws ApiError what the list itself refuses; 409 `job_running` while another job runs
 */
export async function startExport(context: GatewayContext, order: ExportRequest, operatorId: string): Promise<Job> {
  const table = await exportTable(context, order);
  await removeOldExports(context);
  const params = exportDetails(order);
  const job = await context.jobs.start({ kind: 'export', params, operatorId, slot: null }, (tools) =>
    writeExport(context, table, order, tools),
  );
  if (!job) throw new ApiError(409, 'job_running', 'Another job runs now. Wait for its end, or cancel it.');
  return job;
}

/** The file that a job made. @throws ApiError 404 when there is none, or none any more */
export async function exportFile(
  context: GatewayContext,
  { id, params }: Job,
): Promise<{ path: string; bytes: number }> {
  await removeOldExports(context);
  const path = pathOf(context, id, String(params.format));
  const found = await stat(path).catch(() => null);
  if (found) return { path, bytes: found.size };
  throw new ApiError(
    404,
    'export_not_found',
    'The file is not kept any more, or another gateway made it. Export again.',
  );
}

/** Removes what is older than a day, and what a gateway that died had begun. */
export async function removeOldExports(context: GatewayContext): Promise<void> {
  const { exports } = dataDirAt(context.dataDir);
  for (const name of await readdir(exports).catch(() => [])) {
    const path = join(exports, name);
    const age = context.clock.now() - ((await stat(path).catch(() => null))?.mtimeMs ?? 0);
    if (age > KEPT_MS) await rm(path, { force: true });
  }
}

async function writeExport(
  context: GatewayContext,
  table: ExportTable,
  { format, locale }: ExportRequest,
  { id, signal, onProgress }: JobTools,
): Promise<Record<string, unknown>> {
  const path = pathOf(context, id, format);
  const part = `${path}.part`;
  let rows = 0;
  const followed: ExportTable = {
    ...table,
    rows: (async function* () {
      onProgress({ phase: 'write', done: 0, total: 0 });
      for await (const row of table.rows) {
        if (signal.aborted) throw new ApiError(409, 'job_cancelled', 'It was cancelled. Nothing was changed.');
        rows++;
        if (rows % TELL_EVERY === 0) onProgress({ phase: 'write', done: rows, total: 0 });
        yield row;
      }
      onProgress({ phase: 'write', done: rows, total: rows });
    })(),
  };
  await mkdir(dataDirAt(context.dataDir).exports, { recursive: true, mode: 0o700 });
  try {
    const madeAt = context.clock.now();
    const file =
      format === 'csv'
        ? Readable.from(csvFile(followed, locale))
        : Readable.from([await makeFile(followed, { format, locale, madeAt })]);
    await pipeline(file, createWriteStream(part, { mode: 0o600 }));
    await rename(part, path);
  } finally {
    await rm(part, { force: true });
  }
  return { rows, bytes: (await stat(path)).size };
}

function pathOf(context: GatewayContext, id: string, format: string): string {
  return join(dataDirAt(context.dataDir).exports, `${id}.${format}`);
}
