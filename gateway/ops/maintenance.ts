/**
 * A state in which nothing is metered and nothing is changed: while the data changes places, two books at once could not
 * both be right. Requests get a 503 that says so, and are welcome again soon.
 */
export interface Maintenance {
  /** What is being done, as a sentence; null when nothing is. */
  reason(): string | null;
  begin(reason: string): void;
  end(): void;
}

export function createMaintenance(): Maintenance {
  let current: string | null = null;
  return {
    reason: () => current,
    begin(reason) {
      current = reason;
    },
    end() {
      current = null;
    },
  };
}
