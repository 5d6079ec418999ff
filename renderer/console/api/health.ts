import { useQuery } from '@tanstack/react-query';
import { fetchHealth } from '../../shared/api/health.ts';

const EVERY_MS = 5_000;

/** What the gateway says of itself, asked again and again while it is looked at. */
export function useHealth() {
  return useQuery({ queryKey: ['health'], queryFn: fetchHealth, refetchInterval: EVERY_MS });
}
