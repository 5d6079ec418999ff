/** One change for many users: first shown, then made. */
import { hash } from 'node:crypto';
import type { GatewayContext } from '../context.ts';
import type { BulkAction, BulkAnswer, BulkRequest, BulkStep } from '../contract/users.ts';
import { ApiError } from '../ops/api-error.ts';
import { inverseOf, type Value, valuesOf } from './bulk-values.ts';
import { updateUser } from './changes.ts';
import { type Changer, checkLimit, requireDepartment, requirePlan, requireReason } from './checks.ts';
import { endOfSuspension, moveTokens, recordMove, setStatus, tellOfMove } from './moves.ts';
import { findUserRows, matchingUserIds, type UserRow } from './queries.ts';

const MOST_USERS = 10_000;
/** Users that are changed in one transaction: few enough that requests do not wait for it. */
const BATCH = 25;
const SHOWN_CHANGES = 200;

interface Change {
  readonly row: UserRow;
  readonly before: Value;
  readonly after: Value;
}

interface Plan {
  readonly matched: number;
  readonly changes: readonly Change[];
  readonly failures: BulkAnswer['failures'];
  /** Stands for these users with these values. */
  readonly selection: string;
}

/** What the request would change; writes nothing. @throws ApiError 400 */
export async function previewBulk(context: GatewayContext, request: BulkRequest): Promise<BulkAnswer> {
  const plan = await planBulk(context, request);
  return answer(plan, true, plan.changes.length, plan.failures, []);
}

/**
 * Makes the change. Users that cannot be changed are reported, and do not keep the others from it.
 *
 * @param operationId 32 hex digits; moves of tokens carry it, so that a repeated call moves nothing twice
 * @throws ApiError 400, or 409 `selection_changed` when other users or values match than in the preview
 */
export async function commitBulk(
  context: GatewayContext,
  request: BulkRequest,
  by: Changer,
  operationId: string,
): Promise<BulkAnswer> {
  const reason = requireReason(request.reason, 'these users change');
  const plan = await planBulk(context, request);
  if (request.selection !== undefined && request.selection !== plan.selection) {
    throw new ApiError(
      409,
      'selection_changed',
      'Other users or values match by now. Look at the preview again.',
      'selection',
    );
  }
  const failures = [...plan.failures];
  const changed: UserRow[] = [];
  for (let start = 0; start < plan.changes.length; start += BATCH) {
    const batch = plan.changes.slice(start, start + BATCH);
    const done = await changeBatch(context, request.action, batch, reason, by, operationId, failures);
    changed.push(...batch.flatMap(({ row }) => (done.includes(row.id) ? [row] : [])));
    await Promise.all(done.map((userId) => context.events.emit({ kind: 'user_changed', userId })));
  }
  return answer(plan, false, changed.length, failures, inverseOf(request.action, changed, context.clock.now()));
}

async function planBulk(context: GatewayContext, { ids, filter, action }: BulkRequest): Promise<Plan> {
  const { db } = context;
  await checkAction(context, action);
  const wanted = ids ? [...new Set(ids)] : await matchingUserIds(context, filter ?? {}, MOST_USERS + 1);
  if (wanted.length > MOST_USERS) {
    throw new ApiError(400, 'too_many_users', `At most ${MOST_USERS} users can be changed at once.`, 'filter', {
      values: { most: MOST_USERS },
    });
  }
  const rows = new Map((await findUserRows(db, wanted)).map((row) => [row.id, row]));
  const changes: Change[] = [];
  const failures: BulkAnswer['failures'] = [];
  for (const id of wanted) {
    const row = rows.get(id);
    const refusal = row
      ? refusalOf(row, action)
      : { code: 'user_not_found', message: 'There is no user with this id.' };
    if (refusal) failures.push({ id, email: row?.email ?? null, name: row?.name ?? '', ...refusal });
    else if (row) {
      const { before, after } = valuesOf(row, action);
      if (before !== after) changes.push({ row, before, after });
    }
  }
  const facts = changes.map(({ row, before }) => [row.id, before]).sort();
  const selection = hash('sha256', JSON.stringify([action, facts]), 'hex').slice(0, 32);
  return { matched: wanted.length, changes, failures, selection };
}

/** What would be wrong for every user alike. */
async function checkAction(context: GatewayContext, action: BulkAction): Promise<void> {
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

/** @returns the ids of the users that were changed */
async function changeBatch(
  context: GatewayContext,
  action: BulkAction,
  batch: readonly Change[],
  reason: string,
  by: Changer,
  operationId: string,
  failures: BulkAnswer['failures'],
): Promise<string[]> {
  const done: string[] = [];
  const attempt = async ({ id, email, name }: UserRow, work: () => Promise<unknown>) => {
    try {
      await work();
      done.push(id);
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      failures.push({ id, email, name, code: error.code, message: error.message });
    }
  };
  if (action.kind !== 'tokens') {
    await context.db.tx(async (tx) => {
      for (const { row } of batch) {
        await attempt(row, () => {
          switch (action.kind) {
            case 'plan':
              return updateUser(context, tx, row.id, { plan: action.plan, reason }, by);
            case 'department':
              return updateUser(context, tx, row.id, { department: action.department, reason }, by);
            case 'limit':
              return updateUser(context, tx, row.id, { monthlyLimit: action.monthlyLimit, reason }, by);
            case 'suspend':
              return setStatus(
                context,
                tx,
                { userId: row.id, status: 'suspended', reason, until: endOfSuspension(context, action.until) },
                by,
              );
            case 'block':
              return setStatus(context, tx, { userId: row.id, status: 'blocked', reason, until: null }, by);
            case 'activate':
              return setStatus(context, tx, { userId: row.id, status: 'active', reason, until: null }, by);
          }
        });
      }
    });
    return done;
  }
  const moves = batch.map(({ row }) => ({
    row,
    move: { userId: row.id, amount: action.amount, reason, kind: action.moveKind },
    // One operation for each user of the bulk operation.
    operation: `${operationId}_${row.id.slice(4)}`,
  }));
  await Promise.all(
    moves.map(({ row, move, operation }) => attempt(row, () => moveTokens(context, move, by, operation))),
  );
  await context.db.tx(async (tx) => {
    for (const { move, operation } of moves) {
      if (!done.includes(move.userId)) continue;
      await recordMove(context, tx, move, by, operation);
      await tellOfMove(context, tx, move, operation);
    }
  });
  return done;
}

function answer(
  plan: Plan,
  preview: boolean,
  changed: number,
  failures: BulkAnswer['failures'],
  undo: BulkStep[],
): BulkAnswer {
  return {
    preview,
    matched: plan.matched,
    changed,
    selection: plan.selection,
    changes: plan.changes.slice(0, SHOWN_CHANGES).map(({ row, before, after }) => ({
      id: row.id,
      email: row.email,
      name: row.name,
      before,
      after,
    })),
    failures,
    undo,
  };
}
