/** What was opened, to be closed in the opposite order. */

export interface Closers {
  add(close: () => unknown): void;
  /** Closes everything, once. A failure does not keep the rest open; the first is thrown at the end. */
  closeAll(): Promise<void>;
}

export function createClosers(): Closers {
  const open: (() => unknown)[] = [];
  return {
    add: (close) => void open.push(close),
    async closeAll() {
      const failures: unknown[] = [];
      for (let close = open.pop(); close; close = open.pop()) {
        try {
          await close();
        } catch (error) {
          failures.push(error);
        }
      }
      if (failures.length > 0) throw failures[0];
    },
  };
}
