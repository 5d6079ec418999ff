/** Takes a change of many users back: what each of them was before, with moves of tokens compensated. */
import type { GatewayContext } from '../context.ts';
import type { BulkAction, BulkAnswer, UndoBulk } from '../contract/users.ts';
import { commitBulk } from './bulk.ts';
import { valuesOf } from './bulk-values.ts';
import type { Changer } from './checks.ts';
import { findUserRows } from './queries.ts';

/**
 * Makes the steps, but for users whom somebody else has changed since: they are reported.
 *
 * @param operationId 32 hex digits; moves of tokens carry it, so that a repeated call moves nothing twice
 */
export async function undoBulk(
  context: GatewayContext,
  { steps, undoes, reason }: UndoBulk,
  by: Changer,
  operationId: string,
): Promise<BulkAnswer> {
  const all: BulkAnswer = {
    preview: false,
    matched: 0,
    changed: 0,
    selection: '',
    changes: [],
    failures: [],
    undo: [],
  };
  for (const { ids, action } of steps) {
    all.matched += ids.length;
    const still = await unchangedSince(context, ids, undoes, all.failures);
    if (still.length === 0) continue;
    const done = await commitBulk(context, { ids: still, action, reason, preview: false }, by, operationId);
    all.changed += done.changed;
    all.changes.push(...done.changes);
    all.failures.push(...done.failures);
  }
  return all;
}

/** Credits add up whoever else moves some; all else must be what the change made of it. */
async function unchangedSince(
  { db }: GatewayContext,
  ids: readonly string[],
  undoes: BulkAction,
  failures: BulkAnswer['failures'],
): Promise<string[]> {
  if (undoes.kind === 'tokens') return [...ids];
  const still: string[] = [];
  for (const row of await findUserRows(db, ids)) {
    const { id, email, name } = row;
    const { before, after } = valuesOf(row, undoes);
    if (before === after) still.push(id);
    else failures.push({ id, email, name, code: 'conflict', message: 'Somebody else has changed this user since.' });
  }
  return still;
}
