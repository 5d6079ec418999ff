import { useEffect, useMemo, useRef, useState } from 'react';
import { type Shown, steadyRows } from './steady-rows.ts';

interface LiveList<Item> {
  items: readonly Item[] | undefined;
  data: { pages: readonly unknown[] } | undefined;
  isPlaceholderData: boolean;
}

/**
 * Rows that do not jump while a list is live.
 *
 * @param query what is asked for; when it changes, everything shows as it comes
 */
export function useSteadyRows<Item extends { id: string }>(list: LiveList<Item>, query: object) {
  const { items } = list;
  const pages = list.data?.pages.length ?? 0;
  // The rows of the query before stay until the new ones are here: those are no order to keep.
  const key = JSON.stringify([query, list.isPlaceholderData]);
  const shown = useRef<{ key: string; what: Shown } | null>(null);
  const [asked, setAsked] = useState(0);
  const steady = useMemo(() => {
    // `asked` starts afresh.
    void asked;
    const last = shown.current?.key === key ? shown.current.what : null;
    return steadyRows(items ?? [], pages, last);
  }, [items, pages, key, asked]);

  useEffect(() => {
    if (!items) return;
    shown.current = { key, what: { order: steady.rows.map(({ id }) => id), pages } };
  }, [items, steady, key, pages]);

  const showFresh = () => {
    shown.current = null;
    setAsked((count) => count + 1);
  };
  return { ...steady, showFresh };
}
