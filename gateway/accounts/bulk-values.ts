/** Pure: what a bulk action makes of a user, and what takes it back. */
import type { BulkAction, BulkStep } from '../contract/users.ts';
import { TEAM_ID } from '../db/seed.ts';
import { limitForm } from '../plans/limit-form.ts';
import type { UserRow } from './queries.ts';

export type Value = string | number | null;

/** What of a user an action is about: as it is, and as it would be. */
export function valuesOf(row: UserRow, action: BulkAction): { before: Value; after: Value } {
  const before = beforeOf(row, action);
  return { before, after: afterOf(action, before) };
}

/** What an action makes of the value that it is about. */
export function afterOf(action: BulkAction, before: Value): Value {
  switch (action.kind) {
    case 'plan':
      return action.plan;
    case 'department':
      return action.department === TEAM_ID ? null : action.department;
    case 'limit':
      return action.monthlyLimit;
    case 'tokens':
      return Number(before) + action.amount;
    case 'suspend':
      return 'suspended';
    case 'block':
      return 'blocked';
    case 'activate':
      return 'active';
  }
}

function beforeOf(row: UserRow, action: BulkAction): Value {
  switch (action.kind) {
    case 'plan':
      return row.planId;
    case 'department':
      return row.departmentId;
    case 'limit':
      return limitForm(row);
    case 'tokens':
      return row.credits;
    default:
      return row.status;
  }
}

/**
 * The bulk changes that take one back, users with the same value before together. A user who was pending cannot become so
 * again, and is left out.
 *
 * @param now epoch milliseconds, to which a suspension may have ended by itself
 */
export function inverseOf(action: BulkAction, rows: readonly UserRow[], now: number): BulkStep[] {
  const steps = new Map<string, BulkStep>();
  for (const row of rows) {
    const back = backFor(action, row, now);
    if (!back) continue;
    const key = JSON.stringify(back);
    const step = steps.get(key) ?? { action: back, ids: [] };
    step.ids.push(row.id);
    steps.set(key, step);
  }
  return [...steps.values()];
}

function backFor(action: BulkAction, row: UserRow, now: number): BulkAction | null {
  switch (action.kind) {
    case 'plan':
      return { kind: 'plan', plan: row.planId };
    case 'department':
      return { kind: 'department', department: row.departmentId };
    case 'limit':
      return { kind: 'limit', monthlyLimit: limitForm(row) };
    case 'tokens':
      return { kind: 'tokens', amount: -action.amount, moveKind: 'adjustment' };
    default:
      return statusBefore(row, now);
  }
}

function statusBefore({ status, suspendedUntil }: UserRow, now: number): BulkAction | null {
  const isOver = suspendedUntil !== null && suspendedUntil <= now;
  if (status === 'active' || (status === 'suspended' && isOver)) return { kind: 'activate' };
  if (status === 'blocked') return { kind: 'block' };
  return status === 'suspended' ? { kind: 'suspend', until: suspendedUntil } : null;
}
