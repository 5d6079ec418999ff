/** Pure: how an upstream stands, by what this gateway has seen of it and by the health check's own look. */
import type { Upstream } from '../../../gateway/contract/upstreams.ts';
import type { Meaning } from '../ui/status-badge.tsx';

export type Standing = 'off' | 'answers' | 'unasked' | 'failed' | 'unreachable' | 'rests' | 'tried';

export const STANDING_MEANINGS: Record<Standing, Meaning> = {
  off: 'quiet',
  answers: 'good',
  unasked: 'quiet',
  failed: 'warning',
  unreachable: 'critical',
  rests: 'critical',
  tried: 'warning',
};

/**
 * A circuit that is closed says only that requests go there: whoever was never asked has not answered either.
 *
 * @param probe what the health check found; undefined until it is known
 */
export function standingOf(
  { enabled, health }: Pick<Upstream, 'enabled' | 'health'>,
  probe: 'up' | 'down' | undefined,
): Standing {
  const { state, lastAnswerAt, lastFailure } = health;
  if (!enabled) return 'off';
  if (state === 'open') return 'rests';
  if (state === 'half_open') return 'tried';
  if (probe === 'down') return 'unreachable';
  if (lastFailure !== null && lastFailure.at > (lastAnswerAt ?? 0)) return 'failed';
  return lastAnswerAt === null ? 'unasked' : 'answers';
}
