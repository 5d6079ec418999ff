/** Making and editing users. */
import { eq } from 'drizzle-orm';
import { changesOf, newValues } from '../api/changes.ts';
import type { GatewayContext } from '../context.ts';
import type { CreateUser, UpdateUser } from '../contract/users.ts';
import type { Tx } from '../db/database.ts';
import { databaseErrorKind } from '../db/errors.ts';
import { greet } from '../mail/greet.ts';
import { ApiError } from '../ops/api-error.ts';
import { limitColumns, limitForm } from '../plans/limit-form.ts';
import {
  asEmailTaken,
  type Changer,
  checkLimit,
  readEmail,
  requireDepartment,
  requirePlan,
  requireReason,
  requireUser,
} from './checks.ts';
import { moveTokens, recordMove } from './moves.ts';
import { findUserRow, type UserRow } from './queries.ts';
import { searchTextOf } from './search-text.ts';

/**
 * Makes a user, and grants the first credits. Asked again with the same operation, it completes what is missing.
 *
 * @param operationId 32 hex digits; the ids of user and ledger entry follow from it, so that nothing is made twice
 * @returns the user's id
 * @throws ApiError 409 `email_taken`, 400 for what else is wrong, with the field
 */
export async function createUser(
  context: GatewayContext,
  input: CreateUser,
  by: Changer,
  operationId: string,
): Promise<string> {
  const userId = `usr_${operationId}`;
  if (input.kind === 'person' && input.email === undefined) {
    throw new ApiError(
      400,
      'email_required',
      'A person needs an e-mail address; only service accounts do without.',
      'email',
    );
  }
  if (input.credits > 0) requireReason(input.reason, 'credits are granted');
  checkLimit(input.monthlyLimit, context.settings.current());
  const email = input.email === undefined ? null : readEmail(input.email);
  const name = input.name || email?.slice(0, email.indexOf('@'));
  if (!name) throw new ApiError(400, 'name_required', 'Without an e-mail address there must be a name.', 'name');
  try {
    await context.db.tx((tx) => insertUser(context, tx, { ...input, userId, email, name }, by));
  } catch (error) {
    // On an engine with several writers the same call may have made the user in this moment.
    if (databaseErrorKind(error) !== 'unique' || !(await findUserRow(context.db, userId))) asEmailTaken(error);
  }
  if (input.credits > 0) await moveTokens(context, firstCredits(userId, input), by, operationId);
  return userId;
}

/** Writes along with `createUser` what belongs to the first credits. */
export async function recordCreation(
  context: GatewayContext,
  tx: Tx,
  userId: string,
  input: CreateUser,
  by: Changer,
  operationId: string,
): Promise<void> {
  if (input.credits > 0) await recordMove(context, tx, firstCredits(userId, input), by, operationId);
}

function firstCredits(userId: string, { credits, reason = '' }: CreateUser) {
  return { userId, kind: 'grant' as const, amount: credits, reason };
}

/** Everything that is known of a user who is made; the e-mail is read already. */
export type NewUser = Omit<CreateUser, 'email'> & { userId: string; email: string | null };

/** Writes the user, the audit entry and the welcome, unless that has happened. @throws ApiError 400, 409 with the field */
export async function insertUser(context: GatewayContext, tx: Tx, input: NewUser, { actor }: Changer): Promise<void> {
  const { users } = tx.tables;
  const { userId, email, name, kind, plan, locale, monthlyLimit, reason } = input;
  if (await findUserRow(tx, userId)) return;
  await requirePlan(tx, plan);
  const department = await requireDepartment(tx, input.department);
  if (email !== null) await refuseTakenEmail(tx, email);
  const now = context.clock.now();
  await tx.insert(users).values({
    id: userId,
    kind,
    email,
    name,
    searchText: searchTextOf({ name, email }),
    planId: plan,
    departmentId: department,
    ...limitColumns(monthlyLimit),
    locale,
    createdAt: now,
    updatedAt: now,
  });
  await context.audit.write(tx, {
    actor,
    action: 'user.created',
    target: { kind: 'user', id: userId },
    details: { kind, plan, department, monthlyLimit },
    personal: { subjectId: userId, data: { email, name, ...(reason === undefined ? {} : { reason }) } },
  });
  if (email !== null) await greet(context, tx, userId);
}

/**
 * Changes what is given of a user, inside the caller's transaction.
 *
 * @param anyLimit takes a limit beyond the bounds of the settings: one that was set before, and is set again
 * @returns whether anything was changed
 * @throws ApiError 404, 409 or 400 with the field
 */
export async function updateUser(
  context: GatewayContext,
  tx: Tx,
  id: string,
  input: UpdateUser,
  { actor }: Changer,
  { anyLimit = false }: { anyLimit?: boolean } = {},
): Promise<boolean> {
  const { users } = tx.tables;
  const row = await requireUser(tx, id);
  const changes = changesOf(valuesOf(row), await wishedValues(context, tx, row, input, anyLimit));
  const fields = Object.keys(changes);
  if (fields.length === 0) return false;
  if (fields.some((field) => GUARDED.has(field))) requireReason(input.reason, 'plan, limit or department change');
  const { plan, department, monthlyLimit, ...rest } = newValues(changes);
  if (typeof rest.email === 'string') await refuseTakenEmail(tx, rest.email);
  await tx
    .update(users)
    .set({
      ...rest,
      searchText: searchTextOf({ ...row, ...rest }),
      ...(plan === undefined ? {} : { planId: plan }),
      ...(department === undefined ? {} : { departmentId: department }),
      ...(monthlyLimit === undefined ? {} : limitColumns(monthlyLimit)),
      updatedAt: context.clock.now(),
    })
    .where(eq(users.id, id));
  const { email, name, ...details } = changes;
  const { reason } = input;
  const data = { ...(email ? { email } : {}), ...(name ? { name } : {}), ...(reason ? { reason } : {}) };
  await context.audit.write(tx, {
    actor,
    action: 'user.changed',
    target: { kind: 'user', id },
    details: { fields, ...details },
    ...(Object.keys(data).length > 0 ? { personal: { subjectId: id, data } } : {}),
  });
  return true;
}

/** Fields whose change moves money or access. */
const GUARDED = new Set(['plan', 'department', 'monthlyLimit']);

function valuesOf(row: UserRow) {
  const { email, name, locale, planId: plan, departmentId: department } = row;
  return { email, name, locale, plan, department, monthlyLimit: limitForm(row) };
}

async function wishedValues(context: GatewayContext, tx: Tx, row: UserRow, input: UpdateUser, anyLimit: boolean) {
  const { email, name, locale, plan, department, monthlyLimit } = input;
  if (plan !== undefined) await requirePlan(tx, plan);
  // A limit that was set when other bounds held may be sent back as it is.
  if (!anyLimit && monthlyLimit !== undefined && monthlyLimit !== limitForm(row))
    checkLimit(monthlyLimit, context.settings.current());
  return {
    email: email === undefined ? undefined : readEmail(email),
    name,
    locale,
    plan,
    department: department === undefined ? undefined : await requireDepartment(tx, department),
    monthlyLimit,
  };
}

async function refuseTakenEmail(tx: Tx, email: string): Promise<void> {
  const { users } = tx.tables;
  const [taken] = await tx.select({ id: users.id }).from(users).where(eq(users.email, email));
  if (taken) throw new ApiError(409, 'email_taken', 'Another user has this e-mail address.', 'email');
}
