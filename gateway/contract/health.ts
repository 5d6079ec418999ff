/** `/health` and `/health/detailed`. */
import { z } from 'zod';

/** `degraded`: works, with little room left. `unhealthy`: requests may be refused. */
export const healthStatus = z.enum(['healthy', 'degraded', 'unhealthy']);
export type HealthStatus = z.infer<typeof healthStatus>;

/** `/health`: the process answers. */
export const livenessReport = z.object({
  status: healthStatus,
  version: z.string(),
});
export type LivenessReport = z.infer<typeof livenessReport>;

export const healthPart = z.object({
  status: healthStatus,
  /** When it was looked at. */
  checkedAt: z.number().int(),
  /** Milliseconds that looking took, which for the database is a round trip. */
  durationMs: z.number(),
  /** What is wrong, in a sentence; null when nothing is. */
  problem: z.string().nullable(),
});
export type HealthPart = z.infer<typeof healthPart>;

/** `/health/detailed`. A part that is not configured (Redis, mail) is null. */
export const healthReport = z.object({
  /** The worst of the parts. */
  status: healthStatus,
  version: z.string(),
  startedAt: z.number().int(),
  checkedAt: z.number().int(),
  parts: z.object({
    database: healthPart,
    redis: healthPart.nullable(),
    /** As the last requests found them; none is called for a check. */
    upstreams: healthPart.extend({ reachable: z.number().int(), total: z.number().int() }),
    mail: healthPart.nullable(),
    /** Share of all processors, 0 to 1. */
    cpu: healthPart.extend({ share: z.number() }),
    /** Bytes; `total` is what the process may use. */
    memory: healthPart.extend({ used: z.number().int(), total: z.number().int() }),
    /** Bytes on the disk of the data directory. */
    disk: healthPart.extend({ free: z.number().int(), total: z.number().int() }),
    /** How late timers are, 99th percentile of the last minute. */
    eventLoop: healthPart.extend({ delayMs: z.number() }),
  }),
});
export type HealthReport = z.infer<typeof healthReport>;
