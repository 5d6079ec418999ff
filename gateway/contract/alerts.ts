/** Shapes of `/api/admin/alerts`. */
import { z } from 'zod';
import { instant, listOf, listQuery, manyOf } from './common.ts';

export const alertKindSchema = z.enum([
  'warning',
  'critical',
  'blocked',
  'early_warning',
  'anomaly',
  'system',
  'identity_conflict',
]);
export type AlertKindName = z.infer<typeof alertKindSchema>;

export const alertSchema = z.object({
  id: z.string(),
  kind: alertKindSchema,
  /** Whom it is about; null for alerts about the system. */
  user: z.object({ id: z.string(), name: z.string(), email: z.string().nullable() }).nullable(),
  period: z.string().nullable(),
  /** By kind: of use `threshold`, `share` (percent) and `figures`; of the system `check` and what was found. */
  details: z.record(z.string(), z.unknown()),
  createdAt: instant,
  resolvedAt: instant.nullable(),
  /** An operator's id; `superseded` by a higher one, `system` when its cause has gone. */
  resolvedBy: z.string().nullable(),
});
export type Alert = z.infer<typeof alertSchema>;
export const alertList = listOf(alertSchema);

export const alertsQuery = listQuery.extend({
  status: z.enum(['open', 'resolved', 'all']).default('open'),
  kind: manyOf(alertKindSchema).optional(),
  user: z.string().max(100).optional(),
});
export type AlertsQuery = z.infer<typeof alertsQuery>;

/** Open alerts. */
export const alertCountsSchema = z.object({
  open: z.number().int(),
  byKind: z.record(alertKindSchema, z.number().int()),
  /** When the newest was raised, open or not; null when there never was one. */
  lastAt: instant.nullable(),
});
export type AlertCounts = z.infer<typeof alertCountsSchema>;
