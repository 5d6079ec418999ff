/** The ledger alone: holds and settlements through `db.ledger`, without any HTTP. */
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { fileURLToPath } from 'node:url';
import type { Database } from '../../../gateway/db/database.ts';
import { newId } from '../../../gateway/db/ids.ts';
import { openSqlite } from '../../../gateway/db/sqlite.ts';
import { holdRequest, NOW, settlement } from '../traffic/ledger-steps.ts';
import { answerParent } from './parent-channel.ts';

export type LedgerCall =
  | { kind: 'open'; dataDir: string; users: number; commitDelayMs: number }
  | { kind: 'run'; pairs: number; concurrency: number }
  | { kind: 'close' };

export interface LedgerRun {
  pairsPerSecond: number;
  wallMicros: number;
  /** CPU of the thread that calls, and of everything else in the process, per hold and settlement. */
  callerCpuMicros: number;
  otherCpuMicros: number;
  residentBytes: number;
}

const MIGRATIONS = fileURLToPath(new URL('../../../resources/migrations/sqlite', import.meta.url));

let db: Database | null = null;
let users: string[] = [];

answerParent(async (call: LedgerCall): Promise<LedgerRun | null> => {
  switch (call.kind) {
    case 'open':
      db = await openSqlite({
        file: join(call.dataDir, 'ledger.db'),
        migrationsFolder: MIGRATIONS,
        gatewayId: 'gtw_bench',
        commitDelayMs: call.commitDelayMs,
      });
      users = await fill(db, call.users);
      return null;
    case 'run':
      if (!db) throw new Error('The ledger is not open.');
      return run(db, call.pairs, call.concurrency);
    case 'close':
      await db?.close();
      db = null;
      return null;
  }
});

async function fill(open: Database, count: number): Promise<string[]> {
  const { plans, departments, users: table } = open.tables;
  const made = { createdAt: NOW, updatedAt: NOW };
  await open
    .insert(plans)
    .values({ id: 'bench', name: 'Bench', thresholds: [80, 95, 100], limitMode: 'tokens', monthlyLimit: 1e12, ...made })
    .onConflictDoNothing();
  await open
    .insert(departments)
    .values({ id: 'team', name: 'Team', ...made })
    .onConflictDoNothing();
  const ids = Array.from({ length: count }, () => newId('usr', NOW));
  await open.insert(table).values(ids.map((id) => ({ id, email: `${id}@example.com`, planId: 'bench', ...made })));
  open.ledger.configure({ defaultMonthlyLimit: 1_000_000, blockThreshold: 1_000_000, overdraft: 'strict' });
  return ids;
}

async function run(open: Database, pairs: number, concurrency: number): Promise<LedgerRun> {
  let started = 0;
  const caller = process.threadCpuUsage();
  const all = process.cpuUsage();
  const from = performance.now();
  const worker = async () => {
    while (started < pairs) {
      const index = started++;
      const request = holdRequest(users[index % users.length] ?? '');
      const held = await open.ledger.hold(request);
      if (held.kind !== 'held') throw new Error(`The hold was refused: ${held.kind}.`);
      const settled = await open.ledger.settle(settlement(request.usageId));
      if (settled.kind !== 'settled') throw new Error(`The settlement was refused: ${settled.kind}.`);
    }
  };
  await Promise.all(Array.from({ length: concurrency }, worker));
  const wallMs = performance.now() - from;
  const callerCpu = process.threadCpuUsage(caller);
  const allCpu = process.cpuUsage(all);
  const callerMicros = callerCpu.user + callerCpu.system;
  return {
    pairsPerSecond: pairs / (wallMs / 1000),
    wallMicros: (wallMs * 1000) / pairs,
    callerCpuMicros: callerMicros / pairs,
    otherCpuMicros: (allCpu.user + allCpu.system - callerMicros) / pairs,
    residentBytes: process.memoryUsage.rss(),
  };
}
