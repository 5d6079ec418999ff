/** Making, editing and removing departments; each inside the caller's transaction, with its audit entry. */
import { and, eq, ne } from 'drizzle-orm';
import { requireReason } from '../accounts/checks.ts';
import { changesOf, newValues, reasonOf } from '../api/changes.ts';
import { refuseTakenName, takenAmong } from '../api/taken-words.ts';
import type { Actor } from '../audit/audit-writer.ts';
import type { GatewayContext } from '../context.ts';
import type { CreateDepartment, UpdateDepartment } from '../contract/departments.ts';
import type { Tx } from '../db/database.ts';
import { newId } from '../db/ids.ts';
import { TEAM_ID } from '../db/seed.ts';
import { ApiError } from '../ops/api-error.ts';
import { type DepartmentRow, findDepartmentRow } from './queries.ts';

/** @returns the id. @throws ApiError 409 when id or name is taken */
export async function createDepartment(
  context: GatewayContext,
  tx: Tx,
  input: CreateDepartment,
  actor: Actor,
): Promise<string> {
  const now = context.clock.now();
  const { id = newId('dep', now), name, capTokens, capMicroUsd, stopAtCap } = input;
  const others = await idsAndNames(tx);
  if (takenAmong(others, 'id', id)) {
    throw new ApiError(409, 'department_exists', `There is a department "${id}" already.`, 'id');
  }
  refuseTakenName(others, 'department', name, id);
  await tx
    .insert(tx.tables.departments)
    .values({ id, name, capTokens, capMicroUsd, stopAtCap, createdAt: now, updatedAt: now });
  await context.audit.write(tx, {
    actor,
    action: 'department.created',
    target: { kind: 'department', id },
    details: { name, capTokens, capMicroUsd, stopAtCap },
    ...reasonOf(input.reason),
  });
  return id;
}

/** @throws ApiError 404, 409 when the name is taken, 400 when a reason is missing */
export async function updateDepartment(
  context: GatewayContext,
  tx: Tx,
  id: string,
  input: UpdateDepartment,
  actor: Actor,
): Promise<void> {
  const row = await requireDepartmentRow(tx, id);
  const { reason, ...wished } = input;
  const { name, capTokens, capMicroUsd, stopAtCap } = row;
  const changes = changesOf({ name, capTokens, capMicroUsd, stopAtCap }, wished);
  if (Object.keys(changes).length === 0) return;
  if (changes.capTokens || changes.capMicroUsd || changes.stopAtCap) requireReason(reason, 'the caps change');
  if (changes.name) refuseTakenName(await idsAndNames(tx), 'department', changes.name.to, id);
  const { departments } = tx.tables;
  await tx
    .update(departments)
    .set({ ...newValues(changes), updatedAt: context.clock.now() })
    .where(eq(departments.id, id));
  await context.audit.write(tx, {
    actor,
    action: 'department.changed',
    target: { kind: 'department', id },
    details: { ...changes },
    ...reasonOf(reason),
  });
}

/**
 * Removes a department without members. Its figures by month go with it; reports keep what was used under its id.
 *
 * @throws ApiError 404, or 409 for the team, and while somebody belongs to it
 */
export async function deleteDepartment(context: GatewayContext, tx: Tx, id: string, actor: Actor): Promise<void> {
  await requireDepartmentRow(tx, id);
  if (id === TEAM_ID) throw new ApiError(409, 'department_is_team', 'The team is everybody. It can be edited.');
  const { departments, departmentPeriods, users, holds } = tx.tables;
  const members = await tx.$count(users, and(eq(users.departmentId, id), ne(users.status, 'deleted')));
  if (members > 0) {
    throw new ApiError(409, 'department_in_use', `${members} users belong to it. Move them to another one first.`);
  }
  if ((await tx.$count(holds, eq(holds.departmentId, id))) > 0) {
    throw new ApiError(409, 'department_in_use', 'Requests of it are open. Try again when they have ended.');
  }
  await tx.update(users).set({ departmentId: null }).where(eq(users.departmentId, id));
  await tx.delete(departmentPeriods).where(eq(departmentPeriods.departmentId, id));
  await tx.delete(departments).where(eq(departments.id, id));
  await context.audit.write(tx, { actor, action: 'department.deleted', target: { kind: 'department', id } });
}

async function requireDepartmentRow(tx: Tx, id: string): Promise<DepartmentRow> {
  const row = await findDepartmentRow(tx, id);
  if (!row) throw new ApiError(404, 'department_not_found', 'There is no department with this id.');
  return row;
}

function idsAndNames(tx: Tx) {
  const { departments } = tx.tables;
  return tx.select({ id: departments.id, name: departments.name }).from(departments);
}
