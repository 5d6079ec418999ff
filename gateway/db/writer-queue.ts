/** Who may use the one writer connection, and when: one at a time, in order, the ledger before all others. */

export interface WriterQueue {
  /** Runs `work` when the connection is free. */
  run<T>(work: () => Promise<T>): Promise<T>;
  /** The same, ahead of everything that waits in `run`. */
  runFirst<T>(work: () => Promise<T>): Promise<T>;
  /** Whether somebody waits for whoever has the connection now. */
  isAwaited(): boolean;
}

export function createWriterQueue(): WriterQueue {
  const urgent: (() => void)[] = [];
  const normal: (() => void)[] = [];
  let busy = false;

  const next = () => {
    const start = urgent.shift() ?? normal.shift();
    if (start) start();
    else busy = false;
  };
  const enqueue = async <T>(waiting: (() => void)[], work: () => Promise<T>): Promise<T> => {
    if (busy) await new Promise<void>((resolve) => waiting.push(resolve));
    busy = true;
    try {
      return await work();
    } finally {
      next();
    }
  };
  return {
    run: (work) => enqueue(normal, work),
    runFirst: (work) => enqueue(urgent, work),
    isAwaited: () => urgent.length + normal.length > 0,
  };
}
