/** What a durable commit costs here and now: one hold, in one transaction, in the same place as the gateway's data. */
import { mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import BetterSqlite3 from 'better-sqlite3';
import { migrateSqlite } from '../../../gateway/db/migrate-sqlite.ts';
import { createLedgerJournal } from '../../../gateway/ledger/sqlite-journal.ts';
import { holdRequest, PERIOD } from '../traffic/ledger-steps.ts';

const MIGRATIONS = fileURLToPath(new URL('../../../resources/migrations/sqlite', import.meta.url));

export interface CommitMeter {
  /** Milliseconds of each of `count` commits. */
  measure(count: number): number[];
  close(): void;
}

/** Opens a database of its own below `parent`, with WAL and `synchronous=FULL` like the gateway's. */
export function openCommitMeter(parent: string): CommitMeter {
  const folder = mkdtempSync(join(parent, 'solaris-bench-commit-'));
  const db = new BetterSqlite3(join(folder, 'commit.db'));
  db.pragma('journal_mode = WAL');
  db.pragma('synchronous = FULL');
  migrateSqlite(db, MIGRATIONS);
  db.pragma('foreign_keys = ON');
  db.exec(`
    INSERT INTO plans (id, name, limit_mode, thresholds, created_at, updated_at) VALUES ('p', 'P', 'unlimited', '[]', 1, 1);
    INSERT INTO departments (id, name, created_at, updated_at) VALUES ('team', 'Team', 1, 1);
    INSERT INTO users (id, plan_id, created_at, updated_at) VALUES ('usr_1', 'p', 1, 1);
    INSERT INTO user_periods (user_id, period) VALUES ('usr_1', '${PERIOD}')`);
  const journal = createLedgerJournal(db, () => db.exec('COMMIT'));
  return {
    measure(count) {
      return Array.from({ length: count }, () => {
        const request = holdRequest('usr_1');
        const from = performance.now();
        journal.commit([{ kind: 'hold', request, gatewayId: 'gtw_bench' }]);
        return performance.now() - from;
      });
    },
    close() {
      db.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
