/** What is said between the main thread and the threads that own SQLite connections. */
import type { LedgerOperation, LedgerOperationResult } from '../ledger/sqlite-operations.ts';

export type SqliteMode = 'write' | 'read';

/** How drizzle's proxy driver wants its rows. */
export type RowMethod = 'run' | 'all' | 'values' | 'get';

export interface SqliteWorkerData {
  file: string;
  mode: SqliteMode;
  /** Empty where what is in the file is known already. */
  migrationsFolder: string;
  /** Milliseconds that each commit is made to take longer; for benchmarks only. */
  commitDelayMs: number;
}

export type SqliteCall =
  | { kind: 'statement'; sql: string; params: readonly unknown[]; method: RowMethod }
  | { kind: 'begin' }
  | { kind: 'commit' }
  | { kind: 'rollback' }
  /** A step of the ledger inside the open transaction. */
  | { kind: 'ledger_step'; operation: LedgerOperation }
  /** Puts into the tables what the ledger has committed. */
  | { kind: 'post' }
  | { kind: 'ledger'; operations: readonly LedgerOperation[] }
  | { kind: 'backup'; file: string }
  | { kind: 'integrity' }
  | { kind: 'close' };

export type LedgerOutcome = { ok: true; result: LedgerOperationResult } | { ok: false; error: WireError };

export interface WireError {
  message: string;
  code?: string;
}

/** What the writer says unasked: that it copies and migrates a file with data now, and why it cannot post any more. */
export type SqliteNotice = { notice: 'upgrading' } | { notice: 'posting_failed'; error: WireError };

/** Sent in lists: the calls of one commit are answered together. */
export type SqliteReply = { id: number; ok: true; value: unknown } | { id: number; ok: false; error: WireError };

export interface SqliteRequest {
  id: number;
  call: SqliteCall;
}
