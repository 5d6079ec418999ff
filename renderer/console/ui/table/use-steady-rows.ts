import { useEffect, useMemo, useRef, useState } from 'react';
import { type Shown, steadyRows } from './steady-rows.ts';

/**
 * Rows that do not jump while a list is live.
 *
 * @param key changes when something else is asked for: then everything shows as it comes
 */
export function useSteadyRows<Item extends { id: string }>(
  items: readonly Item[] | undefined,
  pages: number,
  key: string,
) {
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
