/** The one source of time. Tests inject their own. */
export interface Clock {
  /** Epoch milliseconds, integer. */
  now(): number;
}

export const systemClock: Clock = { now: () => Date.now() };
