/** `/api/admin/audit`: who did what, whether the log is whole, and a copy of it. */
import { Readable } from 'node:stream';
import { and, eq, inArray } from 'drizzle-orm';
import { z } from 'zod';
import { actorOf } from '../api/access.ts';
import type { ApiApp } from '../api/api-app.ts';
import { inOrderOf, pageOf } from '../api/paging.ts';
import { sendRaw } from '../api/send-raw.ts';
import type { GatewayContext } from '../context.ts';
import { auditEntrySchema, auditExportQuery, auditList, auditQuery, auditReportSchema } from '../contract/audit.ts';
import { idParams } from '../contract/common.ts';
import { ApiError } from '../ops/api-error.ts';
import { auditExport } from './export.ts';
import { auditCondition, selectionOf, toAuditEntries } from './queries.ts';
import { verifyChain } from './verify-chain.ts';

const tags = ['Audit log'];
const config = { access: 'admin' } as const;

export async function registerAuditRoutes(app: ApiApp, context: GatewayContext): Promise<void> {
  const { db } = context;

  app.get('/api/admin/audit', {
    config,
    schema: { tags, summary: 'List entries', querystring: auditQuery, response: { 200: auditList } },
    async handler({ query }) {
      const { auditLog } = db.tables;
      const { at, seq } = auditLog;
      // Its place decides among entries of one millisecond.
      const page = pageOf(query, { fields: { at }, id: seq, fallback: '-at' });
      const matches = auditCondition(db, selectionOf(context.calendar(), query));
      const keys = await db
        .select({ ...page.keys })
        .from(auditLog)
        .where(and(matches, page.after))
        .orderBy(...page.orderBy)
        .limit(page.limit);
      const places = keys.map(({ sortId }) => Number(sortId));
      const rows = await db.select().from(auditLog).where(inArray(seq, places));
      const total = await page.total(keys, () => db.$count(auditLog, matches));
      const keyed = inOrderOf(keys, await toAuditEntries(db, rows), (entry) => String(entry.seq));
      return page.finish(keyed, total, ({ sortValue: _value, sortId: _id, ...entry }) => entry);
    },
  });

  app.get('/api/admin/audit/:id', {
    config,
    schema: { tags, summary: 'One entry', params: idParams, response: { 200: auditEntrySchema } },
    async handler({ params }) {
      const { auditLog } = db.tables;
      const rows = await db.select().from(auditLog).where(eq(auditLog.id, params.id));
      const [entry] = await toAuditEntries(db, rows);
      if (!entry) throw new ApiError(404, 'audit_entry_not_found', 'There is no entry with this id.');
      return entry;
    },
  });

  app.get('/api/admin/audit/verify', {
    config,
    schema: { tags, summary: 'Check that the log is whole', response: { 200: auditReportSchema } },
    handler: async () => ({ ...(await verifyChain(db)) }),
  });

  app.get('/api/admin/audit/export', {
    exposeHeadRoute: false,
    config,
    schema: {
      tags,
      summary: 'Download entries as CSV or JSON, newest first',
      querystring: auditExportQuery,
      response: {
        200: {
          description: 'The entries',
          content: { 'text/csv': { schema: z.string() }, 'application/json': { schema: z.array(auditEntrySchema) } },
        },
      },
    },
    async handler(request, reply) {
      const { format, ...filters } = request.query;
      await db.tx((tx) =>
        context.audit.write(tx, { actor: actorOf(request), action: 'audit.exported', details: { format, filters } }),
      );
      reply.header('content-disposition', `attachment; filename="audit-log.${format}"`);
      const type = format === 'csv' ? 'text/csv; charset=utf-8' : 'application/json; charset=utf-8';
      return sendRaw(reply, type, Readable.from(auditExport(db, selectionOf(context.calendar(), filters), format)));
    },
  });
}
