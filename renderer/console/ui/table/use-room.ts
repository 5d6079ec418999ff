import { useLayoutEffect, useRef, useState } from 'react';
import { flushSync } from 'react-dom';
import { levelFor } from './room.ts';

export interface Room {
  /** Where the table stands: its first child is the table. */
  frame(element: HTMLElement | null): void;
  /** How many extras gave way. */
  given: number;
  /** Whether not even the rest has room, and rows are cards. */
  isCards: boolean;
  /** Whether even the cards are wider than where they stand. */
  isCut: boolean;
}

/**
 * Whether a table has room, by what it needs and where it stands: language, zoom and names count, which no width of a
 * window knows. It settles before anything is painted.
 *
 * @param extras how many columns may give way
 * @param wanted what the table would show, as a text; another one is tried anew
 */
export function useRoom(extras: number, wanted: string): Room {
  const [frame, setFrame] = useState<HTMLElement | null>(null);
  const [level, setLevel] = useState(0);
  const [isCut, setCut] = useState(false);
  const needs = useRef({ wanted, seen: new Map<number, number>() });

  const settle = () => {
    const table = frame?.firstElementChild;
    if (!(table instanceof HTMLElement) || !frame || frame.clientWidth === 0) return;
    if (needs.current.wanted !== wanted) needs.current = { wanted, seen: new Map() };
    const { seen } = needs.current;
    // What fits is as wide as its frame: how much less it needs is not known.
    if (level <= extras && table.offsetWidth > frame.clientWidth) seen.set(level, table.offsetWidth);
    else seen.delete(level);
    setCut(level > extras && table.scrollWidth > frame.clientWidth);
    setLevel(levelFor(frame.clientWidth, seen, extras));
  };
  const latest = useRef(settle);
  useLayoutEffect(() => {
    latest.current = settle;
    settle();
  });
  useLayoutEffect(() => {
    const table = frame?.firstElementChild;
    if (!frame || !table) return;
    // At once, so that what does not fit is never seen.
    const observer = new ResizeObserver(() => flushSync(() => latest.current()));
    observer.observe(frame);
    observer.observe(table);
    return () => observer.disconnect();
  }, [frame]);
  return { frame: setFrame, given: Math.min(level, extras), isCards: level > extras, isCut };
}
