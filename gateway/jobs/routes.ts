/** `/api/admin/jobs`: what runs, how far it is, how it ended. */
import { actorOf } from '../api/access.ts';
import type { ApiApp } from '../api/api-app.ts';
import type { GatewayContext } from '../context.ts';
import { idParams } from '../contract/common.ts';
import { type Job, jobList, jobSchema, jobsQuery } from '../contract/jobs.ts';
import { ApiError } from '../ops/api-error.ts';
import { findJob, listJobs } from './queries.ts';

const tags = ['Jobs'];
const config = { access: 'admin' } as const;

export async function registerJobRoutes(app: ApiApp, context: GatewayContext): Promise<void> {
  const { db, jobs, audit } = context;

  app.get('/api/admin/jobs', {
    config,
    schema: { tags, summary: 'List jobs', querystring: jobsQuery, response: { 200: jobList } },
    handler: ({ query }) => listJobs(db, query),
  });

  app.get('/api/admin/jobs/:id', {
    config,
    schema: { tags, summary: 'One job', params: idParams, response: { 200: jobSchema } },
    handler: ({ params }) => requireJob(context, params.id),
  });

  app.post('/api/admin/jobs/:id/cancel', {
    config,
    schema: {
      tags,
      summary: 'Cancel a job',
      description:
        'Answers when it has stopped. What it was doing is undone: the data is as before. Only the deletion of old usage records keeps what it has deleted.',
      params: idParams,
      response: { 200: jobSchema },
    },
    async handler(request) {
      const { id } = request.params;
      await jobs.cancel(id);
      await db.tx((tx) =>
        audit.write(tx, { actor: actorOf(request), action: 'job.cancelled', target: { kind: 'job', id } }),
      );
      return requireJob(context, id);
    },
  });
}

async function requireJob({ db }: GatewayContext, id: string): Promise<Job> {
  const job = await findJob(db, id);
  if (!job) throw new ApiError(404, 'job_not_found', 'There is no job with this id.');
  return job;
}
