import { useQuery } from '@tanstack/react-query';
import type { List } from '../../../gateway/contract/common.ts';
import type { Job } from '../../../gateway/contract/jobs.ts';
import { useMay, useSession } from '../session/use-session.tsx';

/** Events tell of a job's beginning and end; in between its progress is asked for. */
const PROGRESS_MS = 1_000;
const SHOWN = 20;

/** The latest jobs, newest first. */
export function useJobs() {
  const session = useSession();
  const may = useMay();
  return useQuery({
    queryKey: ['jobs'],
    enabled: may('admin'),
    queryFn: ({ signal }) => session.call<List<Job>>('/api/admin/jobs', { query: { limit: SHOWN }, signal }),
    refetchInterval: ({ state }) => (runningJob(state.data?.items) ? PROGRESS_MS : false),
  });
}

/** What runs now; there is one at a time. */
export function runningJob(jobs: readonly Job[] | undefined): Job | undefined {
  return jobs?.find(({ status }) => status === 'running');
}
