import { useQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import type { ModelTerms } from '../../../gateway/contract/models.ts';
import { useSession } from '../session/use-session.tsx';

/** The models that people meet, and which price applies to each. */
export function useModelTerms(enabled = true) {
  const session = useSession();
  return useQuery({
    queryKey: ['models', 'terms'],
    enabled,
    queryFn: ({ signal }) =>
      session.call<{ items: ModelTerms[]; tableDate: string }>('/api/admin/model-terms', { signal }),
  });
}

/** Names to choose from where a model is asked for. */
export function useModelNames(enabled = true): string[] {
  const { data } = useModelTerms(enabled);
  return useMemo(() => [...new Set(data?.items.map(({ model }) => model))], [data]);
}
