/**
 * The ledger's steps on SQLite. Runs on the writer's thread, always inside the writer's open transaction,
 * so that what is read here cannot change before it is written.
 */
import type {
  Balance,
  HoldRequest,
  HoldResult,
  InterruptedHold,
  LedgerPolicy,
  Settlement,
  SettleResult,
} from './port.ts';
import { availableTokens, type Room, type Standing, sizeHold, splitDebit, splitHold } from './sizing.ts';
import { type HoldLine, type KeepLine, type LedgerLine, rollUpFigures, type SettleLine } from './sqlite-lines.ts';
import { createLedgerMoves } from './sqlite-moves.ts';
import type { LedgerOperation, LedgerOperationResult } from './sqlite-operations.ts';
import { createLedgerRequests, type HeldRequest } from './sqlite-requests.ts';
import { type CapRow, capIds, departmentRoom, userRoom } from './sqlite-rows.ts';
import type { Statements } from './sqlite-statements.ts';
import { createLedgerSums } from './sqlite-sums.ts';
import { createLedgerUsers, NO_CHANGE } from './sqlite-users.ts';
import { balanceOf, standingOf } from './standing.ts';

/**
 * What was asked for is done in memory, on top of the tables, and lines of a journal say what came of it. They are
 * durable long before the tables are written, so that many requests share a page of an index that each would have
 * written by itself. At any time memory is what the tables and the journal say together.
 */
export interface SqliteLedger {
  policy(): LedgerPolicy;
  configure(policy: LedgerPolicy): void;
  /** Whether all of it can be done without writing to the tables at once. */
  isRoutine(operations: readonly LedgerOperation[]): boolean;
  /**
   * Runs operations, each seeing what those before it did. When it throws, memory is to be restored by `replay`.
   *
   * @param lines receives what the journal has to say of them
   * @param isJournalled whether that is all that is committed; else `write` follows
   * @throws NotRoutineError when the tables have to be written at once after all
   */
  run(operations: readonly LedgerOperation[], lines: LedgerLine[], isJournalled: boolean): LedgerOperationResult[];
  /** Does again, in memory, what the journal says. */
  replay(lines: readonly LedgerLine[]): void;
  /** Writes to the tables what is in memory alone, inside the open transaction. */
  write(): void;
  /** Forgets everything that is in memory. */
  forget(): void;
}

export class NotRoutineError extends Error {
  override readonly name = 'NotRoutineError';
}

interface Cap {
  readonly id: string;
  readonly name: string;
  readonly room: Room;
}

