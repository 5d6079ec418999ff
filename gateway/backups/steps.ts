/** How far a long piece of work is, and whether it is still wanted. */
import { BackupError } from './backup-error.ts';

export type Phase = 'copy' | 'test' | 'check' | 'prove' | 'switch';

export interface Progress {
  readonly phase: Phase;
  /** Rows, of `total`; both 0 where the phase cannot be counted. */
  readonly done: number;
  readonly total: number;
}

export interface Steps {
  begin(phase: Phase, total: number): void;
  /** @throws BackupError `job_cancelled` when nobody wants it any more */
  advance(rows: number): void;
}

export function createSteps(onProgress: (progress: Progress) => void, signal?: AbortSignal): Steps {
  let current: Progress = { phase: 'copy', done: 0, total: 0 };
  const look = () => {
    if (signal?.aborted) throw new BackupError('job_cancelled', 'It was cancelled. Nothing was changed.');
  };
  return {
    begin(phase, total) {
      look();
      current = { phase, done: 0, total };
      onProgress(current);
    },
    advance(rows) {
      look();
      current = { ...current, done: current.done + rows };
      onProgress(current);
    },
  };
}
