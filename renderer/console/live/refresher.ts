/** Turns events into fresh figures: what is shown is asked again, but not more often than people can read. */
import type { QueryClient, QueryKey } from '@tanstack/react-query';
import type { LiveEvent } from '../../../gateway/contract/events.ts';

/** Figures that every request changes are asked for at most this often. */
const GATHER_MS = 2_000;

/** The first part of every query's key says what it is about; an event names those that it makes stale. */
const TOUCHED: Partial<Record<LiveEvent['kind'], readonly string[]>> = {
  settings_changed: ['settings', 'me', 'display', 'stats', 'machine', 'mail', 'quality'],
  keys_changed: ['keys'],
  upstreams_changed: ['upstreams', 'health', 'models'],
  models_changed: ['models'],
  plans_changed: ['plans', 'user', 'stats'],
  departments_changed: ['departments'],
  views_changed: ['views', 'audit'],
  user_changed: ['user', 'stats', 'audit', 'running-out'],
  operator_changed: ['operators', 'me'],
  job_changed: ['jobs', 'backups'],
  alert_raised: ['alerts', 'stats', 'mail', 'quality'],
  alert_resolved: ['alerts', 'stats', 'quality'],
  outbox_changed: ['mail'],
  ticket_changed: ['tickets', 'stats', 'mail', 'quality'],
  request_settled: ['user', 'stats', 'usage'],
};

/** After a lost connection everything may have changed. */
const everything = (): boolean => true;

export interface Refresher {
  hear(event: LiveEvent): void;
  stop(): void;
}

export function createRefresher(queryClient: QueryClient): Refresher {
  const stale = new Set<string>();
  let timer: ReturnType<typeof setTimeout> | undefined;
  let connectedBefore = false;

  const refresh = () => {
    timer = undefined;
    const touched = (key: QueryKey) => stale.has(String(key[0]));
    void queryClient.invalidateQueries({ predicate: ({ queryKey }) => touched(queryKey) });
    stale.clear();
  };
  return {
    hear(event) {
      if (event.kind === 'connected') {
        if (connectedBefore) void queryClient.invalidateQueries({ predicate: everything });
        connectedBefore = true;
        return;
      }
      for (const name of TOUCHED[event.kind] ?? []) stale.add(name);
      // What people did shows at once; what requests do shows at a readable pace.
      const waitMs = event.kind === 'request_settled' ? GATHER_MS : 0;
      if (timer !== undefined && waitMs > 0) return;
      clearTimeout(timer);
      timer = setTimeout(refresh, waitMs);
    },
    stop: () => clearTimeout(timer),
  };
}
