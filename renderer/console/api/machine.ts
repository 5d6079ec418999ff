import { useQuery } from '@tanstack/react-query';
import type { Machine } from '../../../gateway/contract/machine.ts';
import { useMay, useSession } from '../session/use-session.tsx';

/** Where the gateway runs. Bridges of containers come and go, so it is asked again now and then. */
export function useMachine() {
  const session = useSession();
  const may = useMay();
  return useQuery({
    queryKey: ['machine'],
    enabled: may('admin'),
    refetchInterval: 15_000,
    queryFn: ({ signal }) => session.call<Machine>('/api/admin/machine', { signal }),
  });
}
