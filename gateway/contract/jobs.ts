/** Shapes of long pieces of work: backup, restore, move to another database, verify, export, deletion of old records. */
import { z } from 'zod';
import { instant, listOf, listQuery, manyOf } from './common.ts';

export const jobKindSchema = z.enum(['backup', 'restore', 'migrate', 'verify', 'export', 'retention']);
export const jobStatusSchema = z.enum(['running', 'done', 'failed', 'cancelled']);

export const jobSchema = z.object({
  id: z.string(),
  kind: jobKindSchema,
  status: jobStatusSchema,
  /** Who asked for it: the clock, or an operator. */
  origin: z.enum(['operator', 'schedule']),
  operatorId: z.string().nullable(),
  /** What it does now: `copy`, `test`, `check`, `prove`, `switch`, `write` or `delete`; null before it begins. */
  phase: z.string().nullable(),
  /** Rows, of `total`; both 0 where a phase cannot be counted. */
  done: z.number().int(),
  total: z.number().int(),
  params: z.record(z.string(), z.unknown()),
  /** Of a job that is done. */
  result: z.record(z.string(), z.unknown()).nullable(),
  /** Of a job that failed or was cancelled: a code for programs, a sentence for people. */
  error: z.object({ code: z.string(), message: z.string() }).nullable(),
  createdAt: instant,
  endedAt: instant.nullable(),
});
export type Job = z.infer<typeof jobSchema>;
export type JobKind = Job['kind'];

export const jobList = listOf(jobSchema);

export const jobsQuery = listQuery.omit({ search: true }).extend({
  kind: manyOf(jobKindSchema).optional(),
  status: manyOf(jobStatusSchema).optional(),
});
export type JobsQuery = z.infer<typeof jobsQuery>;
