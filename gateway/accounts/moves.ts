/** Moves of a user's tokens, and of their status. */
import { eq } from 'drizzle-orm';
import type { z } from 'zod';
import { currentFigures } from '../alerts/use.ts';
import { reasonOf } from '../api/changes.ts';
import type { GatewayContext } from '../context.ts';
import type { moveKindSchema } from '../contract/users.ts';
import type { Tx } from '../db/database.ts';
import type { UserStatus } from '../db/json-columns.ts';
import type { MoveResult } from '../ledger/port.ts';
import { greet } from '../mail/greet.ts';
import { ApiError } from '../ops/api-error.ts';
import { lastInstantOf } from '../reports/days.ts';
import { type Changer, requireUser } from './checks.ts';

export interface TokenMove {
  readonly userId: string;
  /** Tokens added to the credits; negative takes away. */
  readonly amount: number;
  readonly reason: string;
  /** Default: a grant, or an adjustment that takes away. */
  readonly kind?: z.infer<typeof moveKindSchema>;
}

/*
 * A move is two steps: the ledger first, in a transaction of its own and once per entry id; then the audit entry and the
 * stored answer, in another. The entry's id follows from the operation's, which is stored before: if the process dies in
 * between, the same call again finds the move made and completes the record.
 */

/**
 * First step: moves the tokens.
 *
 * @throws ApiError 404, 409 `insufficient_credits` when it would take what is not there or is reserved
 */
export async function moveTokens(
  context: GatewayContext,
  move: TokenMove,
  by: Changer,
  operationId: string,
): Promise<void> {
  const kind = kindOf(move);
  await requireUser(context.db, move.userId);
  const result = await context.db.ledger.move({
    entryId: entryIdOf(operationId),
    userId: move.userId,
    kind,
    tokens: move.amount,
    ...nowOf(context),
    reason: move.reason,
    operatorId: by.operatorId,
  });
  refuse(result);
}

/** The action that the audit log has for it. */
export const MOVED = 'user.tokens_moved';

/** Second step. */
export async function recordMove(
  context: GatewayContext,
  tx: Tx,
  move: TokenMove,
  { actor }: Changer,
  operationId: string,
): Promise<void> {
  await context.audit.write(tx, {
    actor,
    action: MOVED,
    target: { kind: 'user', id: move.userId },
    details: { kind: kindOf(move), amount: move.amount, entryId: entryIdOf(operationId) },
    ...reasonOf(move.reason, move.userId),
  });
}

/** Along with the second step: tells the user of credits that were added. */
export async function tellOfMove(context: GatewayContext, tx: Tx, move: TokenMove, operationId: string): Promise<void> {
  const kind = kindOf(move);
  if (move.amount <= 0 || kind === 'adjustment') return;
  const { userId, amount, reason } = move;
  await context.mail.enqueue(tx, {
    kind: kind === 'compensation' ? 'compensation' : 'grant',
    to: { userId },
    data: { amount, reason, figures: await currentFigures(tx, context, userId) },
    dedupeKey: `move:${entryIdOf(operationId)}`,
  });
}

/** First step: sets the period's use back to zero. @throws ApiError 404 or 409 */
export async function resetUsage(
  context: GatewayContext,
  userId: string,
  reason: string,
  by: Changer,
  operationId: string,
): Promise<void> {
  await requireUser(context.db, userId);
  const result = await context.db.ledger.resetUsage({
    entryId: entryIdOf(operationId),
    userId,
    ...nowOf(context),
    reason,
    operatorId: by.operatorId,
  });
  refuse(result);
}

/** Second step. */
export async function recordReset(
  context: GatewayContext,
  tx: Tx,
  userId: string,
  reason: string,
  { actor }: Changer,
  operationId: string,
): Promise<void> {
  await context.audit.write(tx, {
    actor,
    action: 'user.usage_reset',
    target: { kind: 'user', id: userId },
    details: { entryId: entryIdOf(operationId) },
    ...reasonOf(reason, userId),
  });
}

