/** Pure: what several pieces of evidence come to, and which of them are known to be fine. */
import type { AnomalyDetails, AnomalyEvidence, AnomalyLevel } from '../contract/alerts.ts';

const RANK: Readonly<Record<AnomalyLevel, number>> = { low: 1, medium: 2, high: 3 };
const BY_RANK: readonly AnomalyLevel[] = ['low', 'medium', 'high'];

/** The second level is the higher one. */
export function isHigher(level: AnomalyLevel, than: AnomalyLevel): boolean {
  return RANK[level] > RANK[than];
}

/**
 * The level that evidence comes to: the highest of its pieces; and *high* where much more use than usual comes with a
 * machine's regularity, because two different signs seldom err together.
 *
 * @returns null without evidence
 */
export function levelOf(evidence: readonly AnomalyEvidence[]): AnomalyLevel | null {
  const highest = Math.max(0, ...evidence.map(({ level }) => RANK[level]));
  const isStrong = ({ level }: AnomalyEvidence) => RANK[level] >= RANK.medium;
  const regular = evidence.some((piece) => piece.measure === 'regularity' && isStrong(piece));
  const more = evidence.some((piece) => piece.measure !== 'regularity' && isStrong(piece));
  return BY_RANK[(regular && more ? RANK.high : highest) - 1] ?? null;
}

/** An earlier anomaly of the same user that somebody has looked at. */
export interface Settled {
  readonly evidence: AnomalyDetails['evidence'];
  readonly closedAt: number;
  readonly falseAlarm: boolean;
}

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
/** For so long the same again is not told of again. */
const FALSE_ALARM_COUNTS_MS = 30 * DAY_MS;
const DECISION_COUNTS_MS = 24 * HOUR_MS;
/** What is so many times as much as was found to be fine, is not the same. */
const SAME_UP_TO = 2;

/** Evidence that nobody has looked at yet: what somebody called a false alarm, or resolved a day ago, says nothing new. */
export function newEvidence(
  evidence: readonly AnomalyEvidence[],
  settled: readonly Settled[],
  now: number,
): AnomalyEvidence[] {
  const fine = settled
    .filter(({ closedAt, falseAlarm }) => now - closedAt < (falseAlarm ? FALSE_ALARM_COUNTS_MS : DECISION_COUNTS_MS))
    .flatMap((earlier) => earlier.evidence);
  return evidence.filter((piece) => !fine.some((known) => covers(known, piece)));
}

function covers(known: AnomalyEvidence, piece: AnomalyEvidence): boolean {
  if (known.measure === 'regularity' || piece.measure === 'regularity') return known.measure === piece.measure;
  return known.measure === piece.measure && piece.seen < SAME_UP_TO * known.seen;
}
