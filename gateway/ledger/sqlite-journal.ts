/**
 * Commits the ledger's steps on SQLite: what requests do goes to a journal first, one row for all that is committed
 * together, and is posted to the tables a few hundred steps at a time. The journal is empty whenever anybody else uses
 * the connection, and whoever finds something in it posts it: this thread after a crash, or another program's.
 */
import type { Database } from 'better-sqlite3';
import { faultPoint } from '../ops/fault-point.ts';
import { createSqliteLedger } from './sqlite.ts';
import type { LedgerLine } from './sqlite-lines.ts';
import type { LedgerOperation, LedgerOperationResult } from './sqlite-operations.ts';
import { prepareStatements } from './sqlite-statements.ts';

export interface LedgerJournal {
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
    try {
      catchUp();
      const result = work();
      commit();
      return result;
    } catch (error) {
      isStale = true;
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

  return {
    commit(operations) {
      if (unposted >= MOST_UNPOSTED) post();
      const ofRequests = operations.some(({ kind }) => kind === 'hold' || kind === 'settle');
      let added = 0;
      const results = inTransaction(
        () => {
          const lines: LedgerLine[] = [];
          if (ledger.isRoutine(operations)) {
            const done = ledger.run(operations, lines);
            if (lines.length > 0) sql.addToJournal.run(JSON.stringify(lines));
            added = lines.length;
            return done;
          }
          writeTables();
          added = -unposted;
          const done = ledger.run(operations, lines);
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
    },
    step(operation) {
      if (!db.inTransaction) throw new Error('A step of the ledger needs an open transaction.');
      try {
        const [result] = ledger.run([operation], []);
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
      for (;;) {
        post();
        db.exec('BEGIN IMMEDIATE');
        // Another program may have come in between.
        if (sql.isJournalled.get() === undefined) break;
        db.exec('ROLLBACK');
      }
      ledger.forget();
    },
    unposted: () => unposted,
  };
}
