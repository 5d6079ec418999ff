/**
 * The ledger's steps on SQLite. Runs on the writer's thread, always inside the writer's open transaction,
 * so that what is read here cannot change before it is written.
 */
import type { Database } from 'better-sqlite3';
import type { Outcome } from '../db/json-columns.ts';
import { partSums } from './charge.ts';
import { debitEntryId } from './debit-id.ts';
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
import { createLedgerMoves } from './sqlite-moves.ts';
import { capIds, departmentRoom, type UsageRow, userRoom } from './sqlite-rows.ts';
import { prepareStatements } from './sqlite-statements.ts';
import { createCommitSums } from './sqlite-sums.ts';
import { createLedgerUsers } from './sqlite-users.ts';
import { balanceOf, standingOf } from './standing.ts';

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
  /**
   * Runs operations inside the open transaction, each seeing what those before it did. Everything is written when it
   * returns; when it throws, the transaction must be rolled back.
   */
  run(operations: readonly LedgerOperation[]): LedgerOperationResult[];
}

interface Cap {
  readonly id: string;
  readonly name: string;
  readonly room: Room;
}

export function createSqliteLedger(db: Database, initialPolicy: LedgerPolicy): SqliteLedger {
  const sql = prepareStatements(db);
  const users = createLedgerUsers(sql);
  const moves = createLedgerMoves(sql, users);
  const sums = createCommitSums(sql);
  let policy = initialPolicy;

  /** The shared caps that stop a user of the department: its own and the team's. */
  function capsOf(departmentId: string | null, period: string): Cap[] {
    const caps: Cap[] = [];
    for (const id of capIds(departmentId)) {
      const cap = sql.cap.get(id);
      if (cap) caps.push({ id, name: cap.name, room: departmentRoom(cap, sums.departmentUse(id, period)) });
    }
    return caps;
  }

  function hold(request: HoldRequest, gatewayId: string): HoldResult {
    const user = users.touch(request.userId, request.period, request.at, policy);
    if (!user) return { kind: 'unknown_user' };
    const status = users.statusNow(user, request.at);
    if (status !== 'active') return { kind: 'status', status, reason: user.statusReason, until: user.suspendedUntil };
    if (user.concurrent !== null && user.openHolds >= user.concurrent) {
      return { kind: 'concurrency', limit: user.concurrent };
    }

    const standing = standingOf(user, policy);
    const caps = capsOf(user.departmentId, request.period);
    const rooms: Room[] = [userRoom(standing, policy), ...caps.map((cap) => cap.room)];
    const size = sizeHold(request.wish, rooms, request.mayLower);
    if (!size) {
      const balance = balanceOf(user, policy);
      return request.mayLower ? refuse(request, standing, caps, balance) : { kind: 'short', balance };
    }

    const tokens =
      policy.overdraft === 'soft' ? Math.min(size.chargedTokens, availableTokens(standing)) : size.chargedTokens;
    const split = splitHold(tokens, standing);
    sql.holdPeriod.run(split.monthly, user.id, request.period);
    sql.holdUser.run(split.credits, user.id);
    const reserved = { usedTokens: 0, usedMicroUsd: 0, heldTokens: tokens, heldMicroUsd: size.costMicroUsd };
    for (const id of capIds(user.departmentId)) sums.addToDepartment(id, request.period, reserved);
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
    sql.insertUsage.run(
      request.usageId,
      user.id,
      user.departmentId,
      request.keyId,
      request.period,
      request.model,
      request.upstreamId,
      request.endpoint,
      request.method,
      request.streamed ? 1 : 0,
      tokens,
      request.userAgent,
      request.ipAddress,
      request.at,
    );
    user.heldMonthly = (user.heldMonthly ?? 0) + split.monthly;
    user.heldCredits += split.credits;
    const { outputTokens, lowered } = size;
    const cappedInUsd = rooms.some(({ microUsd }) => microUsd !== Infinity);
    const balance = balanceOf(user, policy);
    return { kind: 'held', outputTokens, lowered, cappedInUsd, chargedTokens: tokens, balance };
  }

  /** Why a hold that does not fit is refused: the quota, a shared cap, or merely the user's own open holds. */
  function refuse(request: HoldRequest, standing: Standing, caps: readonly Cap[], balance: Balance): HoldResult {
    if (!sizeHold(request.wish, [userRoom(standing, policy)], true)) {
      const withoutHolds = userRoom({ ...standing, heldMonthly: 0, heldCredits: 0 }, policy);
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
    const user = users.find(record.userId, record.period);
    if (!user) return { kind: 'unknown' };

    const own = { monthly: open?.monthlyTokens ?? 0, credits: open?.creditTokens ?? 0 };
    user.heldMonthly = (user.heldMonthly ?? 0) - own.monthly;
    user.heldCredits -= own.credits;
    const debit = splitDebit(settlement.chargedTokens, standingOf(user, policy), own);
    const charged = debit.monthly + debit.credits;
    user.usedMonthly = (user.usedMonthly ?? 0) + debit.monthly;
    user.usedCredits = (user.usedCredits ?? 0) + debit.credits;
    user.credits -= debit.credits;

    if (open) sql.deleteHold.run(open.id);
    sql.settlePeriod.run(debit.monthly, debit.credits, own.monthly, user.id, record.period);
    sql.settleUser.run(debit.credits, own.credits, open ? 1 : 0, settlement.at, user.id);
    if (charged > 0) {
      sql.insertEntry.run(
        debitEntryId(settlement.usageId),
        user.id,
        record.period,
        'debit',
        debit.monthly,
        -debit.credits,
        user.usedMonthly,
        user.credits,
        settlement.usageId,
        null,
        null,
        null,
        settlement.at,
      );
    }
    const change = {
      usedTokens: charged,
      usedMicroUsd: settlement.costMicroUsd,
      heldTokens: -(own.monthly + own.credits),
      heldMicroUsd: -(open?.costMicroUsd ?? 0),
    };
    for (const id of capIds(record.departmentId)) sums.addToDepartment(id, record.period, change);
    writeRecord(settlement, record, charged, debit.absorbed);
    return {
      kind: 'settled',
      userId: user.id,
      chargedTokens: charged,
      absorbedTokens: debit.absorbed,
      balance: balanceOf(user, policy),
    };
  }

  function writeRecord(settlement: Settlement, record: UsageRow, charged: number, absorbed: number): void {
    const { usage, costMicroUsd, durationMs, firstByteMs, outcome, upstreamId } = settlement;
    const { promptTokens, completionTokens, cachedTokens, reasoningTokens, totalTokens } = usage;
    sql.finishUsage.run(
      promptTokens,
      completionTokens,
      cachedTokens,
      reasoningTokens,
      totalTokens,
      charged,
      absorbed,
      costMicroUsd,
      settlement.usageSource,
      outcome,
      upstreamId,
      settlement.statusCode,
      durationMs,
      firstByteMs,
      settlement.errorMessage,
      settlement.at,
      settlement.usageId,
    );
    const priceKnown = settlement.priceKnown ?? true;
    if (usage.parts || !priceKnown) {
      const { cacheWrite, audio, image } = partSums(usage.parts);
      sql.detailUsage.run(cacheWrite, audio, image, priceKnown ? 1 : 0, settlement.usageId);
    }
    const { userId, model } = record;
    sums.addToRollUps({ day: settlement.day, userId, departmentId: record.departmentId ?? '', model, upstreamId }, [
      1,
      isError(outcome) ? 1 : 0,
      promptTokens,
      completionTokens,
      cachedTokens,
      reasoningTokens,
      totalTokens,
      charged,
      absorbed,
      costMicroUsd,
      durationMs,
      firstByteMs ?? 0,
    ]);
  }

  function recover(gatewayIds: readonly string[] | 'all', at: number): InterruptedHold[] {
    const open = gatewayIds === 'all' ? sql.allHolds.all() : gatewayIds.flatMap((id) => sql.gatewayHolds.all(id));
    return open.map((hold) => {
      const reserved = hold.monthlyTokens + hold.creditTokens;
      sql.deleteHold.run(hold.id);
      sql.holdPeriod.run(-hold.monthlyTokens, hold.userId, hold.period);
      sql.releaseUser.run(hold.creditTokens, hold.userId);
      const change = { usedTokens: 0, usedMicroUsd: 0, heldTokens: -reserved, heldMicroUsd: -hold.costMicroUsd };
      for (const id of capIds(hold.departmentId)) sums.addToDepartment(id, hold.period, change);
      sql.interruptUsage.run(at, hold.id);
      return { usageId: hold.id, userId: hold.userId, reservedTokens: reserved, costMicroUsd: hold.costMicroUsd };
    });
  }

  function balance(userId: string, period: string): Balance | null {
    const user = users.find(userId, period);
    return user ? balanceOf(user, policy) : null;
  }

  function step(operation: LedgerOperation): LedgerOperationResult {
    switch (operation.kind) {
      case 'configure':
        policy = operation.policy;
        return null;
      case 'hold':
        return hold(operation.request, operation.gatewayId);
      case 'settle':
        return settle(operation.settlement);
      case 'move':
        return moves.move(operation.move, policy);
      case 'reset':
        return moves.resetUsage(operation.reset, policy);
      case 'balance':
        return balance(operation.userId, operation.period);
      case 'recover':
        return recover(operation.gatewayIds, operation.at);
    }
  }

  return {
    run(operations) {
      users.forget();
      sums.forget();
      const results = operations.map(step);
      sums.write();
      return results;
    },
  };
}

function isError(outcome: Outcome): boolean {
  return outcome === 'upstream_broke' || outcome === 'upstream_error' || outcome === 'interrupted';
}
