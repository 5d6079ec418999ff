/** What is said between a job and the thread that does its heavy work. */
import type { ExitCode } from '../ops/start-error.ts';
import type { UnsealedManifest } from './archive-format.ts';
import type { BackupErrorCode } from './backup-error.ts';
import type { Loading } from './load-archive.ts';
import type { Moved } from './move.ts';
import type { Progress } from './steps.ts';
import type { ArchiveFacts } from './write-archive.ts';

/** Where a database is. */
export type Place =
  | { readonly engine: 'sqlite'; readonly file: string }
  | { readonly engine: 'postgres'; readonly url: string };

export type TransferTask =
  /** Writes all of a backup but its end. */
  | { kind: 'dump'; from: Place; file: string; facts: ArchiveFacts }
  /** Makes a database file from a backup. */
  | ({ kind: 'load' } & Loading)
  /** Carries all rows of one database into another, and compares them. */
  | ({ kind: 'move' } & MoveTask)
  /** Makes what was moved a database like any other. */
  | ({ kind: 'complete' } & MoveTask);

export interface MoveTask {
  readonly from: Place;
  readonly to: Place;
  /** The folder with the migrations of each engine. */
  readonly migrationsDir: string;
}

export interface TransferResults {
  dump: UnsealedManifest;
  load: null;
  move: Moved;
  complete: null;
}

export type TransferReply =
  | { kind: 'progress'; progress: Progress }
  | { kind: 'done'; result: unknown }
  | { kind: 'failed'; code: BackupErrorCode | null; exitCode: ExitCode | null; message: string; cause: string };
