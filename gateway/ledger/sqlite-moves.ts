/** What operators do to a user's tokens, on SQLite: each once per entry id. */
import type { LedgerKind } from '../db/json-columns.ts';
import type { LedgerPolicy, Move, MoveResult, ResetUsage } from './port.ts';
import type { UserRow } from './sqlite-rows.ts';
import type { Statements } from './sqlite-statements.ts';
import { type LedgerUsers, NO_CHANGE } from './sqlite-users.ts';
import { balanceOf } from './standing.ts';

export interface LedgerMoves {
  move(order: Move, policy: LedgerPolicy): MoveResult;
  resetUsage(order: ResetUsage, policy: LedgerPolicy): MoveResult;
}

interface Change {
  readonly kind: LedgerKind;
  readonly monthlyDelta: number;
  readonly creditsDelta: number;
  readonly details: Record<string, unknown> | null;
}

export function createLedgerMoves(sql: Statements, users: LedgerUsers): LedgerMoves {
  const touch = (order: Move | ResetUsage, policy: LedgerPolicy): UserRow | null => {
    const user = users.touch(order.userId, order.period, order.at, policy);
    return user?.status === 'deleted' ? null : user;
  };

  /** What a move gives whose entry exists already; null when there is none. */
  const repeated = (
    entryId: string,
    user: UserRow,
    kind: LedgerKind,
    creditsDelta: number,
    policy: LedgerPolicy,
  ): MoveResult | null => {
    const entry = sql.entry.get(entryId);
    if (!entry) return null;
    const same = entry.userId === user.id && entry.kind === kind && entry.creditsDelta === creditsDelta;
    return same ? { kind: 'moved', balance: balanceOf(user, policy) } : { kind: 'other_entry' };
  };

  /** Writes the entry of a change that was made to `user`. */
  const write = (order: Move | ResetUsage, user: UserRow, change: Change): void => {
    sql.insertEntry.run(
      order.entryId,
      user.id,
      order.period,
      change.kind,
      change.monthlyDelta,
      change.creditsDelta,
      user.usedMonthly ?? 0,
      user.credits,
      null,
      order.operatorId,
      order.reason,
      change.details && JSON.stringify(change.details),
      order.at,
    );
  };

  return {
    move(order, policy) {
      const user = touch(order, policy);
      if (!user) return { kind: 'unknown_user' };
      const before = repeated(order.entryId, user, order.kind, order.tokens, policy);
      if (before) return before;
      const free = Math.max(0, user.credits - user.heldCredits);
      if (order.tokens < 0 && -order.tokens > free) return { kind: 'insufficient', free };
      users.change(user.id, order.period, { ...NO_CHANGE, credits: order.tokens });
      user.credits += order.tokens;
      write(order, user, {
        kind: order.kind,
        monthlyDelta: 0,
        creditsDelta: order.tokens,
        details: order.details ?? null,
      });
      return { kind: 'moved', balance: balanceOf(user, policy) };
    },
    resetUsage(order, policy) {
      const user = touch(order, policy);
      if (!user) return { kind: 'unknown_user' };
      const before = repeated(order.entryId, user, 'reset', 0, policy);
      if (before) return before;
      const used = user.usedMonthly ?? 0;
      users.change(user.id, order.period, { ...NO_CHANGE, usedMonthly: -used });
      user.usedMonthly = 0;
      write(order, user, { kind: 'reset', monthlyDelta: -used, creditsDelta: 0, details: null });
      return { kind: 'moved', balance: balanceOf(user, policy) };
    },
  };
}
