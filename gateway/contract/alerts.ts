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

export const anomalyLevelSchema = z.enum(['low', 'medium', 'high']);
export type AnomalyLevel = z.infer<typeof anomalyLevelSchema>;
/** What is done about an anomaly, mildest first. */
export const ANOMALY_STEPS = ['watch', 'limit', 'suspend'] as const;
export const anomalyStepSchema = z.enum(ANOMALY_STEPS);
export type AnomalyStep = z.infer<typeof anomalyStepSchema>;

const usual = {
  level: anomalyLevelSchema,
  /** Charged tokens, or requests. */
  seen: z.number().int(),
  /** The same on the user's own usual day, or in its busiest hour. */
  usual: z.number().int(),
  /** `seen` in terms of it. */
  times: z.number(),
  /** Active days that it is drawn from. */
  days: z.number().int(),
};
/** What was seen, and what is usual for the same user. */
export const anomalyEvidenceSchema = z.discriminatedUnion('measure', [
  /** Tokens of the user's day so far, or of the last 60 minutes where midnight has just passed. */
  z.object({ measure: z.literal('volume'), within: z.enum(['day', 'hour']), ...usual }),
  /** Requests of the last 60 minutes. */
  z.object({ measure: z.literal('rate'), ...usual }),
  /** Requests at almost equal distances: `variation` is the deviation of the gaps in terms of their mean. */
  z.object({
    measure: z.literal('regularity'),
    level: anomalyLevelSchema,
    requests: z.number().int(),
    meanGapMs: z.number().int(),
    variation: z.number(),
  }),
]);
export type AnomalyEvidence = z.infer<typeof anomalyEvidenceSchema>;

/** `details` of an anomaly. */
export const anomalyDetailsSchema = z.object({
  level: anomalyLevelSchema,
  evidence: z.array(anomalyEvidenceSchema),
  /** What was done about it. */
  step: anomalyStepSchema,
  /** Requests a minute that the step allows; null where it does not limit them. */
  perMinute: z.number().int().nullable(),
  /** When the step ends by itself; null where it does not, or changed nothing. */
  until: instant.nullable(),
});
export type AnomalyDetails = z.infer<typeof anomalyDetailsSchema>;

export const alertSchema = z.object({
  id: z.string(),
  kind: alertKindSchema,
  /** Whom it is about; null for alerts about the system. */
  user: z.object({ id: z.string(), name: z.string(), email: z.string().nullable() }).nullable(),
  period: z.string().nullable(),
  /**
   * By kind: of use `threshold`, `share` (percent) and `figures`; of the system `check` and what was found; of an anomaly
   * `level`, `evidence`, `step`, `perMinute` and `until`.
   */
  details: z.record(z.string(), z.unknown()),
  createdAt: instant,
  resolvedAt: instant.nullable(),
  /** An operator's id; `superseded` by a higher one, `system` when its cause has gone. */
  resolvedBy: z.string().nullable(),
  /** Of an anomaly: when somebody said that nothing was wrong. */
  falseAlarmAt: instant.nullable(),
  /** Of an anomaly: what its step restricts now; null when that is over, or it restricted nothing. */
  inForce: z.enum(['limit', 'suspend']).nullable(),
});
export type Alert = z.infer<typeof alertSchema>;
export const alertList = listOf(alertSchema);

export const alertsQuery = listQuery.extend({
  status: z.enum(['open', 'resolved', 'all']).default('open'),
  kind: manyOf(alertKindSchema).optional(),
  user: z.string().max(100).optional(),
});
export type AlertsQuery = z.infer<typeof alertsQuery>;

/** Whether an anomaly was a false alarm: marking it also takes its step back, taking the mark away restricts nobody. */
export const falseAlarmBody = z.strictObject({ falseAlarm: z.boolean().default(true) }).nullish();

/** Open alerts. */
export const alertCountsSchema = z.object({
  open: z.number().int(),
  byKind: z.record(alertKindSchema, z.number().int()),
  /** When the newest was raised, open or not; null when there never was one. */
  lastAt: instant.nullable(),
});
export type AlertCounts = z.infer<typeof alertCountsSchema>;
