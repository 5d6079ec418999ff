/** Setting what models cost and can do; each inside the caller's transaction, with its audit entry. */
import { eq } from 'drizzle-orm';
import { changesOf, newValues, reasonOf } from '../api/changes.ts';
import type { Actor } from '../audit/audit-writer.ts';
import type { GatewayContext } from '../context.ts';
import type { CreateModel, UpdateModel } from '../contract/models.ts';
import type { Tx } from '../db/database.ts';
import type { UnitTokens } from '../db/json-columns.ts';
import { ApiError } from '../ops/api-error.ts';
import { findModelRow, inMillionths, toStored, withoutGaps } from './queries.ts';

/** @throws ApiError 409 when something is set for this name or pattern already */
export async function createModel(context: GatewayContext, tx: Tx, input: CreateModel, actor: Actor): Promise<void> {
  const { id, maxOutputTokens } = input;
  if (await findModelRow(tx, id)) {
    throw new ApiError(409, 'model_exists', `Something is set for "${id}" already; edit it.`, 'id');
  }
  const now = context.clock.now();
  const values = {
    multiplier: inMillionths(input.multiplier),
    maxOutputTokens,
    price: input.price && toStored(input.price),
    units: storedUnits(input.units),
  };
  await tx.insert(tx.tables.models).values({ id, ...values, createdAt: now, updatedAt: now });
  await context.audit.write(tx, {
    actor,
    action: 'model.created',
    target: { kind: 'model', id },
    details: values,
    ...reasonOf(input.reason),
  });
}

/** @throws ApiError 404 */
export async function updateModel(
  context: GatewayContext,
  tx: Tx,
  id: string,
  input: UpdateModel,
  actor: Actor,
): Promise<void> {
  const row = await findModelRow(tx, id);
  if (!row) throw modelNotFound();
  const { multiplier, maxOutputTokens, price, units } = row;
  const changes = changesOf(
    { multiplier, maxOutputTokens, price, units },
    {
      multiplier: input.multiplier === undefined ? undefined : inMillionths(input.multiplier),
      maxOutputTokens: input.maxOutputTokens,
      price: input.price && toStored(input.price),
      units: input.units === undefined ? undefined : storedUnits(input.units),
    },
  );
  if (Object.keys(changes).length === 0) return;
  const { models } = tx.tables;
  await tx
    .update(models)
    .set({ ...newValues(changes), updatedAt: context.clock.now() })
    .where(eq(models.id, id));
  await context.audit.write(tx, {
    actor,
    action: 'model.changed',
    target: { kind: 'model', id },
    details: { ...changes },
    ...reasonOf(input.reason),
  });
}

/** @throws ApiError 404 */
export async function deleteModel(context: GatewayContext, tx: Tx, id: string, actor: Actor): Promise<void> {
  const { models } = tx.tables;
  const deleted = await tx.delete(models).where(eq(models.id, id)).returning({ id: models.id });
  if (deleted.length === 0) throw modelNotFound();
  await context.audit.write(tx, { actor, action: 'model.deleted', target: { kind: 'model', id } });
}

function storedUnits(units: CreateModel['units']): UnitTokens | null {
  return units === null ? null : (withoutGaps(units) ?? {});
}

export function modelNotFound(): ApiError {
  return new ApiError(404, 'model_not_found', 'Nothing is set for this model.');
}
