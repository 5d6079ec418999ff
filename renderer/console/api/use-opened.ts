import { useQuery } from '@tanstack/react-query';
import { useSession } from '../session/use-session.tsx';

interface ListLike<Item> {
  readonly items: readonly Item[] | undefined;
  readonly error: Error | null;
}

/**
 * The row whose drawer is open, as the address says: of the list where it stands there, else asked for by itself. So a
 * link leads to it whatever page or filter it is behind.
 *
 * @param key the first part of what makes it stale
 * @param path of one row, without its id
 */
export function useOpened<Item extends { id: string }>(
  key: string,
  path: string,
  list: ListLike<Item>,
  id: string | undefined,
) {
  const session = useSession();
  const listed = list.items?.find((item) => item.id === id);
  const query = useQuery({
    queryKey: [key, 'details', id],
    enabled: id !== undefined && listed === undefined && (list.items !== undefined || list.error !== null),
    queryFn: ({ signal }) => session.call<Item>(`${path}/${encodeURIComponent(id ?? '')}`, { signal }),
  });
  return { id, item: id === undefined ? undefined : (listed ?? query.data), query };
}
