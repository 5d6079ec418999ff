import { useStats } from '../api/stats.ts';

/** What waits for somebody: shown in the rail, wherever one is. */
export function useWaitingCounts(): { requests: number; alerts: number } {
  const { data } = useStats();
  return { requests: data?.pendingRequests ?? 0, alerts: data?.openAlerts ?? 0 };
}
