/** Shapes of the report *Service quality*. */
import { z } from 'zod';
import { day } from './days.ts';

export const QUALITY_NAMES = [
  'success',
  'firstByte',
  'duration',
  'uptime',
  'decision',
  'alertRequests',
  'falseAlarms',
] as const;
export type QualityName = (typeof QUALITY_NAMES)[number];

export const qualityQuery = z.object({
  /** Default: the first day of this month. */
  from: day.optional(),
  /** Default: today. */
  to: day.optional(),
});
export type QualityQuery = z.infer<typeof qualityQuery>;

export const verdictSchema = z
  .enum(['met', 'close', 'missed', 'no_target', 'no_data'])
  .describe('`close` misses the target by at most a fifth of it, or of what it leaves to a hundred percent');
export type Verdict = z.infer<typeof verdictSchema>;

const figureSchema = z.object({
  name: z.enum(QUALITY_NAMES),
  /** Whether the value should be at least or at most the target. */
  aim: z.enum(['least', 'most']),
  /** Percent, or milliseconds for `firstByte`, `duration` and `decision`. Null where there is nothing to measure. */
  value: z.number().nullable(),
  /** In the value's unit; null = none is set. */
  target: z.number().nullable(),
  verdict: verdictSchema,
  /** How many requests, tickets, people or alarms the value is of; milliseconds for `uptime`. */
  counted: z.number().int(),
  /** The first day of the range that it is known of; null where it is known of all. */
  since: z.string().nullable(),
});
export type QualityFigure = z.infer<typeof figureSchema>;

export const qualityReportSchema = z.object({
  /** Days, both included. */
  from: z.string(),
  to: z.string(),
  timeZone: z.string(),
  /**
   * `success`: requests that did not fail upstream. `firstByte`, `duration`: what 95 % of the whole answers stay within.
   * `uptime`: time in which a gateway was up. `decision`: what 90 % of the decided tickets stay within. `alertRequests`:
   * warned people who asked for more within a week. `falseAlarms`: anomaly alarms that were none.
   */
  figures: z.array(figureSchema),
  /** What the figures are made of, and the medians beside them. */
  counts: z.object({
    requests: z.number().int(),
    failed: z.number().int(),
    firstByteMedianMs: z.number().int().nullable(),
    durationMedianMs: z.number().int().nullable(),
    downMs: z.number().int(),
    /** How often no gateway was up. */
    outages: z.number().int(),
    decided: z.number().int(),
    /** Within the time that the plan promises. */
    decidedInTime: z.number().int(),
    decisionMedianMs: z.number().int().nullable(),
    /** People with a warning of their use, each once a month. */
    warned: z.number().int(),
    asked: z.number().int(),
    alarms: z.number().int(),
    falseAlarms: z.number().int(),
  }),
  /** From the first of which something is known up to today, oldest first. Null where nothing is known of the day. */
  days: z.array(
    z.object({
      day: z.string(),
      requests: z.number().int(),
      success: z.number().nullable(),
      firstByteMs: z.number().int().nullable(),
      uptime: z.number().nullable(),
    }),
  ),
});
export type QualityReport = z.infer<typeof qualityReportSchema>;