export function createSqliteLedger(sql: Statements, initialPolicy: LedgerPolicy): SqliteLedger {
  const users = createLedgerUsers(sql);
  const requests = createLedgerRequests(sql);
  const moves = createLedgerMoves(sql, users);
  const sums = createLedgerSums(sql);
  const capRows = new Map<string, CapRow | undefined>();
  let policy = initialPolicy;

  const capRow = (id: string): CapRow | undefined => {
    if (!capRows.has(id)) capRows.set(id, sql.cap.get(id));
    return capRows.get(id);
  };

  /** The shared caps that stop a user of the department: its own and the team's. */
  function capsOf(departmentId: string | null, period: string): Cap[] {
    const caps: Cap[] = [];
    for (const id of capIds(departmentId)) {
      const cap = capRow(id);
      if (cap) caps.push({ id, name: cap.name, room: departmentRoom(cap, sums.departmentUse(id, period)) });
    }
    return caps;
  }

  function hold(request: HoldRequest, gatewayId: string, lines: LedgerLine[]): HoldResult {
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
    const line: HoldLine = {
      kind: 'hold',
      usageId: request.usageId,
      userId: user.id,
      departmentId: user.departmentId,
      keyId: request.keyId,
      at: request.at,
      period: request.period,
      model: request.model,
      upstreamId: request.upstreamId,
      endpoint: request.endpoint,
      method: request.method,
      streamed: request.streamed,
      userAgent: request.userAgent,
      ipAddress: request.ipAddress,
      gatewayId,
      monthly: split.monthly,
      credits: split.credits,
      costMicroUsd: size.costMicroUsd,
    };
    applyHold(line);
    lines.push(line);
    user.heldMonthly = (user.heldMonthly ?? 0) + split.monthly;
    user.heldCredits += split.credits;
    const { outputTokens, lowered } = size;
    const cappedInUsd = rooms.some(({ microUsd }) => microUsd !== Infinity);
    const balance = balanceOf(user, policy);
    return { kind: 'held', outputTokens, lowered, cappedInUsd, chargedTokens: tokens, balance };
  }

  function applyHold(line: HoldLine): void {
    const { userId, departmentId, period, monthly, credits, costMicroUsd } = line;
    requests.hold(line);
    users.change(userId, period, { ...NO_CHANGE, heldMonthly: monthly, heldCredits: credits, openHolds: 1 });
    const reserved = { usedTokens: 0, usedMicroUsd: 0, heldTokens: monthly + credits, heldMicroUsd: costMicroUsd };
    for (const id of capIds(departmentId)) sums.addToDepartment(id, period, reserved);
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

  function settle(settlement: Settlement, lines: LedgerLine[], isJournalled: boolean): SettleResult {
    const request = requests.find(settlement.usageId);
    if (!request) return { kind: 'unknown' };
    const { record, open } = request;
    if (!open) {
      // A hold that recovery gave back may still be settled late, once: where the tables take it.
      if (!record.isGivenBack) return { kind: 'already' };
      if (isJournalled) throw new NotRoutineError();
    }
    const user = users.find(record.userId, record.period);
    if (!user) return { kind: 'unknown' };

    const own = { monthly: open?.monthlyTokens ?? 0, credits: open?.creditTokens ?? 0 };
    user.heldMonthly = (user.heldMonthly ?? 0) - own.monthly;
    user.heldCredits -= own.credits;
    const debit = splitDebit(settlement.chargedTokens, standingOf(user, policy), own);
    user.usedMonthly = (user.usedMonthly ?? 0) + debit.monthly;
    user.usedCredits = (user.usedCredits ?? 0) + debit.credits;
    user.credits -= debit.credits;
    const line: SettleLine = {
      kind: 'settle',
      settlement,
      monthly: debit.monthly,
      credits: debit.credits,
      absorbed: debit.absorbed,
      usedMonthlyAfter: user.usedMonthly,
      creditsAfter: user.credits,
    };
    applySettle(line, request);
    lines.push(line);
    return {
      kind: 'settled',
      userId: user.id,
      chargedTokens: debit.monthly + debit.credits,
      absorbedTokens: debit.absorbed,
      balance: balanceOf(user, policy),
    };
  }

  function applySettle(line: SettleLine, { record, open }: HeldRequest): void {
    const { settlement, monthly, credits } = line;
    const { userId, departmentId, period, model } = record;
    requests.settle(line, record);
    users.change(userId, period, {
      usedMonthly: monthly,
      usedCredits: credits,
      heldMonthly: -(open?.monthlyTokens ?? 0),
      credits: -credits,
      heldCredits: -(open?.creditTokens ?? 0),
      openHolds: open ? -1 : 0,
      seenAt: settlement.at,
    });
    const change = {
      usedTokens: monthly + credits,
      usedMicroUsd: settlement.costMicroUsd,
      heldTokens: -((open?.monthlyTokens ?? 0) + (open?.creditTokens ?? 0)),
      heldMicroUsd: -(open?.costMicroUsd ?? 0),
    };
    for (const id of capIds(departmentId)) sums.addToDepartment(id, period, change);
    const { day, upstreamId } = settlement;
    sums.addToRollUps({ day, userId, departmentId: departmentId ?? '', model, upstreamId }, rollUpFigures(line));
  }

  function keep(line: KeepLine, lines: LedgerLine[]): null {
    for (const { userId } of line.answers)
      if (!users.isKnown(userId)) throw new Error(`Nothing can be kept for ${userId}, who does not exist.`);
    requests.keep(line);
    lines.push(line);
    return null;
  }

  function recover(gatewayIds: readonly string[] | 'all', at: number): InterruptedHold[] {
    requests.write();
    const open = gatewayIds === 'all' ? sql.allHolds.all() : gatewayIds.flatMap((id) => sql.gatewayHolds.all(id));
    return open.map((hold) => {
      const reserved = hold.monthlyTokens + hold.creditTokens;
      sql.deleteHold.run(hold.id);
      users.change(hold.userId, hold.period, {
        ...NO_CHANGE,
        heldMonthly: -hold.monthlyTokens,
        heldCredits: -hold.creditTokens,
        openHolds: -1,
      });
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

  function step(operation: LedgerOperation, lines: LedgerLine[], isJournalled: boolean): LedgerOperationResult {
    switch (operation.kind) {
      case 'configure':
        policy = operation.policy;
        return null;
      case 'hold':
        return hold(operation.request, operation.gatewayId, lines);
      case 'settle':
        return settle(operation.settlement, lines, isJournalled);
      case 'keep':
        return keep({ kind: 'keep', answers: operation.answers }, lines);
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

  function isRoutine(operation: LedgerOperation): boolean {
    switch (operation.kind) {
      case 'hold':
        return !users.needsTables(operation.request.userId, operation.request.period, operation.request.at);
      case 'configure':
      case 'settle':
      case 'keep':
      case 'balance':
        return true;
      default:
        return false;
    }
  }

  return {
    policy: () => policy,
    configure(changed) {
      policy = changed;
    },
    isRoutine: (operations) => operations.every(isRoutine),
    run: (operations, lines, isJournalled) => operations.map((operation) => step(operation, lines, isJournalled)),
    replay(lines) {
      for (const line of lines) {
        if (line.kind === 'hold') applyHold(line);
        else if (line.kind === 'keep') requests.keep(line);
        else {
          const request = requests.find(line.settlement.usageId);
          if (!request) throw new Error(`The journal settles ${line.settlement.usageId}, which was never held.`);
          applySettle(line, request);
        }
      }
    },
    write() {
      requests.write();
      users.write();
      sums.write();
    },
    forget() {
      requests.forget();
      users.forget();
      sums.forget();
      capRows.clear();
    },
  };
}
