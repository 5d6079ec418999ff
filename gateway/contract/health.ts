/** Shapes of `/health` and `/health/detailed`. */
import { z } from 'zod';
import { instant } from './common.ts';
import { upstreamHealthSchema } from './upstreams.ts';

export const livenessSchema = z.object({
  status: z.literal('ok'),
  service: z.literal('ia-solaris'),
  version: z.string(),
});

/** How long the check took. */
const took = { tookMs: z.number() };
const percent = z.number();
const bytes = z.number().int();
/** `degraded` and `down` of one part; the whole is told by the report's `status`. */
const partStatus = z.enum(['up', 'degraded', 'down', 'not_configured']);

export const healthSchema = z.object({
  /** `unhealthy`: the database is down. `degraded`: it works, but something needs attention. */
  status: z.enum(['healthy', 'degraded', 'unhealthy']),
  version: z.string(),
  at: instant,
  checks: z.object({
    database: z.object({
      status: partStatus,
      engine: z.enum(['sqlite', 'postgres']),
      /** Since this gateway last wrote to it, which it does all the time; null when that is not known. */
      writeProbeAgeMs: z.number().int().nullable(),
      ...took,
    }),
    redis: z.object({ status: partStatus, ...took }),
    /** Whether a connection can be opened, and whether requests were answered lately; nothing is asked of the upstream. */
    upstreams: z.object({
      status: partStatus,
      items: z.array(
        z.object({
          id: z.string(),
          name: z.string(),
          status: z.enum(['up', 'down']),
          /** What this gateway has seen of it. */
          seen: upstreamHealthSchema,
          ...took,
        }),
      ),
      ...took,
    }),
    /** `problem` says why mails wait although there is a mail server. */
    mail: z.object({ status: partStatus, problem: z.string().nullable(), ...took }),
    cpu: z.object({ status: partStatus, percent, cores: z.number().int(), ...took }),
    memory: z.object({
      status: partStatus,
      percent,
      totalBytes: bytes,
      freeBytes: bytes,
      processBytes: bytes,
      ...took,
    }),
    /** Of the data directory. */
    disk: z.object({ status: partStatus, totalBytes: bytes.nullable(), freeBytes: bytes.nullable(), ...took }),
    /** How late timers are: what delays streams and answers alike. */
    eventLoop: z.object({ status: partStatus, meanMs: z.number(), p99Ms: z.number(), maxMs: z.number(), ...took }),
  }),
});
export type Health = z.infer<typeof healthSchema>;
