import { useQuery } from '@tanstack/react-query';
import type { HoursReport } from '../../../gateway/contract/reports.ts';
import { useSession } from '../session/use-session.tsx';

/** It changes with the hour, not with the request. */
const REFRESH_MS = 5 * 60_000;

/** Use by weekday and hour. */
export function useHours() {
  const session = useSession();
  return useQuery({
    queryKey: ['hours'],
    queryFn: ({ signal }) => session.call<HoursReport>('/api/admin/stats/hours', { signal }),
    staleTime: REFRESH_MS,
    refetchInterval: REFRESH_MS,
  });
}
