/** Shapes of `/api/admin/audit`. Instants are epoch milliseconds. */
import { z } from 'zod';
import { instant, instantInput, listOf, listQuery } from './common.ts';
import { day } from './days.ts';

export const actorKindSchema = z.enum(['operator', 'token', 'user', 'key', 'system']);

/** Epoch milliseconds, or a day of the configured time zone. */
const instantOrDay = z.union([day, z.coerce.number().pipe(instantInput)]);

export const auditFilters = z.object({
  /** Id of an operator, token, user or key. */
  actor: z.string().min(1).max(100).optional(),
  actorKind: actorKindSchema.optional(),
  /** `user.suspended`, or `user` for all that happened to users. */
  action: z
    .string()
    .regex(/^[a-z_]+(\.[a-z_]+)?$/, 'must look like user or user.suspended')
    .optional(),
  /** Id of what was acted on. */
  target: z.string().min(1).max(100).optional(),
  targetKind: z.string().min(1).max(50).optional(),
  from: instantOrDay.optional().describe('First instant, in epoch milliseconds, or first day that is included'),
  to: instantOrDay.optional().describe('First instant that is not included any more, or last day that is'),
  search: listQuery.shape.search,
});
export type AuditFilters = z.infer<typeof auditFilters>;

export const auditQuery = listQuery.extend(auditFilters.shape);

export const auditEntrySchema = z.object({
  id: z.string(),
  /** Its place in the chain, from 1. */
  seq: z.number().int(),
  at: instant,
  actorKind: actorKindSchema,
  actorId: z.string().nullable(),
  /** Who acted: the operator's e-mail, also for a token; the user's or the key's name. Null for the removed. */
  actorName: z.string().nullable(),
  action: z.string(),
  targetKind: z.string().nullable(),
  targetId: z.string().nullable(),
  /** What it is called now: user, operator, key, request, shared view; null for others and for what is gone. */
  targetName: z.string().nullable(),
  details: z.record(z.string(), z.unknown()),
  /** What the entry tells of a person; null when it told nothing, or was erased. */
  personal: z.record(z.string(), z.unknown()).nullable(),
  hash: z.string(),
});
export type AuditEntry = z.infer<typeof auditEntrySchema>;
export const auditList = listOf(auditEntrySchema);

export const auditExportQuery = auditFilters.extend({ format: z.enum(['csv', 'json']).default('csv') });

export const auditReportSchema = z.object({
  /** Entries that were checked: all, or those up to the problem. */
  entries: z.number().int(),
  /** The newest entry; kept elsewhere, it shows whether the end was cut off. */
  head: z.object({ seq: z.number().int(), hash: z.string() }).nullable(),
  problem: z.object({ kind: z.enum(['gap', 'unlinked', 'altered']), seq: z.number().int() }).nullable(),
});
export type AuditReport = z.infer<typeof auditReportSchema>;
