/** Pure: what a bulk action makes of a user, and what takes it back. */
import type { BulkAction, BulkStep } from '../contract/users.ts';
import { limitForm } from '../plans/limit-form.ts';
import type { UserRow } from './queries.ts';

export type Value = string | number | null;

/** What of a user an action is about: as it is, and as it would be. */
export function valuesOf(row: UserRow, action: BulkAction): { before: Value; after: Value } {
  switch (action.kind) {
    case 'plan':
      return { before: row.planId, after: action.plan };
    case 'department':
      return { before: row.departmentId, after: action.department };
    case 'limit':
      return { before: limitForm(row), after: action.monthlyLimit };
    case 'tokens':
      return { before: row.credits, after: row.credits + action.amount };
    case 'suspend':
      return { before: row.status, after: 'suspended' };
    case 'block':
      return { before: row.status, after: 'blocked' };
    case 'activate':
      return { before: row.status, after: 'active' };
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
