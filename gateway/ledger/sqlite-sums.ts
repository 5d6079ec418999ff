/** What requests add to rows that they share: gathered, and written once for all of them. */
import type { DepartmentPeriodRow } from './sqlite-rows.ts';
import type { Statements } from './sqlite-statements.ts';

/** Where a request counts in the roll-ups. */
export interface RollUpKey {
  readonly day: string;
  readonly userId: string;
  readonly departmentId: string;
  readonly model: string;
  readonly upstreamId: string;
}

export interface LedgerSums {
  /** Changes a department's period. */
  addToDepartment(departmentId: string, period: string, change: DepartmentPeriodRow): void;
  /** What the department has used and holds, with what is not written yet. */
  departmentUse(departmentId: string, period: string): DepartmentPeriodRow;
  /** Counts a request. `figures` are in the order of the roll-ups' statements. */
  addToRollUps(key: RollUpKey, figures: readonly number[]): void;
  /** Writes everything, inside the transaction to which it belongs. */
  write(): void;
  /** Drops everything that is remembered or not written. */
  forget(): void;
}

interface Sum {
  readonly keys: readonly string[];
  readonly figures: number[];
}

export function createLedgerSums(sql: Statements): LedgerSums {
  const departments = new Map<string, Sum>();
  const rollUps = new Map<string, Sum>();
  const totals = new Map<string, Sum>();
  /** Departments' rows as they were last written. */
  const rows = new Map<string, DepartmentPeriodRow | undefined>();

  const forget = () => {
    departments.clear();
    rollUps.clear();
    totals.clear();
    rows.clear();
  };
  const rowOf = (name: string, departmentId: string, period: string): DepartmentPeriodRow | undefined => {
    if (!rows.has(name)) rows.set(name, sql.departmentPeriod.get(departmentId, period));
    return rows.get(name);
  };
  return {
    addToDepartment(departmentId, period, change) {
      const { usedTokens, usedMicroUsd, heldTokens, heldMicroUsd } = change;
      add(departments, [departmentId, period], [usedTokens, usedMicroUsd, heldTokens, heldMicroUsd]);
    },
    departmentUse(departmentId, period) {
      const name = nameOf([departmentId, period]);
      const row = rowOf(name, departmentId, period);
      const [used = 0, usedUsd = 0, held = 0, heldUsd = 0] = departments.get(name)?.figures ?? [];
      return {
        usedTokens: (row?.usedTokens ?? 0) + used,
        usedMicroUsd: (row?.usedMicroUsd ?? 0) + usedUsd,
        heldTokens: (row?.heldTokens ?? 0) + held,
        heldMicroUsd: (row?.heldMicroUsd ?? 0) + heldUsd,
      };
    },
    addToRollUps({ day, userId, departmentId, model, upstreamId }, figures) {
      add(rollUps, [day, userId, departmentId, model, upstreamId], figures);
      add(totals, [day, departmentId, model, upstreamId], figures);
    },
    write() {
      for (const { keys, figures } of departments.values()) sql.addToDepartment.run(...keys, ...figures);
      for (const { keys, figures } of rollUps.values()) sql.addToRollUp.run(...keys, ...figures);
      for (const { keys, figures } of totals.values()) sql.addToTotal.run(...keys, ...figures);
      forget();
    },
    forget,
  };
}

function add(sums: Map<string, Sum>, keys: readonly string[], figures: readonly number[]): void {
  const name = nameOf(keys);
  const sum = sums.get(name);
  if (!sum) {
    sums.set(name, { keys, figures: [...figures] });
    return;
  }
  for (let index = 0; index < figures.length; index++)
    sum.figures[index] = (sum.figures[index] ?? 0) + (figures[index] ?? 0);
}

/** One name for the keys. Only the model's name may contain the separator, and every key has at most one model. */
function nameOf(keys: readonly string[]): string {
  return keys.join('\n');
}
