/** Making, editing and removing plans; each inside the caller's transaction, with its audit entry. */
import { and, eq } from 'drizzle-orm';
import { requireReason } from '../accounts/checks.ts';
import { changesOf, newValues, reasonOf } from '../api/changes.ts';
import { refuseTakenName, takenAmong } from '../api/taken-words.ts';
import type { Actor } from '../audit/audit-writer.ts';
import type { GatewayContext } from '../context.ts';
import type { CreatePlan, UpdatePlan } from '../contract/plans.ts';
import type { Tx } from '../db/database.ts';
import { ApiError } from '../ops/api-error.ts';
import { limitColumns, limitForm } from './limit-form.ts';
import { BUILT_IN_PLANS, findPlanRow, type PlanRow, TOMBSTONE_PLAN } from './queries.ts';

/** @throws ApiError 409 when id or name is taken */
export async function createPlan(context: GatewayContext, tx: Tx, input: CreatePlan, actor: Actor): Promise<void> {
  const { id, name = id, monthlyLimit, rateLimit, thresholds, allowedModels, autoRenew, answerHours, reason } = input;
  const others = await idsAndNames(tx);
  if (takenAmong(others, 'id', id)) throw new ApiError(409, 'plan_exists', `There is a plan "${id}" already.`, 'id');
  refuseTakenName(others, 'plan', name, id);
  const now = context.clock.now();
  await tx.insert(tx.tables.plans).values({
    id,
    name,
    ...limitColumns(monthlyLimit),
    thresholds,
    allowedModels,
    ratePerMinute: rateLimit.perMinute ?? null,
    concurrent: rateLimit.concurrent ?? null,
    autoRenew,
    answerHours,
    createdAt: now,
    updatedAt: now,
  });
  await context.audit.write(tx, {
    actor,
    action: 'plan.created',
    target: { kind: 'plan', id },
    details: { monthlyLimit, rateLimit, allowedModels },
    ...reasonOf(reason),
  });
}

/** @throws ApiError 404, 409 when the name is taken, 400 when a reason is missing */
export async function updatePlan(
  context: GatewayContext,
  tx: Tx,
  id: string,
  input: UpdatePlan,
  actor: Actor,
): Promise<void> {
  const row = await requirePlanRow(tx, id);
  const { name, monthlyLimit, thresholds, allowedModels, autoRenew, answerHours } = input;
  const changes = changesOf(valuesOf(row), {
    name,
    monthlyLimit,
    thresholds,
    allowedModels,
    autoRenew,
    answerHours,
    perMinute: input.rateLimit?.perMinute,
    concurrent: input.rateLimit?.concurrent,
  });
  if (Object.keys(changes).length === 0) return;
  if (changes.name) refuseTakenName(await idsAndNames(tx), 'plan', changes.name.to, id);
  const { monthlyLimit: newLimit, perMinute, ...rest } = newValues(changes);
  if (newLimit !== undefined || changes.allowedModels || changes.perMinute || changes.concurrent) {
    requireReason(input.reason, 'what the plan allows changes');
  }
  const { plans } = tx.tables;
  await tx
    .update(plans)
    .set({
      ...rest,
      ...(perMinute === undefined ? {} : { ratePerMinute: perMinute }),
      ...(newLimit === undefined ? {} : limitColumns(newLimit)),
      updatedAt: context.clock.now(),
    })
    .where(eq(plans.id, id));
  await context.audit.write(tx, {
    actor,
    action: 'plan.changed',
    target: { kind: 'plan', id },
    details: { ...changes },
    ...reasonOf(input.reason),
  });
}

/** @throws ApiError 404, or 409 when it is built in or has users */
export async function deletePlan(context: GatewayContext, tx: Tx, id: string, actor: Actor): Promise<void> {
  await requirePlanRow(tx, id);
  if (BUILT_IN_PLANS.has(id)) throw new ApiError(409, 'plan_built_in', 'This plan always exists. It can be edited.');
  const { plans, users } = tx.tables;
  await tx
    .update(users)
    .set({ planId: TOMBSTONE_PLAN })
    .where(and(eq(users.planId, id), eq(users.status, 'deleted')));
  const inUse = await tx.$count(users, eq(users.planId, id));
  if (inUse > 0) {
    throw new ApiError(409, 'plan_in_use', `${inUse} users have this plan. Give them another one first.`);
  }
  await tx.delete(plans).where(eq(plans.id, id));
  await context.audit.write(tx, { actor, action: 'plan.deleted', target: { kind: 'plan', id } });
}

function idsAndNames(tx: Tx) {
  const { plans } = tx.tables;
  return tx.select({ id: plans.id, name: plans.name }).from(plans);
}

async function requirePlanRow(tx: Tx, id: string): Promise<PlanRow> {
  const row = await findPlanRow(tx, id);
  if (!row) throw new ApiError(404, 'plan_not_found', 'There is no plan with this id.');
  return row;
}

function valuesOf(row: PlanRow) {
  const { name, thresholds, allowedModels, autoRenew, answerHours, ratePerMinute: perMinute, concurrent } = row;
  const monthlyLimit = limitForm(row);
  return { name, monthlyLimit, thresholds, allowedModels, autoRenew, answerHours, perMinute, concurrent };
}
