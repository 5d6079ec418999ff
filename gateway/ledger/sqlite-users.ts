/**
 * Users as the ledger's steps see them, and the renewal that comes with the first touch of a period. What steps change
 * stays in memory until it is written, together for all that was changed.
 */
import { newId } from '../db/ids.ts';
import type { UserStatus } from '../db/json-columns.ts';
import type { LedgerPolicy } from './port.ts';
import type { OwnRow, PeriodRow, PlanRow, UserRow } from './sqlite-rows.ts';
import type { Statements } from './sqlite-statements.ts';
import { limitOf } from './standing.ts';

/** What a step adds to a user's figures. */
export interface UserChange {
  readonly usedMonthly: number;
  readonly usedCredits: number;
  readonly heldMonthly: number;
  readonly credits: number;
  readonly heldCredits: number;
  readonly openHolds: number;
  /** Epoch milliseconds; null when the user was not seen. */
  readonly seenAt: number | null;
}

export const NO_CHANGE: UserChange = {
  usedMonthly: 0,
  usedCredits: 0,
  heldMonthly: 0,
  credits: 0,
  heldCredits: 0,
  openHolds: 0,
  seenAt: null,
};

export interface LedgerUsers {
  isKnown(userId: string): boolean;
  /** The user with the plan's and the period's figures; those of the period are null until it was touched. */
  find(userId: string, period: string): UserRow | null;
  /** The same, and the period is open afterwards: the one before is closed by whoever touches the next first. */
  touch(userId: string, period: string, at: number, policy: LedgerPolicy): UserRow | null;
  /** The user's status now; a suspension whose end has come is lifted. */
  statusNow(user: UserRow, at: number): UserStatus;
  /** Whether a hold would write to the tables at once: to open a period, or to lift a suspension. */
  needsTables(userId: string, period: string, at: number): boolean;
  /** Adds to a user's figures, of whom `find` knows. */
  change(userId: string, period: string, change: UserChange): void;
  /** Writes what was changed, inside the open transaction. */
  write(): void;
  /** Drops everything that is remembered, changes that are not written among it. */
  forget(): void;
}

interface Account {
  readonly own: OwnRow;
  readonly periods: Map<string, OpenPeriod | null>;
  /** Not written yet. */
  credits: number;
  heldCredits: number;
  openHolds: number;
  seenAt: number | null;
  isChanged: boolean;
}

interface OpenPeriod extends PeriodRow {
  /** Not written yet. */
  readonly added: PeriodRow;
  isChanged: boolean;
}

/** So many users are remembered from one commit to the next. */
const MOST_ACCOUNTS = 10_000;

export function createLedgerUsers(sql: Statements): LedgerUsers {
  const plans = new Map<string, PlanRow>();
  const accounts = new Map<string, Account>();
  let changed: Account[] = [];

  const planOf = (id: string): PlanRow | null => {
    const known = plans.get(id);
    if (known) return known;
    const plan = sql.plan.get(id);
    if (plan) plans.set(id, plan);
    return plan ?? null;
  };

  const accountOf = (userId: string): Account | null => {
    const known = accounts.get(userId);
    if (known) return known;
    const own = sql.user.get(userId);
    if (!own) return null;
    const account = {
      own,
      periods: new Map(),
      credits: 0,
      heldCredits: 0,
      openHolds: 0,
      seenAt: null,
      isChanged: false,
    };
    accounts.set(userId, account);
    return account;
  };

  const periodOf = (account: Account, period: string): OpenPeriod | null => {
    const known = account.periods.get(period);
    if (known !== undefined) return known;
    const row = sql.period.get(account.own.id, period);
    const opened = row ? { ...row, added: nothingAdded(), isChanged: false } : null;
    account.periods.set(period, opened);
    return opened;
  };

  const find = (userId: string, period: string): UserRow | null => {
    const account = accountOf(userId);
    const plan = account && planOf(account.own.planId);
    if (!plan) return null;
    const figures = periodOf(account, period);
    return {
      ...account.own,
      planLimitMode: plan.planLimitMode,
      planMonthlyLimit: plan.planMonthlyLimit,
      concurrent: plan.concurrent,
      usedMonthly: figures?.usedMonthly ?? null,
      usedCredits: figures?.usedCredits ?? null,
      heldMonthly: figures?.heldMonthly ?? null,
    };
  };

  const writeAccount = (account: Account): void => {
    const { own, credits, heldCredits, openHolds, seenAt } = account;
    sql.changeUser.run(credits, heldCredits, openHolds, seenAt, own.id);
    account.credits = 0;
    account.heldCredits = 0;
    account.openHolds = 0;
    account.seenAt = null;
    account.isChanged = false;
    for (const [period, figures] of account.periods) {
      if (!figures?.isChanged) continue;
      const { added } = figures;
      sql.changePeriod.run(added.usedMonthly, added.usedCredits, added.heldMonthly, own.id, period);
      Object.assign(added, nothingAdded());
      figures.isChanged = false;
    }
  };

  const openPeriod = (user: UserRow, period: string, at: number, policy: LedgerPolicy): void => {
    const account = accountOf(user.id);
    account?.periods.delete(period);
    // What was added to the periods before is read from their rows.
    if (account?.isChanged) writeAccount(account);
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

  const forget = () => {
    plans.clear();
    accounts.clear();
    changed = [];
  };

  return {
    isKnown: (userId) => accountOf(userId) !== null,
    find,
    touch(userId, period, at, policy) {
      const user = find(userId, period);
      if (!user || user.usedMonthly !== null) return user;
      openPeriod(user, period, at, policy);
      return { ...user, usedMonthly: 0, usedCredits: 0, heldMonthly: 0 };
    },
    statusNow(user, at) {
      if (!hasEnded(user, at)) return user.status;
      sql.activate.run(at, user.id);
      const own = accountOf(user.id)?.own;
      if (own) Object.assign(own, { status: 'active', statusReason: null, suspendedUntil: null });
      return 'active';
    },
    needsTables(userId, period, at) {
      const account = accountOf(userId);
      return account !== null && (periodOf(account, period) === null || hasEnded(account.own, at));
    },
    change(userId, period, change) {
      const account = accountOf(userId);
      const figures = account && periodOf(account, period);
      if (!figures) throw new Error('A user without a period cannot be changed.');
      const { added } = figures;
      for (const row of [figures, added]) {
        row.usedMonthly += change.usedMonthly;
        row.usedCredits += change.usedCredits;
        row.heldMonthly += change.heldMonthly;
      }
      for (const row of [account.own, account]) {
        row.credits += change.credits;
        row.heldCredits += change.heldCredits;
        row.openHolds += change.openHolds;
      }
      account.seenAt = change.seenAt ?? account.seenAt;
      figures.isChanged = true;
      if (!account.isChanged) changed.push(account);
      account.isChanged = true;
    },
    write() {
      for (const account of changed) if (account.isChanged) writeAccount(account);
      changed = [];
      if (accounts.size > MOST_ACCOUNTS) forget();
    },
    forget,
  };
}

function nothingAdded(): PeriodRow {
  return { usedMonthly: 0, usedCredits: 0, heldMonthly: 0 };
}

function hasEnded({ status, suspendedUntil }: OwnRow, at: number): boolean {
  return status === 'suspended' && suspendedUntil !== null && suspendedUntil <= at;
}
