import { useQuery } from '@tanstack/react-query';
import type { List } from '../../../gateway/contract/common.ts';
import type { Refusal, UsageRecord } from '../../../gateway/contract/reports.ts';
import { useSession } from '../session/use-session.tsx';

/** Refusals tell no event: they are looked for while somebody waits. */
const LOOK_MS = 3_000;
/** A refusal of longer ago belongs to another try. */
const RECENT_MS = 15 * 60_000;

/** The newest metered request; null when there has been none. Live: it is asked for again with every settlement. */
export function useFirstRequest() {
  const session = useSession();
  return useQuery({
    queryKey: ['usage', 'newest'],
    queryFn: async ({ signal }) => {
      const query = { limit: 1, outcome: 'ok' };
      const { items } = await session.call<List<UsageRecord>>('/api/admin/usage', { query, signal });
      return items[0] ?? null;
    },
  });
}

/** Why the last request was refused, while none has been metered. */
export function useLastRefusal(enabled: boolean): Refusal | null {
  const session = useSession();
  const { data } = useQuery({
    queryKey: ['refusals', 'newest'],
    enabled,
    refetchInterval: LOOK_MS,
    queryFn: async ({ signal }) => {
      const { items } = await session.call<List<Refusal>>('/api/admin/refusals', { query: { limit: 1 }, signal });
      return items[0] ?? null;
    },
  });
  return data && Date.now() - data.lastAt < RECENT_MS ? data : null;
}
