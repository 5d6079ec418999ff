/** What one change for many users will do: looked up before the first of them is changed, and kept while it is made. */
import { hash } from 'node:crypto';
import type { GatewayContext } from '../context.ts';
import type { BulkAction, BulkRequest, BulkStep } from '../contract/users.ts';
import { ApiError } from '../ops/api-error.ts';
import { inverseOf, type Value, valuesOf } from './bulk-values.ts';
import { checkLimit, requireDepartment, requirePlan } from './checks.ts';
import { endOfSuspension } from './moves.ts';
import { findUserRows, matchingUserIds, type UserRow } from './queries.ts';

const MOST_USERS = 10_000;

/** A user who changes, and the value that the action is about. */
export interface PlannedChange {
  readonly id: string;
  readonly before: Value;
}

/** A user who cannot be changed. */
export interface PlannedFailure {
  readonly id: string;
  readonly code: string;
  readonly message: string;
}

/** Plain JSON without names or addresses: it may be stored for longer than a person is. */
export interface BulkPlan {
  readonly matched: number;
  readonly changes: readonly PlannedChange[];
  readonly failures: readonly PlannedFailure[];
  /** Stands for these users with these values. */
  readonly selection: string;
  /** What takes all of it back. */
  readonly undo: readonly BulkStep[];
}

/** What the request would change; writes nothing. @throws ApiError 400 */
export async function planBulk(context: GatewayContext, { ids, filter, action }: BulkRequest): Promise<BulkPlan> {
  await checkAction(context, action);
  const wanted = ids ? [...new Set(ids)] : await matchingUserIds(context, filter ?? {}, MOST_USERS + 1);
  if (wanted.length > MOST_USERS) {
    throw new ApiError(400, 'too_many_users', `At most ${MOST_USERS} users can be changed at once.`, 'filter', {
      values: { most: MOST_USERS },
    });
  }
  return planFor(context, action, wanted);
}

/** The same for users by their ids, of an action that was checked. */
export async function planFor(
  { db, clock }: GatewayContext,
  action: BulkAction,
  wanted: readonly string[],
): Promise<BulkPlan> {
  const rows = new Map((await findUserRows(db, wanted)).map((row) => [row.id, row]));
  const changes: PlannedChange[] = [];
  const changing: UserRow[] = [];
  const failures: PlannedFailure[] = [];
  for (const id of wanted) {
    const row = rows.get(id);
    const refusal = row
      ? refusalOf(row, action)
      : { code: 'user_not_found', message: 'There is no user with this id.' };
    if (refusal) failures.push({ id, ...refusal });
    else if (row) {
      const { before, after } = valuesOf(row, action);
      if (before === after) continue;
      changes.push({ id, before });
      changing.push(row);
    }
  }
  const facts = changes.map(({ id, before }) => [id, before]).sort();
  const selection = hash('sha256', JSON.stringify([action, facts]), 'hex').slice(0, 32);
  return { matched: wanted.length, changes, failures, selection, undo: inverseOf(action, changing, clock.now()) };
}

/** What would be wrong for every user alike. @throws ApiError 400 that names the field */
export async function checkAction(context: GatewayContext, action: BulkAction): Promise<void> {
  const { db, clock, settings } = context;
  switch (action.kind) {
    case 'plan':
      return requirePlan(db, action.plan, 'action.plan');
    case 'department':
      await requireDepartment(db, action.department, 'action.department');
      return;
    case 'limit':
      return checkLimit(action.monthlyLimit, settings.current(), 'action.monthlyLimit');
    case 'tokens':
      if (action.amount < 0 && action.moveKind !== undefined && action.moveKind !== 'adjustment') {
        throw new ApiError(400, 'invalid_kind', 'Only an adjustment can take tokens away.', 'action.moveKind');
      }
      return;
    case 'suspend':
      if ((endOfSuspension(context, action.until) ?? Number.POSITIVE_INFINITY) <= clock.now()) {
        throw new ApiError(
          400,
          'until_in_the_past',
          'The end of the suspension must be in the future.',
          'action.until',
        );
      }
      return;
    case 'block':
    case 'activate':
      return;
  }
}

function refusalOf(row: UserRow, action: BulkAction): { code: string; message: string } | null {
  if (row.status === 'deleted') return { code: 'user_deleted', message: 'This user was deleted.' };
  const free = row.credits - row.heldCredits;
  if (action.kind === 'tokens' && -action.amount > free) {
    return { code: 'insufficient_credits', message: `Only ${free} credits can be taken.` };
  }
  return null;
}
