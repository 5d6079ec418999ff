/** Pure: whether requests come as regularly as a machine would send them. People pause, read and type; loops do not. */
import type { AnomalyLevel } from '../contract/alerts.ts';

export interface Stretch {
  readonly requests: number;
  readonly meanGapMs: number;
  /** Coefficient of variation of the gaps: their standard deviation in terms of their mean. People lie around 1 and above. */
  readonly variation: number;
}

interface Rule {
  readonly level: AnomalyLevel;
  readonly requests: number;
  readonly lastsMs: number;
  readonly variation: number;
}

const MINUTE_MS = 60_000;
/** A pause that ends a stretch. */
const LONGEST_GAP_MS = 15 * MINUTE_MS;
/** Regularity alone never is strong evidence: scripts may be welcome. */
const RULES: readonly Rule[] = [
  { level: 'medium', requests: 60, lastsMs: 20 * MINUTE_MS, variation: 0.1 },
  { level: 'low', requests: 40, lastsMs: 10 * MINUTE_MS, variation: 0.25 },
];

/** No rule looks further back. */
export const LOOKS_BACK_MS = 2 * 60 * MINUTE_MS;
/** Fewer requests than this are never regular. */
export const LEAST_REQUESTS = 40;

/**
 * The verdict on the latest requests; null where they are not regular.
 *
 * @param times when they began, epoch milliseconds, in any order
 */
export function judgeRegularity(times: readonly number[]): (Stretch & { level: AnomalyLevel }) | null {
  const latest = times.toSorted((a, b) => b - a);
  for (const rule of RULES) {
    const stretch = latestStretch(latest, rule);
    if (stretch && stretch.variation <= rule.variation) return { ...stretch, level: rule.level };
  }
  return null;
}

/** The shortest stretch up to the latest request that is long enough for the rule; null where a pause cuts it short. */
function latestStretch(latest: readonly number[], { requests, lastsMs }: Rule): Stretch | null {
  const [newest] = latest;
  if (newest === undefined) return null;
  let before = newest;
  const gaps: number[] = [];
  for (const at of latest.slice(1)) {
    const gap = before - at;
    if (gap > LONGEST_GAP_MS) return null;
    gaps.push(gap);
    before = at;
    if (gaps.length + 1 >= requests && newest - at >= lastsMs) return describe(gaps);
  }
  return null;
}

function describe(gaps: readonly number[]): Stretch {
  const mean = gaps.reduce((sum, gap) => sum + gap, 0) / gaps.length;
  const variance = gaps.reduce((sum, gap) => sum + (gap - mean) ** 2, 0) / gaps.length;
  return { requests: gaps.length + 1, meanGapMs: Math.round(mean), variation: Math.sqrt(variance) / mean };
}
