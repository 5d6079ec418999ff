/** One change for many users: first shown, then made. */
import { and, eq, inArray } from 'drizzle-orm';
import type { GatewayContext } from '../context.ts';
import type { BulkAction, BulkAnswer, BulkRequest, BulkStep } from '../contract/users.ts';
import type { Tx } from '../db/database.ts';
import { ApiError } from '../ops/api-error.ts';
import { type BulkPlan, type PlannedChange, type PlannedFailure, planBulk } from './bulk-plan.ts';
import { afterOf, valuesOf } from './bulk-values.ts';
import { updateUser } from './changes.ts';
import { type Changer, requireUser } from './checks.ts';
import {
  endOfSuspension,
  entryIdOf,
  MOVED,
  moveTokens,
  recordMove,
  setStatus,
  type TokenMove,
  tellOfMove,
} from './moves.ts';
import { findUserRows } from './queries.ts';

/** Users that are changed in one transaction: few enough that requests do not wait for it. */
const BATCH = 25;
const SHOWN_CHANGES = 200;

/** What was done, without names or addresses: it may be stored for longer than a person is. */
export interface BulkOutcome {
  readonly preview: boolean;
  readonly matched: number;
  readonly changed: number;
  readonly selection: string;
  readonly changes: readonly (PlannedChange & { readonly after: BulkAnswer['changes'][number]['after'] })[];
  readonly failures: readonly PlannedFailure[];
  readonly undo: readonly BulkStep[];
}

/** How a change is made. */
export interface BulkManner {
  readonly reason: string;
  readonly by: Changer;
  /** 32 hex digits; moves of tokens carry it, so that a repeated call moves nothing twice. */
  readonly operationId: string;
  /** Takes a change back: what was before may be again, whatever the bounds are by now. */
  readonly isUndo?: boolean;
}

/** What the request would change; writes nothing. @throws ApiError 400 */
export async function previewBulk(context: GatewayContext, request: BulkRequest): Promise<BulkOutcome> {
  const plan = await planBulk(context, request);
  return { ...outcomeOf(request.action, plan, plan.changes.length, plan.failures), preview: true };
}

/**
 * What `commitBulk` is to do.
 *
 * @throws ApiError 400, or 409 `selection_changed` when other users or values match than in the preview
 */
export async function planCommit(context: GatewayContext, request: BulkRequest): Promise<BulkPlan> {
  const plan = await planBulk(context, request);
  if (request.selection !== undefined && request.selection !== plan.selection) {
    throw new ApiError(
      409,
      'selection_changed',
      'Other users or values match by now. Look at the preview again.',
      'selection',
    );
  }
  return plan;
}

/**
 * Makes the change, or the rest of it when it was begun before. Users that cannot be changed are reported, and do not keep
 * the others from it.
 */
export async function commitBulk(
  context: GatewayContext,
  action: BulkAction,
  plan: BulkPlan,
  manner: BulkManner,
): Promise<BulkOutcome> {
  const failures = [...plan.failures];
  const changed: string[] = [];
  for (let start = 0; start < plan.changes.length; start += BATCH) {
    const batch = plan.changes.slice(start, start + BATCH);
    const done =
      action.kind === 'tokens'
        ? await moveBatch(context, action, batch, manner, failures)
        : await changeBatch(context, action, batch, manner, failures);
    changed.push(...done);
    await Promise.all(done.map((userId) => context.events.emit({ kind: 'user_changed', userId })));
  }
  const isChanged = new Set(changed);
  const undo = plan.undo
    .map((step) => ({ ...step, ids: step.ids.filter((id) => isChanged.has(id)) }))
    .filter(({ ids }) => ids.length > 0);
  return { ...outcomeOf(action, plan, changed.length, failures), undo };
}

/** The answer with the names of those it tells of; empty ones for ids that nobody has. */
export async function answerBulk({ db }: GatewayContext, outcome: BulkOutcome): Promise<BulkAnswer> {
  const told = new Set([...outcome.changes, ...outcome.failures].map(({ id }) => id));
  const rows = new Map((await findUserRows(db, [...told])).map((row) => [row.id, row]));
  const named = <Told extends { id: string }>(one: Told) => {
    const row = rows.get(one.id);
    return { ...one, email: row?.email ?? null, name: row?.name ?? '' };
  };
  return {
    ...outcome,
    changes: outcome.changes.map(named),
    failures: outcome.failures.map(named),
    undo: [...outcome.undo],
  };
}

type StateAction = Exclude<BulkAction, { kind: 'tokens' }>;

