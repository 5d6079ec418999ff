/**
 * The ledger's steps on SQLite. Runs on the writer's thread, always inside the writer's open transaction,
 * so that what is read here cannot change before it is written.
 */
import type { Database } from 'better-sqlite3';
import type { LedgerKind, Outcome, UserStatus } from '../db/json-columns.ts';
import type {
  Balance,
  HoldRequest,
  HoldResult,
  InterruptedHold,
  LedgerPolicy,
  Move,
  MoveResult,
  ResetUsage,
  Settlement,
  SettleResult,
} from './port.ts';
import { availableTokens, type Room, type Standing, sizeHold, splitDebit, splitHold } from './sizing.ts';
import { departmentRoom, type UserRow, userRoom } from './sqlite-rows.ts';
import { prepareStatements } from './sqlite-statements.ts';
import { balanceOf, limitOf, standingOf } from './standing.ts';

export type LedgerOperation =
  | { kind: 'configure'; policy: LedgerPolicy }
  | { kind: 'hold'; request: HoldRequest; gatewayId: string }
  | { kind: 'settle'; settlement: Settlement }
  | { kind: 'move'; move: Move }
  | { kind: 'reset'; reset: ResetUsage }
  | { kind: 'balance'; userId: string; period: string }
  | { kind: 'recover'; gatewayIds: readonly string[] | 'all'; at: number };

export type LedgerOperationResult = HoldResult | SettleResult | MoveResult | Balance | null | InterruptedHold[];

export interface SqliteLedger {
  /** Runs one operation inside the open transaction. */
  run(operation: LedgerOperation): LedgerOperationResult;
}

const TEAM = 'team';

interface Cap {
  readonly id: string;
  readonly name: string;
  readonly room: Room;
}

