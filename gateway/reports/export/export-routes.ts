/** `POST /api/admin/reports/export`: what a screen shows, as a file. */
import { Readable } from 'node:stream';
import { z } from 'zod';
import { actorOf } from '../../api/access.ts';
import type { ApiApp } from '../../api/api-app.ts';
import { sendRaw } from '../../api/send-raw.ts';
import type { GatewayContext } from '../../context.ts';
import { type ExportFormat, exportBody } from '../../contract/exports.ts';
import { csvFile } from './csv-file.ts';
import { makeFile } from './make-file.ts';
import { exportTable } from './tables.ts';

const CONTENT_TYPES: Record<ExportFormat, string> = {
  csv: 'text/csv; charset=utf-8',
  xlsx: 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
  pdf: 'application/pdf',
};

export async function registerExportRoutes(app: ApiApp, context: GatewayContext): Promise<void> {
  app.post('/api/admin/reports/export', {
    config: { access: 'viewer' },
    schema: {
      tags: ['Reports'],
      summary: 'What a list or report shows, as CSV, XLSX or PDF',
      description:
        'All rows that match the filters, whatever the page. XLSX holds up to 100,000 rows, PDF up to 2,000.',
      body: exportBody,
      response: { 200: { description: 'The file', content: { 'application/octet-stream': { schema: z.any() } } } },
    },
    async handler(request, reply) {
      const { body } = request;
      const { type, format, locale, filters } = body;
      const now = context.clock.now();
      const table = await exportTable(context, body);
      const file =
        format === 'csv'
          ? Readable.from(csvFile(table))
          : Readable.from([await makeFile(table, { format, locale, madeAt: now })]);
      // Data leaves with this: who took what is part of the record. What was searched for may be a person.
      await context.db.tx((tx) =>
        context.audit.write(tx, {
          actor: actorOf(request),
          action: 'report.exported',
          details: { type, format, filters: Object.keys(filters) },
        }),
      );
      const day = context.calendar().day(now);
      reply.header('content-disposition', `attachment; filename="ia-solaris-${type}-${day}.${format}"`);
      return sendRaw(reply, CONTENT_TYPES[format], file);
    },
  });
}