/** @returns the ids of the users that are as the action wants them */
async function changeBatch(
  context: GatewayContext,
  action: StateAction,
  batch: readonly PlannedChange[],
  manner: BulkManner,
  failures: PlannedFailure[],
): Promise<string[]> {
  const refused: PlannedFailure[] = [];
  const done = await context.db.tx(async (tx) => {
    const changed: string[] = [];
    for (const { id, before } of batch) {
      const isDone = await attempt(id, refused, async () => {
        const now = valuesOf(await requireUser(tx, id), action);
        // Done by this very call, before it was repeated.
        if (now.before === now.after) return;
        if (now.before !== before) throw changedSince();
        await changeOne(context, tx, id, action, manner);
      });
      if (isDone) changed.push(id);
    }
    return changed;
  });
  failures.push(...refused);
  return done;
}

function changeOne(context: GatewayContext, tx: Tx, id: string, action: StateAction, manner: BulkManner) {
  const { reason, by, isUndo = false } = manner;
  switch (action.kind) {
    case 'plan':
      return updateUser(context, tx, id, { plan: action.plan, reason }, by);
    case 'department':
      return updateUser(context, tx, id, { department: action.department, reason }, by);
    case 'limit':
      return updateUser(context, tx, id, { monthlyLimit: action.monthlyLimit, reason }, by, { anyLimit: isUndo });
    case 'suspend': {
      const until = endOfSuspension(context, action.until);
      return setStatus(context, tx, { userId: id, status: 'suspended', reason, until }, by);
    }
    case 'block':
      return setStatus(context, tx, { userId: id, status: 'blocked', reason, until: null }, by);
    case 'activate':
      return setStatus(context, tx, { userId: id, status: 'active', reason, until: null }, by);
  }
}

interface PlannedMove {
  readonly move: TokenMove;
  readonly operation: string;
}

/** @returns the ids of the users whose tokens were moved */
async function moveBatch(
  context: GatewayContext,
  action: Extract<BulkAction, { kind: 'tokens' }>,
  batch: readonly PlannedChange[],
  { reason, by, operationId }: BulkManner,
  failures: PlannedFailure[],
): Promise<string[]> {
  const moves = batch.map(({ id }): PlannedMove => {
    const move = { userId: id, amount: action.amount, reason, ...(action.moveKind && { kind: action.moveKind }) };
    // One operation for each user of the bulk operation.
    return { move, operation: `${operationId}_${id.slice(4)}` };
  });
  const made = await Promise.all(
    moves.map(({ move, operation }) => attempt(move.userId, failures, () => moveTokens(context, move, by, operation))),
  );
  const done = moves.filter((_, index) => made[index]);
  await context.db.tx(async (tx) => {
    const recorded = await recordedEntries(tx, done);
    for (const { move, operation } of done) {
      if (recorded.has(entryIdOf(operation))) continue;
      await recordMove(context, tx, move, by, operation);
      await tellOfMove(context, tx, move, operation);
    }
  });
  return done.map(({ move }) => move.userId);
}

/** Ids of the ledger entries among these that the audit log tells of: this call may have been made before. */
async function recordedEntries(tx: Tx, moves: readonly PlannedMove[]): Promise<Set<unknown>> {
  if (moves.length === 0) return new Set();
  const { auditLog } = tx.tables;
  const ids = moves.map(({ move }) => move.userId);
  const rows = await tx
    .select({ details: auditLog.details })
    .from(auditLog)
    .where(and(inArray(auditLog.targetId, ids), eq(auditLog.action, MOVED)));
  return new Set(rows.map(({ details }) => details.entryId));
}

/** @returns whether the work was done; a refusal is noted among the failures */
async function attempt(id: string, failures: PlannedFailure[], work: () => Promise<unknown>): Promise<boolean> {
  try {
    await work();
    return true;
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    failures.push({ id, code: error.code, message: error.message });
    return false;
  }
}

/** What a user gets whom somebody else has changed in between. */
export function changedSince(): ApiError {
  return new ApiError(409, 'conflict', 'Somebody else has changed this user since.');
}

function outcomeOf(
  action: BulkAction,
  { matched, selection, changes }: BulkPlan,
  changed: number,
  failures: readonly PlannedFailure[],
): BulkOutcome {
  const shown = changes
    .slice(0, SHOWN_CHANGES)
    .map(({ id, before }) => ({ id, before, after: afterOf(action, before) }));
  return { preview: false, matched, changed, selection, changes: shown, failures, undo: [] };
}