export function createSqliteLedger(db: Database, initialPolicy: LedgerPolicy): SqliteLedger {
  const sql = prepareStatements(db);
  let policy = initialPolicy;

  /** Makes the user's row for the period, and closes the one before: once, whoever touches it first. */
  function openPeriod(userId: string, period: string, at: number): void {
    if (sql.insertPeriod.run(userId, period).changes === 0) return;
    for (const earlier of sql.openPeriodsBefore.all(userId, period)) {
      sql.closePeriod.run(at, userId, earlier.period);
      const user = userIn(earlier.period, userId);
      if (!user) continue;
      sql.insertEntry.run({
        id: `led_close_${userId}_${earlier.period}`,
        userId,
        period: earlier.period,
        kind: 'reset',
        monthlyDelta: 0,
        creditsDelta: 0,
        usedMonthlyAfter: earlier.usedMonthly,
        creditsAfter: user.credits,
        usageId: null,
        operatorId: null,
        reason: null,
        details: JSON.stringify({
          closing: true,
          limit: limitOf(user, policy),
          usedMonthly: earlier.usedMonthly,
          usedCredits: earlier.usedCredits,
          held: earlier.heldMonthly,
        }),
        at,
      });
    }
  }

  /** The user's row with the plan's and the period's figures; those are null until the period's row exists. */
  function userIn(period: string, userId: string): UserRow | null {
    const own = sql.user.get(userId);
    const plan = own && sql.plan.get(own.planId);
    if (!plan) return null;
    const figures = sql.period.get(userId, period);
    const { usedMonthly = null, usedCredits = null, heldMonthly = null } = figures ?? {};
    return { ...own, ...plan, usedMonthly, usedCredits, heldMonthly };
  }

  function readUser(userId: string, period: string, at: number): UserRow | null {
    const user = userIn(period, userId);
    if (!user || user.usedMonthly !== null) return user;
    openPeriod(userId, period, at);
    return { ...user, usedMonthly: 0, usedCredits: 0, heldMonthly: 0 };
  }

  /** The user's status now; a suspension whose end has come is lifted. */
  function statusNow(user: UserRow, at: number): UserStatus {
    if (user.status !== 'suspended' || user.suspendedUntil === null || user.suspendedUntil > at) return user.status;
    sql.activate.run(at, user.id);
    return 'active';
  }

  /** The shared caps that stop a user of the department: its own and the team's. */
  function capsOf(departmentId: string | null, period: string): Cap[] {
    return capIds(departmentId).flatMap((id) => {
      const cap = sql.cap.get(id);
      return cap ? { id, name: cap.name, room: departmentRoom(cap, sql.departmentPeriod.get(id, period)) } : [];
    });
  }

  function hold(request: HoldRequest, gatewayId: string): HoldResult {
    const user = readUser(request.userId, request.period, request.at);
    if (!user) return { kind: 'unknown_user' };
    const status = statusNow(user, request.at);
    if (status !== 'active') {
      return { kind: 'status', status, reason: user.statusReason, until: user.suspendedUntil };
    }
    if (user.concurrent !== null && user.openHolds >= user.concurrent) {
      return { kind: 'concurrency', limit: user.concurrent };
    }

    const standing = standingOf(user, policy);
    const caps = capsOf(user.departmentId, request.period);
    const rooms: Room[] = [userRoom(standing, policy), ...caps.map((cap) => cap.room)];
    const size = sizeHold(request.wish, rooms, request.mayLower);
    const balance = (): Balance => balanceOf(user, policy);
    if (!size)
      return request.mayLower ? refuse(request, standing, caps, balance()) : { kind: 'short', balance: balance() };

    const tokens =
      policy.overdraft === 'soft' ? Math.min(size.chargedTokens, availableTokens(standing)) : size.chargedTokens;
    const split = splitHold(tokens, standing);
    sql.holdPeriod.run(split.monthly, user.id, request.period);
    sql.holdUser.run(split.credits, user.id);
    for (const id of capIds(user.departmentId)) sql.holdDepartment.run(id, request.period, tokens, size.costMicroUsd);
    sql.insertHold.run(
      request.usageId,
      user.id,
      user.departmentId,
      request.period,
      split.monthly,
      split.credits,
      size.costMicroUsd,
      gatewayId,
      request.at,
    );
    sql.insertUsage.run({
      id: request.usageId,
      userId: user.id,
      departmentId: user.departmentId,
      keyId: request.keyId,
      period: request.period,
      model: request.model,
      upstreamId: request.upstreamId,
      endpoint: request.endpoint,
      method: request.method,
      streamed: request.streamed ? 1 : 0,
      reserved: tokens,
      userAgent: request.userAgent,
      ipAddress: request.ipAddress,
      at: request.at,
    });
    user.heldMonthly = (user.heldMonthly ?? 0) + split.monthly;
    user.heldCredits += split.credits;
    return {
      kind: 'held',
      outputTokens: size.outputTokens,
      lowered: size.lowered,
      chargedTokens: tokens,
      balance: balance(),
    };
  }

  /** Why a hold that does not fit is refused: the quota, a shared cap, or merely the user's own open holds. */
  function refuse(request: HoldRequest, standing: Standing, caps: readonly Cap[], balance: Balance): HoldResult {
    const withoutHolds = userRoom({ ...standing, heldMonthly: 0, heldCredits: 0 }, policy);
    if (!sizeHold(request.wish, [userRoom(standing, policy)], true)) {
      return sizeHold(request.wish, [withoutHolds], true) ? { kind: 'reserved', balance } : { kind: 'quota', balance };
    }
    const cap = caps.find(({ room }) => !sizeHold(request.wish, [room], true)) ?? caps[0];
    return cap ? { kind: 'cap', departmentId: cap.id, name: cap.name, balance } : { kind: 'quota', balance };
  }

  function settle(settlement: Settlement): SettleResult {
    const record = sql.usage.get(settlement.usageId);
    if (!record) return { kind: 'unknown' };
    const open = sql.hold.get(settlement.usageId);
    // A hold that recovery gave back may still be settled late, once.
    if (!open && record.outcome !== 'interrupted') return { kind: 'already' };

    const user = userIn(record.period, record.userId);
    if (!user) return { kind: 'unknown' };
    const own = { monthly: open?.monthlyTokens ?? 0, credits: open?.creditTokens ?? 0 };
    if (open) sql.deleteHold.run(open.id);
    user.heldMonthly = (user.heldMonthly ?? 0) - own.monthly;
    user.heldCredits -= own.credits;
    const debit = splitDebit(settlement.chargedTokens, standingOf(user, policy), own);
    const charged = debit.monthly + debit.credits;

    user.usedMonthly = (user.usedMonthly ?? 0) + debit.monthly;
    user.usedCredits = (user.usedCredits ?? 0) + debit.credits;
    user.credits -= debit.credits;
    sql.settlePeriod.run(debit.monthly, debit.credits, own.monthly, user.id, record.period);
    sql.settleUser.run(debit.credits, own.credits, open ? 1 : 0, settlement.at, user.id);
    if (charged > 0) {
      sql.insertEntry.run({
        id: `led_${settlement.usageId.slice(4)}`,
        userId: user.id,
        period: record.period,
        kind: 'debit',
        monthlyDelta: debit.monthly,
        creditsDelta: -debit.credits,
        usedMonthlyAfter: user.usedMonthly,
        creditsAfter: user.credits,
        usageId: settlement.usageId,
        operatorId: null,
        reason: null,
        details: null,
        at: settlement.at,
      });
    }
    for (const id of capIds(record.departmentId)) {
      sql.settleDepartment.run(
        charged,
        settlement.costMicroUsd,
        open ? own.monthly + own.credits : 0,
        open?.costMicroUsd ?? 0,
        id,
        record.period,
      );
    }
    writeRecord(settlement, record, charged, debit.absorbed);
    return {
      kind: 'settled',
      userId: user.id,
      chargedTokens: charged,
      absorbedTokens: debit.absorbed,
      balance: balanceOf(user, policy),
    };
  }

  function writeRecord(
    settlement: Settlement,
    record: { userId: string; departmentId: string | null; model: string },
    charged: number,
    absorbed: number,
  ): void {
    const { usage } = settlement;
    const figures = {
      prompt: usage.promptTokens,
      completion: usage.completionTokens,
      cached: usage.cachedTokens,
      reasoning: usage.reasoningTokens,
      total: usage.totalTokens,
      charged,
      absorbed,
      cost: settlement.costMicroUsd,
    };
    sql.finishUsage.run({
      ...figures,
      id: settlement.usageId,
      upstreamId: settlement.upstreamId,
      usageSource: settlement.usageSource,
      outcome: settlement.outcome,
      statusCode: settlement.statusCode,
      durationMs: settlement.durationMs,
      firstByteMs: settlement.firstByteMs,
      errorMessage: settlement.errorMessage,
      at: settlement.at,
    });
    const rollUp = {
      ...figures,
      day: settlement.day,
      userId: record.userId,
      departmentId: record.departmentId ?? '',
      model: record.model,
      upstreamId: settlement.upstreamId,
      errors: isError(settlement.outcome) ? 1 : 0,
      durationMs: settlement.durationMs,
      firstByteMs: settlement.firstByteMs ?? 0,
    };
    sql.rollUp.run(rollUp);
    sql.rollUpTotal.run(rollUp);
  }

  /** What a move gives whose entry exists already; null when there is none. */
  function repeated(entryId: string, user: UserRow, kind: LedgerKind, creditsDelta: number): MoveResult | null {
    const entry = sql.entry.get(entryId);
    if (!entry) return null;
    const same = entry.userId === user.id && entry.kind === kind && entry.creditsDelta === creditsDelta;
    return same ? { kind: 'moved', balance: balanceOf(user, policy) } : { kind: 'other_entry' };
  }

  function move(order: Move): MoveResult {
    const user = readUser(order.userId, order.period, order.at);
    if (!user || user.status === 'deleted') return { kind: 'unknown_user' };
    const before = repeated(order.entryId, user, order.kind, order.tokens);
    if (before) return before;
    const free = Math.max(0, user.credits - user.heldCredits);
    if (order.tokens < 0 && -order.tokens > free) return { kind: 'insufficient', free };
    user.credits += order.tokens;
    sql.moveCredits.run(order.tokens, user.id);
    writeMove(order, user, order.kind, 0, order.tokens, order.details ?? null);
    return { kind: 'moved', balance: balanceOf(user, policy) };
  }

  function resetUsage(order: ResetUsage): MoveResult {
    const user = readUser(order.userId, order.period, order.at);
    if (!user || user.status === 'deleted') return { kind: 'unknown_user' };
    const before = repeated(order.entryId, user, 'reset', 0);
    if (before) return before;
    const used = user.usedMonthly ?? 0;
    sql.settlePeriod.run(-used, 0, 0, user.id, order.period);
    user.usedMonthly = 0;
    writeMove(order, user, 'reset', -used, 0, null);
    return { kind: 'moved', balance: balanceOf(user, policy) };
  }

  function writeMove(
    order: { entryId: string; period: string; at: number; reason: string; operatorId: string | null },
    user: UserRow,
    kind: string,
    monthlyDelta: number,
    creditsDelta: number,
    details: Record<string, unknown> | null,
  ): void {
    sql.insertEntry.run({
      id: order.entryId,
      userId: user.id,
      period: order.period,
      kind,
      monthlyDelta,
      creditsDelta,
      usedMonthlyAfter: user.usedMonthly ?? 0,
      creditsAfter: user.credits,
      usageId: null,
      operatorId: order.operatorId,
      reason: order.reason,
      details: details && JSON.stringify(details),
      at: order.at,
    });
  }

  function recover(gatewayIds: readonly string[] | 'all', at: number): InterruptedHold[] {
    const open = gatewayIds === 'all' ? sql.allHolds.all() : gatewayIds.flatMap((id) => sql.gatewayHolds.all(id));
    return open.map((hold) => {
      const reserved = hold.monthlyTokens + hold.creditTokens;
      sql.deleteHold.run(hold.id);
      sql.holdPeriod.run(-hold.monthlyTokens, hold.userId, hold.period);
      sql.releaseUser.run(hold.creditTokens, hold.userId);
      for (const id of capIds(hold.departmentId)) {
        sql.settleDepartment.run(0, 0, reserved, hold.costMicroUsd, id, hold.period);
      }
      sql.interruptUsage.run(at, hold.id);
      return { usageId: hold.id, userId: hold.userId, reservedTokens: reserved, costMicroUsd: hold.costMicroUsd };
    });
  }

  function balance(userId: string, period: string): Balance | null {
    const user = userIn(period, userId);
    return user ? balanceOf(user, policy) : null;
  }

  return {
    run(operation) {
      switch (operation.kind) {
        case 'configure':
          policy = operation.policy;
          return null;
        case 'hold':
          return hold(operation.request, operation.gatewayId);
        case 'settle':
          return settle(operation.settlement);
        case 'move':
          return move(operation.move);
        case 'reset':
          return resetUsage(operation.reset);
        case 'balance':
          return balance(operation.userId, operation.period);
        case 'recover':
          return recover(operation.gatewayIds, operation.at);
      }
    },
  };
}

function capIds(departmentId: string | null): string[] {
  return departmentId === null || departmentId === TEAM ? [TEAM] : [departmentId, TEAM];
}

function isError(outcome: Outcome): boolean {
  return outcome === 'upstream_broke' || outcome === 'upstream_error' || outcome === 'interrupted';
}
