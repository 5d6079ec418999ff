/** Pure: whether a figure is as good as it should be. */
import type { QualityName, Verdict } from '../../contract/quality.ts';

/** So much of what a target leaves may be overdrawn before it counts as missed. */
const SLACK = 0.2;

interface Aim {
  readonly aim: 'least' | 'most';
  /** What the slack is a part of: the target itself, or what it leaves to a hundred percent. */
  readonly margin: 'target' | 'rest';
}

export const AIMS: Readonly<Record<QualityName, Aim>> = {
  success: { aim: 'least', margin: 'rest' },
  firstByte: { aim: 'most', margin: 'target' },
  duration: { aim: 'most', margin: 'target' },
  uptime: { aim: 'least', margin: 'rest' },
  decision: { aim: 'most', margin: 'target' },
  alertRequests: { aim: 'least', margin: 'target' },
  falseAlarms: { aim: 'most', margin: 'target' },
};

/** `close` misses the target by little: a percentage of 99 is missed by little down to 98.8, five seconds up to six. */
export function verdictOf(name: QualityName, value: number | null, target: number | null): Verdict {
  if (value === null) return 'no_data';
  if (target === null) return 'no_target';
  const { aim, margin } = AIMS[name];
  const beyond = aim === 'least' ? target - value : value - target;
  if (beyond <= 0) return 'met';
  return beyond <= SLACK * (margin === 'rest' ? 100 - target : target) ? 'close' : 'missed';
}
