/**
 * Commits the ledger's steps on SQLite: what requests do goes to a journal first, one row for all that is committed
 * together, and is posted to the tables a few hundred steps at a time. The journal is empty whenever anybody else uses
 * the connection, and whoever finds something in it posts it: this thread after a crash, or another program's.
 */
import type { Database } from 'better-sqlite3';
import { faultPoint } from '../ops/fault-point.ts';
import type { LedgerPolicy } from './port.ts';
import { createSqliteLedger, NotRoutineError } from './sqlite.ts';
import type { LedgerLine } from './sqlite-lines.ts';
import type { LedgerOperation, LedgerOperationResult } from './sqlite-operations.ts';
import { prepareStatements } from './sqlite-statements.ts';

export interface LedgerJournal {
  /** From the next step on; beside the operation of that name, for where that could not be committed. */
  configure(policy: LedgerPolicy): void;
  /** One durable commit for all operations; when it throws, none of them has happened. */
  commit(operations: readonly LedgerOperation[]): LedgerOperationResult[];
  /** Runs one operation on the tables, inside the transaction that `begin` opened. */
  step(operation: LedgerOperation): LedgerOperationResult;
  /** Brings the tables up to date. */
  post(): void;
  /** The same, and forgets what is remembered of them: others write them now. */
  handOver(): void;
  /** Opens a transaction in which the tables are up to date. */
  begin(): void;
  /** Steps that are durable, but not in the tables yet. */
  unposted(): number;
}

/** When posting fails so long, nothing more is taken. */
const MOST_UNPOSTED = 4_000;

/** @param commitDurably ends the transaction; what it wrote is on disk then */
export function createLedgerJournal(db: Database, commitDurably: () => void): LedgerJournal {
  const sql = prepareStatements(db);
  const ledger = createSqliteLedger(sql, { defaultMonthlyLimit: 0, blockThreshold: 1_000_000, overdraft: 'strict' });
  /** Whether memory may say something else than tables and journal: at first, and after what was rolled back. */
  let isStale = true;
  let version: number | undefined;
  let unposted = 0;

  /** Inside a transaction: from here on memory says what tables and journal do. */
  const catchUp = (): void => {
    const now = sql.dataVersion.get();
    if (!isStale && now === version) return;
    ledger.forget();
    unposted = 0;
    for (const row of sql.journal.all()) {
      const lines = JSON.parse(row) as LedgerLine[];
      ledger.replay(lines);
      unposted += lines.length;
    }
    version = now;
    isStale = false;
  };

  const inTransaction = <T>(work: () => T, commit: () => void): T => {
    db.exec('BEGIN IMMEDIATE');
    const policy = ledger.policy();
    try {
      catchUp();
      const result = work();
      commit();
      return result;
    } catch (error) {
      isStale = true;
      ledger.configure(policy);
      if (db.inTransaction) db.exec('ROLLBACK');
      throw error;
    }
  };

  const writeTables = (): void => {
    ledger.write();
    sql.clearJournal.run();
  };

  const post = (): void => {
    // Nothing is in the journal while others have a transaction open.
    if (db.inTransaction) return;
    if (!isStale && unposted === 0 && sql.isJournalled.get() === undefined) return;
    // Nothing is lost with a posting that was not on disk yet: its lines are. The next commit takes it along.
    db.pragma('synchronous = NORMAL');
    try {
      inTransaction(writeTables, () => {
        faultPoint('before_post');
        db.exec('COMMIT');
        faultPoint('after_post');
      });
      unposted = 0;
    } finally {
      db.pragma('synchronous = FULL');
    }
  };

  /** Whether the tables are up to date inside the transaction that was opened; else it is rolled back. */
  const isUpToDate = (): boolean => {
    let isIt = false;
    try {
      isIt = sql.isJournalled.get() === undefined;
      return isIt;
    } finally {
      if (!isIt && db.inTransaction) db.exec('ROLLBACK');
    }
  };

  /** @param mayBeJournalled whether the journal is enough where all of it is routine */
  const commitAll = (operations: readonly LedgerOperation[], mayBeJournalled: boolean): LedgerOperationResult[] => {
    const ofRequests = operations.some(({ kind }) => kind === 'hold' || kind === 'settle');
    let added = 0;
    const results = inTransaction(
      () => {
        const lines: LedgerLine[] = [];
        if (mayBeJournalled && ledger.isRoutine(operations)) {
          const done = ledger.run(operations, lines, true);
          if (lines.length > 0) sql.addToJournal.run(JSON.stringify(lines));
          added = lines.length;
          return done;
        }
        writeTables();
        added = -unposted;
        const done = ledger.run(operations, lines, false);
        ledger.write();
        return done;
      },
      () => {
        if (ofRequests) faultPoint('before_commit');
        commitDurably();
      },
    );
    unposted += added;
    if (ofRequests) faultPoint('after_commit');
    return results;
  };

  return {
    configure: ledger.configure,
    commit(operations) {
      if (unposted >= MOST_UNPOSTED) post();
      try {
        return commitAll(operations, true);
      } catch (error) {
        if (!(error instanceof NotRoutineError)) throw error;
        return commitAll(operations, false);
      }
    },
    step(operation) {
      if (!db.inTransaction) throw new Error('A step of the ledger needs an open transaction.');
      try {
        const [result] = ledger.run([operation], [], false);
        ledger.write();
        return result ?? null;
      } finally {
        ledger.forget();
      }
    },
    post,
    handOver() {
      post();
      ledger.forget();
    },
    begin() {
      do {
        post();
        db.exec('BEGIN IMMEDIATE');
        // Another program may have come in between.
      } while (!isUpToDate());
      ledger.forget();
    },
    unposted: () => unposted,
  };
}
