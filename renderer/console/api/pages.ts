import { keepPreviousData, useInfiniteQuery } from '@tanstack/react-query';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { useEffect, useMemo } from 'react';
import type { List } from '../../../gateway/contract/common.ts';
import { MOST_PAGES } from '../search-params.ts';
import { useSession } from '../session/use-session.tsx';
import type { Query } from './http.ts';

const PAGE = 50;

/**
 * A list of the API, page after page; the old rows stay while a new filter is asked for.
 *
 * @param isTheScreens whether the address says how many pages are shown, so that a link, a reload and the way back show as
 * many; of one list of a screen only
 */
export function usePages<Item>(key: readonly unknown[], path: string, query: Query, isTheScreens = false) {
  const session = useSession();
  const navigate = useNavigate();
  const { pages: asked } = useSearch({ strict: false }) as { pages?: string };
  const wanted = isTheScreens ? Number(asked ?? 1) : 1;
  const pages = useInfiniteQuery({
    queryKey: [...key, query],
    initialPageParam: undefined as string | undefined,
    placeholderData: keepPreviousData,
    queryFn: ({ pageParam, signal }) =>
      session.call<List<Item> & { totalIsMore?: boolean; keptFrom?: number | null }>(path, {
        query: { limit: PAGE, ...query, cursor: pageParam },
        signal,
      }),
    getNextPageParam: (last) => last.nextCursor ?? undefined,
  });
  const { data, hasNextPage, isFetching, isError, fetchNextPage } = pages;
  const shown = data?.pages.length ?? 0;
  const isBehind = shown > 0 && shown < wanted && hasNextPage;
  useEffect(() => {
    if (isBehind && !isFetching && !isError) void fetchNextPage();
  }, [isBehind, isFetching, isError, fetchNextPage]);
  const showMore = () => {
    if (!isTheScreens || isBehind || shown >= MOST_PAGES) return void fetchNextPage();
    void navigate({
      to: '.',
      search: ((before: object) => ({ ...before, pages: String(shown + 1) })) as never,
      replace: true,
    });
  };
  const items = useMemo(() => data?.pages.flatMap((page) => page.items), [data]);
  return {
    ...pages,
    fetchNextPage: showMore,
    items,
    total: data?.pages[0]?.total ?? 0,
    totalIsMore: data?.pages[0]?.totalIsMore ?? false,
    /** Rows before this moment are no longer kept; null where all are. */
    keptFrom: data?.pages[0]?.keptFrom ?? null,
  };
}