export interface StatusChange {
  readonly userId: string;
  readonly status: Exclude<UserStatus, 'deleted' | 'pending'>;
  readonly reason: string | null;
  /** End of a suspension, epoch milliseconds; null = until somebody ends it. */
  readonly until: number | null;
  /** The alert whose step it is, which writes to the user itself; left out when a person decides. */
  readonly alertId?: string;
}

/** When a suspension ends, epoch milliseconds: a day's end is that of the configured zone's day. Null = never. */
export function endOfSuspension(context: GatewayContext, until: number | string | null | undefined): number | null {
  return typeof until === 'string' ? lastInstantOf(context.calendar(), until) : (until ?? null);
}

const ACTION = { active: 'user.activated', suspended: 'user.suspended', blocked: 'user.blocked' } as const;

/**
 * Sets a user's status, inside the caller's transaction. Open requests go on; new ones are refused.
 *
 * @returns whether anything was changed
 * @throws ApiError 404, 409, or 400 when the end is not in the future
 */
export async function setStatus(
  context: GatewayContext,
  tx: Tx,
  change: StatusChange,
  { actor }: Changer,
): Promise<boolean> {
  const { userId, status, reason, until } = change;
  const { users } = tx.tables;
  const now = context.clock.now();
  if (until !== null && until <= now) {
    throw new ApiError(400, 'until_in_the_past', 'The end of the suspension must be in the future.', 'until');
  }
  const row = await requireUser(tx, userId);
  const statusReason = status === 'active' ? null : reason;
  if (row.status === status && row.statusReason === statusReason && row.suspendedUntil === until) return false;
  await tx
    .update(users)
    .set({ status, statusReason, suspendedUntil: until, statusAlertId: change.alertId ?? null, updatedAt: now })
    .where(eq(users.id, userId));
  await context.audit.write(tx, {
    actor,
    action: ACTION[status],
    target: { kind: 'user', id: userId },
    details: {
      from: row.status,
      to: status,
      ...(status === 'suspended' ? { until } : {}),
      ...(change.alertId === undefined ? {} : { alertId: change.alertId }),
    },
    ...reasonOf(reason, userId),
  });
  if (change.alertId === undefined) await tellOfStatus(context, tx, row.status, change);
  return true;
}

async function tellOfStatus(context: GatewayContext, tx: Tx, before: UserStatus, change: StatusChange): Promise<void> {
  const { userId, status, reason, until } = change;
  if (status === 'suspended') {
    await context.mail.enqueue(tx, { kind: 'suspension', to: { userId }, data: { reason, until } });
  } else if (status === 'blocked') {
    await context.mail.enqueue(tx, { kind: 'access_blocked', to: { userId }, data: { reason } });
  } else if (before === 'pending') {
    await greet(context, tx, userId);
  }
}

/** Id of the ledger entry that an operation makes. */
export function entryIdOf(operationId: string): string {
  return `led_${operationId}`;
}

function kindOf({ amount, kind }: TokenMove): z.infer<typeof moveKindSchema> {
  if (amount < 0 && kind !== undefined && kind !== 'adjustment') {
    throw new ApiError(400, 'invalid_kind', 'Only an adjustment can take tokens away.', 'kind');
  }
  return kind ?? (amount < 0 ? 'adjustment' : 'grant');
}

function nowOf({ clock, calendar }: GatewayContext): { at: number; period: string } {
  const at = clock.now();
  return { at, period: calendar().period(at).id };
}

function refuse(result: MoveResult): void {
  switch (result.kind) {
    case 'moved':
      return;
    case 'insufficient':
      throw new ApiError(
        409,
        'insufficient_credits',
        `Only ${result.free} credits can be taken; the rest is not there or reserved by open requests.`,
        'amount',
        { values: { free: result.free } },
      );
    case 'unknown_user':
      throw new ApiError(409, 'user_deleted', 'This user was deleted. Nothing of them can be changed.');
    case 'other_entry':
      throw new ApiError(422, 'idempotency_mismatch', 'This operation was made before, with other content.');
  }
}
