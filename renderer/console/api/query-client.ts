import { QueryClient } from '@tanstack/react-query';
import { ApiFailure } from './http.ts';

const RETRIES = 2;

/** What the server owns is kept here. What was refused is not asked again; what was not reached is, a little later. */
export function createQueryClient(): QueryClient {
  return new QueryClient({
    defaultOptions: {
      queries: {
        staleTime: 10_000,
        retry: (failures, error) => !(error instanceof ApiFailure && error.status < 500) && failures < RETRIES,
        retryDelay: (attempt) => Math.min(500 * 2 ** attempt, 4_000),
        refetchOnWindowFocus: true,
        // Loopback needs no network, and a page that waits for one would say nothing.
        networkMode: 'always',
      },
      mutations: { networkMode: 'always', retry: false },
    },
  });
}
