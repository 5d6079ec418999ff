/** What every change of a user is checked against. */
import { eq } from 'drizzle-orm';
import type { Actor } from '../audit/audit-writer.ts';
import type { Settings } from '../config/settings.ts';
import type { LimitInput } from '../contract/users.ts';
import type { Queries } from '../db/database.ts';
import { databaseErrorKind } from '../db/errors.ts';
import { TEAM_ID } from '../db/seed.ts';
import { IdentityError, validEmail } from '../identity/identity-headers.ts';
import { ApiError } from '../ops/api-error.ts';
import { findUserRow, type UserRow } from './queries.ts';

/** Who asks for a change. */
export interface Changer {
  readonly actor: Actor;
  /** The operator behind the actor, for the ledger. */
  readonly operatorId: string | null;
}

/** The user's row. @throws ApiError 404 for unknown, 409 for deleted users, with the field that named the user */
export async function requireUser(db: Queries, id: string, field?: string): Promise<UserRow> {
  const row = await findUserRow(db, id);
  if (!row) throw new ApiError(404, 'user_not_found', 'There is no user with this id.', field);
  if (row.status === 'deleted')
    throw new ApiError(409, 'user_deleted', 'This user was deleted. Nothing of them can be changed.', field);
  return row;
}

/** @throws ApiError 400 that names the field */
export async function requirePlan(db: Queries, id: string, field = 'plan'): Promise<void> {
  const { plans } = db.tables;
  const [row] = await db.select({ id: plans.id }).from(plans).where(eq(plans.id, id));
  if (!row) throw new ApiError(400, 'unknown_plan', `There is no plan "${id}".`, field);
}

/**
 * @returns the id as users carry it: everybody belongs to the team, so that is null
 * @throws ApiError 400 that names the field
 */
export async function requireDepartment(db: Queries, id: string | null, field = 'department'): Promise<string | null> {
  if (id === null || id === TEAM_ID) return null;
  const { departments } = db.tables;
  const [row] = await db.select({ id: departments.id }).from(departments).where(eq(departments.id, id));
  if (!row) throw new ApiError(400, 'unknown_department', `There is no department "${id}".`, field);
  return id;
}

/** The bounds of limits that may be set for a user. @throws ApiError 400 that names the field */
export function checkLimit(limit: LimitInput, { minUserLimit, maxUserLimit }: Settings, field = 'monthlyLimit'): void {
  if (limit === 'inherit') return;
  if (minUserLimit !== null && limit !== null && limit < minUserLimit) {
    throw new ApiError(400, 'limit_out_of_bounds', `The limit must be at least ${minUserLimit} tokens.`, field, {
      rule: 'limit_too_low',
      values: { least: minUserLimit },
    });
  }
  if (maxUserLimit !== null && (limit === null || limit > maxUserLimit)) {
    throw new ApiError(400, 'limit_out_of_bounds', `The limit must be at most ${maxUserLimit} tokens.`, field, {
      rule: 'limit_too_high',
      values: { most: maxUserLimit },
    });
  }
}

/** @returns the e-mail as it is stored: NFC and lower case. @throws ApiError 400 that names the field */
export function readEmail(text: string, field = 'email'): string {
  try {
    if (!/[\p{Cc}\p{Cs}]/u.test(text)) return validEmail(text.trim());
  } catch (error) {
    if (!(error instanceof IdentityError)) throw error;
  }
  throw new ApiError(400, 'invalid_email', 'This is not an e-mail address.', field);
}

/** Changes that move money or access say why. @throws ApiError 400 that names the field */
export function requireReason(reason: string | undefined, what: string): string {
  if (reason === undefined) throw new ApiError(400, 'reason_required', `Say why ${what}.`, 'reason');
  return reason;
}

/** @throws ApiError 409 that names the field in place of a unique violation; anything else as it is */
export function asEmailTaken(error: unknown): never {
  if (databaseErrorKind(error) !== 'unique') throw error;
  throw new ApiError(409, 'email_taken', 'Another user has this e-mail address.', 'email');
}
