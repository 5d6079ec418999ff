/** Requests between their hold and their settlement: remembered until they are written, most of them once and whole. */
import {
  debitValues,
  type HoldLine,
  holdValues,
  type KeepLine,
  keptValues,
  openingValues,
  type SettleLine,
  settledValues,
  type Value,
} from './sqlite-lines.ts';
import type { HoldRow, UsageRow } from './sqlite-rows.ts';
import type { Statements } from './sqlite-statements.ts';

export interface HeldRequest {
  readonly record: UsageRow;
  /** Null when it is settled, or when recovery gave it back. */
  readonly open: HoldRow | null;
}

export interface LedgerRequests {
  find(usageId: string): HeldRequest | null;
  /** @throws TypeError when it could not be written; Error when there is a request of that id */
  hold(line: HoldLine): void;
  /** Of a request that `find` knows. @throws TypeError when it could not be written */
  settle(line: SettleLine, record: UsageRow): void;
  /** @throws TypeError when it could not be written */
  keep(line: KeepLine): void;
  /** Writes everything, inside the open transaction. */
  write(): void;
  /** Drops everything that is not written. */
  forget(): void;
}

/** What is not written of a request: its hold, its settlement, or both. */
interface Unwritten {
  readonly record: UsageRow;
  readonly hold: {
    readonly row: HoldRow;
    readonly upstreamId: string;
    readonly opening: Value[];
    readonly values: Value[];
  } | null;
  settled: { readonly values: Value[]; readonly debit: Value[] | null } | null;
}

export function createLedgerRequests(sql: Statements): LedgerRequests {
  const unwritten = new Map<string, Unwritten>();
  let kept: Value[][] = [];

  const writeOne = (usageId: string, { hold, settled }: Unwritten): void => {
    if (settled?.debit) sql.insertEntry.run(...settled.debit);
    if (hold && settled) {
      sql.insertSettled.run(...hold.opening, ...settled.values);
    } else if (hold) {
      sql.insertHold.run(...hold.values);
      sql.insertPending.run(...hold.opening, hold.upstreamId, 'pending');
    } else if (settled) {
      sql.deleteHold.run(usageId);
      sql.settleUsage.run(...settled.values, usageId);
    }
  };

  return {
    find(usageId) {
      const known = unwritten.get(usageId);
      if (known) return { record: known.record, open: known.settled ? null : (known.hold?.row ?? null) };
      const record = sql.usage.get(usageId);
      return record ? { record, open: sql.hold.get(usageId) ?? null } : null;
    },
    hold(line) {
      const { usageId, userId, departmentId, period, model, upstreamId, monthly, credits, costMicroUsd } = line;
      if (unwritten.has(usageId) || sql.usage.get(usageId)) throw new Error(`There is a request ${usageId} already.`);
      const row = {
        id: usageId,
        userId,
        departmentId,
        period,
        monthlyTokens: monthly,
        creditTokens: credits,
        costMicroUsd,
      };
      unwritten.set(usageId, {
        record: { userId, departmentId, period, model, isGivenBack: 0 },
        hold: { row, upstreamId, opening: openingValues(line), values: holdValues(line) },
        settled: null,
      });
    },
    settle(line, record) {
      const { usageId } = line.settlement;
      const settled = {
        values: settledValues(line),
        debit: line.monthly + line.credits > 0 ? debitValues(line, record.userId, record.period) : null,
      };
      const known = unwritten.get(usageId);
      if (known) {
        known.settled = settled;
      } else {
        unwritten.set(usageId, { record: { ...record, isGivenBack: 0 }, hold: null, settled });
      }
    },
    keep({ answers }) {
      kept.push(...answers.map(keptValues));
    },
    write() {
      for (const [usageId, request] of unwritten) writeOne(usageId, request);
      for (const values of kept) sql.keep.run(...values);
      unwritten.clear();
      kept = [];
    },
    forget() {
      unwritten.clear();
      kept = [];
    },
  };
}
