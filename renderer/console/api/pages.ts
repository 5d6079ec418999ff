import { keepPreviousData, useInfiniteQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import type { List } from '../../../gateway/contract/common.ts';
import { useSession } from '../session/use-session.tsx';
import type { Query } from './http.ts';

const PAGE = 50;

/** A list of the API, page after page; the old rows stay while a new filter is asked for. */
export function usePages<Item>(key: readonly unknown[], path: string, query: Query, enabled = true) {
  const session = useSession();
  const pages = useInfiniteQuery({
    queryKey: [...key, query],
    enabled,
    initialPageParam: undefined as string | undefined,
    placeholderData: keepPreviousData,
    queryFn: ({ pageParam, signal }) =>
      session.call<List<Item> & { totalIsMore?: boolean }>(path, {
        query: { limit: PAGE, ...query, cursor: pageParam },
        signal,
      }),
    getNextPageParam: (last) => last.nextCursor ?? undefined,
  });
  const { data } = pages;
  const items = useMemo(() => data?.pages.flatMap((page) => page.items), [data]);
  return { ...pages, items, total: data?.pages[0]?.total ?? 0, totalIsMore: data?.pages[0]?.totalIsMore ?? false };
}
