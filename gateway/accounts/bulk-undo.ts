/** Takes a change of many users back: what each of them was before, with moves of tokens compensated. */
import type { GatewayContext } from '../context.ts';
import type { BulkAction, UndoBulk } from '../contract/users.ts';
import { ApiError } from '../ops/api-error.ts';
import { type BulkManner, type BulkOutcome, changedSince, commitBulk } from './bulk.ts';
import { type BulkPlan, checkAction, type PlannedFailure, planFor } from './bulk-plan.ts';
import { valuesOf } from './bulk-values.ts';
import { findUserRows } from './queries.ts';

/** All that `undoBulk` will do, in plain JSON without names or addresses. */
export interface UndoPlan {
  readonly steps: readonly { readonly action: BulkAction; readonly plan: BulkPlan }[];
  /** Users who stay as they are. */
  readonly failures: readonly PlannedFailure[];
}

/**
 * Looks at all steps before the first is made. Users whom somebody else has changed since, and those whose plan or
 * department is gone by now, are reported; whatever limits may be set today, one that was set before may come back.
 */
export async function planUndo(context: GatewayContext, { steps, undoes }: UndoBulk): Promise<UndoPlan> {
  const failures: PlannedFailure[] = [];
  const planned: { action: BulkAction; plan: BulkPlan }[] = [];
  for (const { ids, action } of steps) {
    const still = await unchangedSince(context, ids, undoes, failures);
    const refusal = await refusalOf(context, action);
    if (refusal) failures.push(...still.map((id) => ({ id, code: refusal.code, message: refusal.message })));
    else if (still.length > 0) planned.push({ action, plan: await planFor(context, action, still) });
  }
  return { steps: planned, failures };
}

/** Makes the steps, or the rest of them when they were begun before. */
export async function undoBulk(
  context: GatewayContext,
  { steps, failures }: UndoPlan,
  manner: Omit<BulkManner, 'isUndo'>,
): Promise<BulkOutcome> {
  const done: BulkOutcome[] = [];
  for (const { action, plan } of steps) {
    done.push(await commitBulk(context, action, plan, { ...manner, isUndo: true }));
  }
  return {
    preview: false,
    matched: done.reduce((sum, { matched }) => sum + matched, failures.length),
    changed: done.reduce((sum, { changed }) => sum + changed, 0),
    selection: '',
    changes: done.flatMap(({ changes }) => changes),
    failures: [...failures, ...done.flatMap((one) => one.failures)],
    undo: [],
  };
}

/** What keeps an action from everybody; null when nothing does. */
async function refusalOf(context: GatewayContext, action: BulkAction): Promise<ApiError | null> {
  if (action.kind === 'limit') return null;
  try {
    await checkAction(context, action);
    return null;
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    return error;
  }
}

/** Credits add up whoever else moves some; all else must be what the change made of it. */
async function unchangedSince(
  { db }: GatewayContext,
  ids: readonly string[],
  undoes: BulkAction,
  failures: PlannedFailure[],
): Promise<string[]> {
  const wanted = [...new Set(ids)];
  if (undoes.kind === 'tokens') return wanted;
  const rows = new Map((await findUserRows(db, wanted)).map((row) => [row.id, row]));
  return wanted.filter((id) => {
    const row = rows.get(id);
    // Whom nobody knows is reported by the plan.
    if (!row) return true;
    const { before, after } = valuesOf(row, undoes);
    if (before === after) return true;
    const { code, message } = changedSince();
    failures.push({ id, code, message });
    return false;
  });
}
