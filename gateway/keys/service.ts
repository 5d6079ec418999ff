/** Making, editing and revoking keys; each inside the caller's transaction, with its audit entry. */
import { eq } from 'drizzle-orm';
import { requireUser } from '../accounts/checks.ts';
import { changesOf, newValues, reasonOf } from '../api/changes.ts';
import type { Actor } from '../audit/audit-writer.ts';
import type { GatewayContext } from '../context.ts';
import type { CreateKey, UpdateKey } from '../contract/keys.ts';
import type { Tx } from '../db/database.ts';
import { newId } from '../db/ids.ts';
import { ApiError } from '../ops/api-error.ts';
import { newPersonalKey, newServiceKey } from './key-hash.ts';
import { findKey, insertKey, revokeKeys } from './queries.ts';

export interface NewKey {
  readonly id: string;
  /** Shown once. */
  readonly secret: string;
}

/** @throws ApiError 400 or 404 with the field */
export async function createKey(context: GatewayContext, tx: Tx, input: CreateKey, actor: Actor): Promise<NewKey> {
  const { kind, name, userId = null, headers, newUsersPerHour, unnamedUserId } = input;
  if (kind === 'personal') {
    if (userId === null)
      throw new ApiError(400, 'user_required', 'A personal key belongs to a user: say to whom.', 'userId');
    if (headers !== null)
      throw new ApiError(400, 'headers_not_possible', 'A personal key stands for its own user.', 'headers');
    await requireUser(tx, userId, 'userId');
    if (unnamedUserId !== null) throw personalKeysNameTheirUser();
  } else if (userId !== null) {
    throw new ApiError(400, 'user_not_possible', 'A service key belongs to no user.', 'userId');
  }
  if (unnamedUserId !== null) await requireServiceAccount(tx, unnamedUserId);
  const { secret, hash, hint } = kind === 'personal' ? newPersonalKey() : newServiceKey();
  const now = context.clock.now();
  const id = newId('key', now);
  await insertKey(tx, {
    id,
    kind,
    name,
    userId,
    hash,
    hint,
    headers,
    newUsersPerHour,
    unnamedUserId,
    source: 'console',
    createdAt: now,
  });
  await context.audit.write(tx, {
    actor,
    action: 'key.created',
    target: { kind: 'key', id },
    details: { kind, userId, headers, newUsersPerHour, unnamedUserId },
    ...reasonOf(input.reason, userId),
  });
  return { id, secret };
}

/** @throws ApiError 404, or 409 when it is revoked */
export async function updateKey(
  context: GatewayContext,
  tx: Tx,
  id: string,
  input: UpdateKey,
  actor: Actor,
): Promise<void> {
  const row = await findKey(tx, id);
  if (!row) throw keyNotFound();
  if (row.revokedAt !== null) throw new ApiError(409, 'key_revoked', 'This key is revoked. Make a new one.');
  if (row.kind === 'personal' && input.headers) {
    throw new ApiError(400, 'headers_not_possible', 'A personal key stands for its own user.', 'headers');
  }
  if (input.unnamedUserId) {
    if (row.kind === 'personal') throw personalKeysNameTheirUser();
    await requireServiceAccount(tx, input.unnamedUserId);
  }
  const { name, headers, newUsersPerHour, unnamedUserId } = row;
  const { reason, ...wished } = input;
  const changes = changesOf({ name, headers, newUsersPerHour, unnamedUserId }, wished);
  if (Object.keys(changes).length === 0) return;
  const { keys } = tx.tables;
  await tx.update(keys).set(newValues(changes)).where(eq(keys.id, id));
  const { name: renamed, ...details } = changes;
  await context.audit.write(tx, {
    actor,
    action: 'key.changed',
    target: { kind: 'key', id },
    details: { ...details, renamed: renamed !== undefined },
    ...reasonOf(reason, row.userId),
  });
}

/** Ends a key, at once and for good. Revoking it again changes nothing. @throws ApiError 404 */
export async function revokeKey(
  context: GatewayContext,
  tx: Tx,
  id: string,
  reason: string | null,
  actor: Actor,
): Promise<void> {
  const row = await findKey(tx, id);
  if (!row) throw keyNotFound();
  const revoked = await revokeKeys(tx, { id }, context.clock.now());
  if (revoked.length === 0) return;
  await context.audit.write(tx, {
    actor,
    action: 'key.revoked',
    target: { kind: 'key', id },
    details: { kind: row.kind, userId: row.userId },
    ...reasonOf(reason, row.userId),
  });
}

/** Nobody's own allowance is to pay for what nobody is named for. @throws ApiError 404, 409, or 400 with the field */
async function requireServiceAccount(tx: Tx, id: string): Promise<void> {
  const { kind } = await requireUser(tx, id, 'unnamedUserId');
  if (kind === 'service') return;
  throw new ApiError(
    400,
    'not_a_service_account',
    'Unnamed requests are charged to a service account, not to a person.',
    'unnamedUserId',
  );
}

function personalKeysNameTheirUser(): ApiError {
  return new ApiError(400, 'unnamed_not_possible', 'A personal key stands for its own user.', 'unnamedUserId');
}

export function keyNotFound(): ApiError {
  return new ApiError(404, 'key_not_found', 'There is no key with this id.');
}
