/** `POST /api/admin/reports/export`: what a screen shows, as a file; at once, or by a job. */
import { createReadStream } from 'node:fs';
import { Readable } from 'node:stream';
import { z } from 'zod';
import { actorOf, operatorOf } from '../../api/access.ts';
import type { ApiApp } from '../../api/api-app.ts';
import { sendRaw } from '../../api/send-raw.ts';
import type { GatewayContext } from '../../context.ts';
import { idParams } from '../../contract/common.ts';
import { ADMIN_EXPORTS, type ExportFormat, type ExportRequest, exportBody } from '../../contract/exports.ts';
import { jobSchema } from '../../contract/jobs.ts';
import { findJob } from '../../jobs/queries.ts';
import { roleAtLeast } from '../../operators/roles.ts';
import { ApiError } from '../../ops/api-error.ts';
import { csvFile } from './csv-file.ts';
import { exportDetails, exportFile, removeOldExports, startExport } from './export-job.ts';
import { makeFile } from './make-file.ts';
import { exportTable } from './tables.ts';

const CONTENT_TYPES: Record<ExportFormat, string> = {
  csv: 'text/csv; charset=utf-8',
  xlsx: 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
  pdf: 'application/pdf',
};

const FILE = {
  description: 'The file',
  content: {
    'text/csv': { schema: z.string() },
    [CONTENT_TYPES.xlsx]: { schema: z.any() },
    [CONTENT_TYPES.pdf]: { schema: z.any() },
  },
};

export async function registerExportRoutes(app: ApiApp, context: GatewayContext): Promise<void> {
  await removeOldExports(context);
  const nameOf = (type: string, format: string, at: number) =>
    `ia-solaris-${type}-${context.calendar().day(at)}.${format}`;
  /** Data leaves with a file: who took what is part of the record. */
  const note = (request: Parameters<typeof actorOf>[0], details: Record<string, unknown>) =>
    context.db.tx((tx) => context.audit.write(tx, { actor: actorOf(request), action: 'report.exported', details }));

  app.post('/api/admin/reports/export', {
    config: { access: 'viewer' },
    schema: {
      tags: ['Reports'],
      summary: 'What a list or report shows, as CSV, XLSX or PDF',
      description:
        'All rows that match the filters, whatever the page, with the sums of columns that add up in the last line. XLSX holds up to 100,000 rows, PDF up to 2,000. Jobs, the outbox and the audit log are for administrators; a PDF of the audit log leaves out what is too wide for a page: ids of entries, hashes and details.',
      body: exportBody,
      response: { 200: FILE },
    },
    async handler(request, reply) {
      const { body } = request;
      if (ADMIN_EXPORTS.includes(body.type) && !roleAtLeast(operatorOf(request).role, 'admin')) {
        throw new ApiError(403, 'forbidden', 'This list is for administrators.', 'type');
      }
      const { type, format, locale } = body;
      const now = context.clock.now();
      const table = await exportTable(context, body);
      const file =
        format === 'csv'
          ? Readable.from(csvFile(table, locale))
          : Readable.from([await makeFile(table, { format, locale, madeAt: now })]);
      await note(request, exportDetails(body));
      reply.header('content-disposition', `attachment; filename="${nameOf(type, format, now)}"`);
      return sendRaw(reply, CONTENT_TYPES[format], file);
    },
  });

  app.post('/api/admin/reports/export/jobs', {
    config: { access: 'admin' },
    schema: {
      tags: ['Reports'],
      summary: 'The same as a job, for what takes long',
      description: 'Nobody has to wait: the file is at `/api/admin/jobs/{id}/file` for a day.',
      body: exportBody,
      response: { 202: jobSchema },
    },
    async handler(request, reply) {
      return reply.code(202).send(await startExport(context, request.body, operatorOf(request).id));
    },
  });

  app.get('/api/admin/jobs/:id/file', {
    config: { access: 'admin' },
    exposeHeadRoute: false,
    schema: {
      tags: ['Jobs'],
      summary: 'The file that an export made',
      params: idParams,
      response: { 200: FILE },
    },
    async handler(request, reply) {
      const job = await findJob(context.db, request.params.id);
      if (!job) throw new ApiError(404, 'job_not_found', 'There is no job with this id.');
      const { path, bytes } = await exportFile(context, job);
      const { type, format } = job.params as Pick<ExportRequest, 'type' | 'format'>;
      await note(request, { ...job.params, jobId: job.id });
      reply.header('content-disposition', `attachment; filename="${nameOf(type, format, job.createdAt)}"`);
      reply.header('content-length', bytes);
      return sendRaw(reply, CONTENT_TYPES[format], createReadStream(path));
    },
  });
}
