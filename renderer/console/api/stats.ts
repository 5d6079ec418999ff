import { useQuery } from '@tanstack/react-query';
import type { Stats } from '../../../gateway/contract/reports.ts';
import { useSession } from '../session/use-session.tsx';

/** The figures of the overview. */
export function useStats() {
  const session = useSession();
  return useQuery({
    queryKey: ['stats'],
    queryFn: ({ signal }) => session.call<Stats>('/api/admin/stats', { signal }),
  });
}
