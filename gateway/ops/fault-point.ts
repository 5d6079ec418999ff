/** Points at which a test can make the process die. They exist in the sources and in test builds, not in the product. */

/** In the life of a request. */
export const FAULT_POINTS = [
  'identified',
  'held',
  'forwarded',
  'answer_headers',
  'first_byte',
  'usage_seen',
  'before_settle',
  'settled',
  'answered',
  /** On the writer's thread: around the commit of a batch of holds and settlements. */
  'before_commit',
  'after_commit',
] as const;

/** On the writer's thread of SQLite: around the posting of what was committed. */
export const POSTING_FAULT_POINTS = ['before_post', 'after_post'] as const;

/** Between two upstreams: the first gave no answer, the second was not asked yet. */
export const FAILOVER_FAULT_POINT = 'failed_over';

/** Around the sending of a mail: taken, accepted by the mail server, written down. */
export const MAIL_FAULT_POINTS = ['mail_claimed', 'mail_accepted', 'mail_recorded'] as const;

/** Around a decision on a credit request. */
export const DECISION_FAULT_POINTS = ['granted', 'deciding', 'decision_written', 'decided'] as const;

/** Of backups, restores and moves to another database. */
export const UPKEEP_FAULT_POINTS = [
  'archive_page',
  'archive_ended',
  'archive_proven',
  'load_page',
  'restore_proven',
  'restore_kept',
  'restore_switched',
  'move_page',
  'move_copied',
  'move_proven',
  'move_switched',
] as const;

/** Between two batches of old usage records. */
export const RETENTION_FAULT_POINT = 'records_deleted';

export type FaultPoint =
  | (typeof FAULT_POINTS)[number]
  | (typeof POSTING_FAULT_POINTS)[number]
  | typeof FAILOVER_FAULT_POINT
  | (typeof MAIL_FAULT_POINTS)[number]
  | (typeof DECISION_FAULT_POINTS)[number]
  | (typeof UPKEEP_FAULT_POINTS)[number]
  | typeof RETENTION_FAULT_POINT;

/** Set by `resources/scripts/build-test-host.ts`. */
declare const __FAULT_POINTS__: true | undefined;
const mayDie = import.meta.url.endsWith('.ts') || typeof __FAULT_POINTS__ !== 'undefined';
// biome-ignore lint/style/noProcessEnv: a switch for tests, which the product does not have
const chosen = mayDie ? process.env.SOLARIS_FAULT_POINT : undefined;
const [point, count = '1'] = chosen?.split(':') ?? [];
let left = Number(count);

/** Dies like under `kill -9` at the point that the test chose (`point` or `point:n` for its nth time); else does nothing. */
export function faultPoint(here: FaultPoint): void {
  if (here !== point) return;
  left--;
  if (left === 0) process.kill(process.pid, 'SIGKILL');
}
