/**
 * Pure: one circuit breaker. Failures in a row open it; when its rest is over, one request at a time tries again, and
 * the first answer closes it. Each rest is twice as long as the one before.
 */

/** `closed`: all is well. `open`: rests. `half_open`: the rest is over, and nobody has been answered since. */
export type CircuitState = 'closed' | 'open' | 'half_open';

const FAILURES_IN_A_ROW = 3;
const FIRST_REST_MS = 5_000;
const LONGEST_REST_MS = 60_000;
/** However long a provider asks us to wait. */
const LONGEST_ASKED_REST_MS = 300_000;

export class Circuit {
  #failures = 0;
  #restMs = FIRST_REST_MS;
  /** Null while closed. */
  #restsUntil: number | null = null;
  /** Until then a request is on its way that tries whether it works again. */
  #triedUntil = 0;

  /** @param now epoch ms, like every time here */
  state(now: number): CircuitState {
    if (this.#restsUntil === null) return 'closed';
    // A clock that was set back must not make a rest of hours.
    const left = this.#restsUntil - now;
    return left > 0 && left <= LONGEST_ASKED_REST_MS ? 'open' : 'half_open';
  }

  /** When the next request may try; null while closed. */
  get restsUntil(): number | null {
    return this.#restsUntil;
  }

  /** Whether a request may be sent now: always while closed, one at a time while half open. */
  admits(now: number): boolean {
    const state = this.state(now);
    return state === 'closed' || (state === 'half_open' && !this.#isTried(now));
  }

  /** Right before sending: takes the one place that a half-open circuit has. False when another one has it. */
  take(now: number): boolean {
    if (this.#restsUntil === null) return true;
    if (!this.admits(now)) return false;
    // Whoever took it may leave without a word; then the place is free again after a while.
    this.#triedUntil = now + this.#restMs;
    return true;
  }

  /** An answer begins: good enough to close it, though a break in the middle opens it again. */
  answered(): void {
    if (this.#restsUntil === null) return;
    this.#restsUntil = null;
    this.#failures = FAILURES_IN_A_ROW - 1;
  }

  /** A whole answer was given. */
  completed(): void {
    this.#restsUntil = null;
    this.#failures = 0;
    this.#restMs = FIRST_REST_MS;
  }

  /**
   * @param atOnce whether this one failure opens it: it says that the next request would fail too
   * @param askedRestMs how long the upstream asks us to wait; null when it does not
   */
  failed(now: number, atOnce: boolean, askedRestMs: number | null = null): void {
    this.#failures++;
    this.#triedUntil = 0;
    const wasHalfOpen = this.state(now) === 'half_open';
    if (!atOnce && !wasHalfOpen && this.#failures < FAILURES_IN_A_ROW) return;
    if (this.state(now) === 'open' && askedRestMs === null) return;
    this.#restsUntil = now + Math.min(LONGEST_ASKED_REST_MS, askedRestMs ?? this.#restMs);
    if (askedRestMs === null) this.#restMs = Math.min(LONGEST_REST_MS, this.#restMs * 2);
  }

  /** Somebody looked, and it seems to work again: the next request may try. */
  endRest(now: number): void {
    if (this.#restsUntil !== null && this.#restsUntil > now) this.#restsUntil = now;
  }

  #isTried(now: number): boolean {
    const left = this.#triedUntil - now;
    return left > 0 && left <= LONGEST_REST_MS;
  }
}
