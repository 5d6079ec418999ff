/** Users as the ledger's steps see them, and the renewal that comes with the first touch of a period. */
import { newId } from '../db/ids.ts';
import type { UserStatus } from '../db/json-columns.ts';
import type { LedgerPolicy } from './port.ts';
import type { PlanRow, UserRow } from './sqlite-rows.ts';
import type { Statements } from './sqlite-statements.ts';
import { limitOf } from './standing.ts';

export interface LedgerUsers {
  /** The user with the plan's and the period's figures; those of the period are null until it was touched. */
  find(userId: string, period: string): UserRow | null;
  /** The same, and the period is open afterwards: the one before is closed by whoever touches the next first. */
  touch(userId: string, period: string, at: number, policy: LedgerPolicy): UserRow | null;
  /** The user's status now; a suspension whose end has come is lifted. */
  statusNow(user: UserRow, at: number): UserStatus;
  /** Drops what was remembered for one transaction. */
  forget(): void;
}

export function createLedgerUsers(sql: Statements): LedgerUsers {
  /** Nobody else can change a plan during the transaction. */
  const plans = new Map<string, PlanRow>();

  const planOf = (id: string): PlanRow | null => {
    const known = plans.get(id);
    if (known) return known;
    const plan = sql.plan.get(id);
    if (plan) plans.set(id, plan);
    return plan ?? null;
  };

  const find = (userId: string, period: string): UserRow | null => {
    const own = sql.user.get(userId);
    const plan = own && planOf(own.planId);
    if (!plan) return null;
    const figures = sql.period.get(userId, period);
    return {
      ...own,
      planLimitMode: plan.planLimitMode,
      planMonthlyLimit: plan.planMonthlyLimit,
      concurrent: plan.concurrent,
      usedMonthly: figures?.usedMonthly ?? null,
      usedCredits: figures?.usedCredits ?? null,
      heldMonthly: figures?.heldMonthly ?? null,
    };
  };

  const openPeriod = (user: UserRow, period: string, at: number, policy: LedgerPolicy): void => {
    if (sql.insertPeriod.run(user.id, period).changes === 0) return;
    for (const earlier of sql.openPeriodsBefore.all(user.id, period)) {
      sql.closePeriod.run(at, user.id, earlier.period);
      const details = {
        closing: true,
        limit: limitOf(user, policy),
        usedMonthly: earlier.usedMonthly,
        usedCredits: earlier.usedCredits,
        held: earlier.heldMonthly,
      };
      sql.insertEntry.run(
        newId('led', at),
        user.id,
        earlier.period,
        'reset',
        0,
        0,
        earlier.usedMonthly,
        user.credits,
        null,
        null,
        null,
        JSON.stringify(details),
        at,
      );
    }
  };

  return {
    find,
    touch(userId, period, at, policy) {
      const user = find(userId, period);
      if (!user || user.usedMonthly !== null) return user;
      openPeriod(user, period, at, policy);
      return { ...user, usedMonthly: 0, usedCredits: 0, heldMonthly: 0 };
    },
    statusNow(user, at) {
      if (user.status !== 'suspended' || user.suspendedUntil === null || user.suspendedUntil > at) return user.status;
      sql.activate.run(at, user.id);
      return 'active';
    },
    forget: () => plans.clear(),
  };
}
