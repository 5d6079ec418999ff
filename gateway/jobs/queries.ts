/** Reads of jobs. */
import { and, eq, inArray } from 'drizzle-orm';
import { pageOf } from '../api/paging.ts';
import type { List } from '../contract/common.ts';
import type { Job, JobsQuery } from '../contract/jobs.ts';
import type { Queries } from '../db/database.ts';

export type JobRow = Queries['tables']['jobs']['$inferSelect'];

/** Jobs, newest first. */
export async function listJobs(db: Queries, query: JobsQuery): Promise<List<Job>> {
  const { jobs } = db.tables;
  const page = pageOf(query, { fields: { createdAt: jobs.createdAt }, id: jobs.id, fallback: '-createdAt' });
  const matches = and(
    query.kind && query.kind.length > 0 ? inArray(jobs.kind, query.kind) : undefined,
    query.status && query.status.length > 0 ? inArray(jobs.status, query.status) : undefined,
  );
  const rows = await db
    .select({ row: jobs, ...page.keys })
    .from(jobs)
    .where(and(matches, page.after))
    .orderBy(...page.orderBy)
    .limit(page.limit);
  return page.finish(rows, await db.$count(jobs, matches), ({ row }) => toJob(row));
}

/** Null when there is none. */
export async function findJob(db: Queries, id: string): Promise<Job | null> {
  const { jobs } = db.tables;
  const [row] = await db.select().from(jobs).where(eq(jobs.id, id));
  return row ? toJob(row) : null;
}

export function toJob(row: JobRow): Job {
  const { id, kind, status, origin, operatorId, phase, done, total, params, result, createdAt, endedAt } = row;
  const error = row.errorCode === null ? null : { code: row.errorCode, message: row.errorMessage ?? '' };
  return { id, kind, status, origin, operatorId, phase, done, total, params, result, error, createdAt, endedAt };
}
