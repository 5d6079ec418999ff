/**
 * Everything dangerous that the console offers: what stops people, or cannot be had back. The one list of what the safe
 * mode guards; a word is typed besides only where all data goes, when a backup is restored.
 */
interface Danger {
  /** It can be taken back, so that in silence it is done at once, with a way back. */
  readonly canBeUndone: boolean;
}

const forGood: Danger = { canBeUndone: false };
const withUndo: Danger = { canBeUndone: true };

export const DANGERS = {
  userSuspend: withUndo,
  userBlock: withUndo,
  userReset: forGood,
  userDelete: forGood,
  usersBulk: forGood,
  planDelete: forGood,
  departmentDelete: forGood,
  modelForget: forGood,
  keyRevoke: forGood,
  upstreamRemove: forGood,
  operatorRemove: forGood,
  /** Another one's password, codes, sessions, or whether they may sign in. */
  operatorLockOut: forGood,
  approverKeyRevoke: forGood,
  tokenRevoke: forGood,
  sessionEnd: forGood,
  backupRemove: forGood,
  backupRestore: forGood,
  /** To ask for less than before, oneself or of everybody. */
  safeModeLower: forGood,
  /** To keep usage records for fewer days than before. */
  retentionLower: forGood,
} as const satisfies Record<string, Danger>;

export type DangerName = keyof typeof DANGERS;
