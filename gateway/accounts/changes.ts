/** Making and editing users. */
import { eq } from 'drizzle-orm';
import type { GatewayContext } from '../context.ts';
import type { CreateUser, UpdateUser } from '../contract/users.ts';
import type { Tx } from '../db/database.ts';
import { databaseErrorKind } from '../db/errors.ts';
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

type NewUser = Omit<CreateUser, 'email'> & { userId: string; email: string | null };

async function insertUser(context: GatewayContext, tx: Tx, input: NewUser, { actor }: Changer): Promise<void> {
  const { users } = tx.tables;
  const { userId, email, name, kind, plan, locale, monthlyLimit, reason } = input;
  if (await findUserRow(tx, userId)) return;
  await requirePlan(tx, plan);
  const department = await requireDepartment(tx, input.department);
  if (email !== null) {
    const [taken] = await tx.select({ id: users.id }).from(users).where(eq(users.email, email));
    if (taken) throw new ApiError(409, 'email_taken', 'Another user has this e-mail address.', 'email');
  }
  const now = context.clock.now();
  await tx.insert(users).values({
    id: userId,
    kind,
    email,
    name,
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
}

/**
 * Changes what is given of a user, inside the caller's transaction.
 *
 * @returns whether anything was changed
 * @throws ApiError 404, 409 or 400 with the field
 */
export async function updateUser(
  context: GatewayContext,
  tx: Tx,
  id: string,
  input: UpdateUser,
  { actor }: Changer,
): Promise<boolean> {
  const { users } = tx.tables;
  const row = await requireUser(tx, id);
  const next = await nextValues(context, tx, row, input);
  const changes = differences(row, next);
  const changed = Object.keys(changes);
  if (changed.length === 0) return false;
  if (changed.some((field) => GUARDED.has(field))) requireReason(input.reason, 'plan, limit or department change');
  if (next.email !== row.email && next.email !== null) {
    const [taken] = await tx.select({ id: users.id }).from(users).where(eq(users.email, next.email));
    if (taken) throw new ApiError(409, 'email_taken', 'Another user has this e-mail address.', 'email');
  }
  const { plan, department, monthlyLimit, ...rest } = next;
  await tx
    .update(users)
    .set({
      ...rest,
      planId: plan,
      departmentId: department,
      ...limitColumns(monthlyLimit),
      updatedAt: context.clock.now(),
    })
    .where(eq(users.id, id));
  const { email, name, ...details } = changes;
  const personal = {
    ...(email ? { email } : {}),
    ...(name ? { name } : {}),
    ...(input.reason ? { reason: input.reason } : {}),
  };
  await context.audit.write(tx, {
    actor,
    action: 'user.changed',
    target: { kind: 'user', id },
    details: { fields: changed, ...details },
    ...(Object.keys(personal).length > 0 ? { personal: { subjectId: id, data: personal } } : {}),
  });
  return true;
}

/** Fields whose change moves money or access. */
const GUARDED = new Set(['plan', 'department', 'monthlyLimit']);

type Values = ReturnType<typeof valuesOf>;

function valuesOf(row: UserRow) {
  const { email, name, locale, planId: plan, departmentId: department } = row;
  return { email, name, locale, plan, department, monthlyLimit: limitForm(row) };
}

async function nextValues(context: GatewayContext, tx: Tx, row: UserRow, input: UpdateUser): Promise<Values> {
  const next = valuesOf(row);
  if (input.email !== undefined) next.email = readEmail(input.email);
  if (input.name !== undefined) next.name = input.name;
  if (input.locale !== undefined) next.locale = input.locale;
  if (input.plan !== undefined) {
    await requirePlan(tx, input.plan);
    next.plan = input.plan;
  }
  if (input.department !== undefined) next.department = await requireDepartment(tx, input.department);
  if (input.monthlyLimit !== undefined && input.monthlyLimit !== next.monthlyLimit) {
    checkLimit(input.monthlyLimit, context.settings.current());
    next.monthlyLimit = input.monthlyLimit;
  }
  return next;
}

function differences(row: UserRow, next: Values): Partial<Record<keyof Values, { from: unknown; to: unknown }>> {
  const before = valuesOf(row);
  const keys = Object.keys(next) as (keyof Values)[];
  return Object.fromEntries(
    keys.filter((key) => before[key] !== next[key]).map((key) => [key, { from: before[key], to: next[key] }]),
  );
}
