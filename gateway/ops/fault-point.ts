/** Points at which a test can make the process die. They exist only when the gateway runs from its sources. */

export type FaultPoint =
  | 'identified'
  | 'held'
  | 'forwarded'
  | 'answer_headers'
  | 'first_byte'
  | 'usage_seen'
  | 'before_settle'
  | 'settled'
  | 'answered';

// biome-ignore lint/style/noProcessEnv: a switch for tests, which a build does not have
const chosen = import.meta.url.endsWith('.ts') ? process.env.SOLARIS_FAULT_POINT : undefined;

/** Dies like under `kill -9` when this is the point that the test chose; otherwise does nothing. */
export function faultPoint(point: FaultPoint): void {
  if (chosen === point) process.kill(process.pid, 'SIGKILL');
}
