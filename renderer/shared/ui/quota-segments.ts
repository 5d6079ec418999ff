/** Pure: the quota bar in shares of its length. */

export interface QuotaFigures {
  /** Charged tokens of the period, of the month and of credits together. */
  readonly used: number;
  /** Reserved by requests in flight. */
  readonly held: number;
  /** Null = unlimited. */
  readonly available: number | null;
  /** Credits that are left; a part of what is available. */
  readonly credits: number;
}

/** Percentages that add up to 100. */
export interface QuotaSegments {
  readonly used: number;
  readonly held: number;
  /** Left of the monthly limit. */
  readonly left: number;
  readonly credits: number;
}

/** @returns null for somebody without a limit: there is no whole to take shares of */
export function quotaSegments({ used, held, available, credits }: QuotaFigures): QuotaSegments | null {
  if (available === null) return null;
  const whole = used + held + available;
  // Nothing of nothing is all of it.
  if (whole === 0) return { used: 100, held: 0, left: 0, credits: 0 };
  const ofCredits = Math.min(credits, available);
  const share = (tokens: number) => (tokens / whole) * 100;
  return { used: share(used), held: share(held), left: share(available - ofCredits), credits: share(ofCredits) };
}
