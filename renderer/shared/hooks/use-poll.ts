import { useCallback, useEffect, useRef, useState } from 'react';

export interface Poll<T> {
  /** null until the first answer. */
  value: T | null;
  /** `performance.now()` of the last answer. */
  answeredAt: number;
  /** Asks now, whatever the interval. */
  askNow(): void;
}

/** Asks again and again, one question at a time, `intervalMs` after each answer, and only while the page is seen. */
export function usePoll<T>(ask: () => Promise<T>, intervalMs: number): Poll<T> {
  const [poll, setPoll] = useState<{ value: T | null; answeredAt: number }>({ value: null, answeredAt: 0 });
  const askAgain = useRef<() => void>(() => {});

  useEffect(() => {
    let ended = false;
    let asking = false;
    let timer: ReturnType<typeof setTimeout> | undefined;
    const run = async () => {
      if (asking || ended || document.hidden) return;
      asking = true;
      clearTimeout(timer);
      const value = await ask();
      asking = false;
      if (ended) return;
      setPoll({ value, answeredAt: performance.now() });
      timer = setTimeout(run, intervalMs);
    };
    askAgain.current = run;
    document.addEventListener('visibilitychange', run);
    void run();
    return () => {
      ended = true;
      clearTimeout(timer);
      document.removeEventListener('visibilitychange', run);
    };
  }, [ask, intervalMs]);

  const askNow = useCallback(() => askAgain.current(), []);
  return { ...poll, askNow };
}
