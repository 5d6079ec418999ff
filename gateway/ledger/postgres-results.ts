/** What the stored function answers to each step, as the port's results. */
import type { UserStatus } from '../db/json-columns.ts';
import type { Balance, HoldResult, InterruptedHold, MoveResult, SettleResult } from './port.ts';
import type { LedgerStep } from './postgres-steps.ts';
import { availableTokens } from './sizing.ts';

export type LedgerStepResult = HoldResult | SettleResult | MoveResult | Balance | null;

/** Values of a row in the order of the function's columns. */
type Row = readonly unknown[];

interface Answer {
  readonly kind: string;
  readonly userId: string;
  readonly output: number;
  readonly lowered: boolean;
  readonly charged: number;
  readonly absorbed: number;
  readonly balance: Balance;
  readonly label: string;
  readonly reason: string | null;
  readonly until: number | null;
  readonly free: number;
}

/** @throws Error when the function answered what does not fit the step: a fault of ours */
export function resultOf(step: LedgerStep, row: Row | undefined): LedgerStepResult {
  if (!row) throw new Error('The ledger’s function gave fewer answers than it was asked for.');
  const answer = readRow(row);
  switch (step.kind) {
    case 'hold':
      return holdResult(answer);
    case 'settle':
      return settleResult(answer);
    case 'move':
    case 'reset':
      return moveResult(answer);
    case 'balance':
      return answer.kind === 'balance' ? answer.balance : null;
  }
}

/** Rows of the function that recovers holds. */
export function interruptedHolds(rows: readonly Row[]): InterruptedHold[] {
  return rows.map(([usageId, userId, reservedTokens, costMicroUsd]) => ({
    usageId: String(usageId),
    userId: String(userId),
    reservedTokens: Number(reservedTokens),
    costMicroUsd: Number(costMicroUsd),
  }));
}

function readRow(row: Row): Answer {
  const [kind, userId, output, lowered, charged, absorbed, limit, usedMonthly, usedCredits, credits, ...rest] = row;
  const [heldMonthly, heldCredits, label, reason, until, free] = rest;
  const figures = [usedMonthly, usedCredits, credits, heldMonthly, heldCredits] as number[];
  return {
    kind: kind as string,
    userId: userId as string,
    output: output as number,
    lowered: lowered as boolean,
    charged: charged as number,
    absorbed: absorbed as number,
    balance: balanceOf(limit as number | null, figures),
    label: label as string,
    reason: reason as string | null,
    until: until as number | null,
    free: free as number,
  };
}

function balanceOf(limit: number | null, figures: readonly number[]): Balance {
  const [usedMonthly = 0, usedCredits = 0, credits = 0, heldMonthly = 0, heldCredits = 0] = figures;
  const standing = { limit, usedMonthly, heldMonthly, credits, heldCredits };
  const available = limit === null ? null : availableTokens(standing);
  return { limit, usedMonthly, usedCredits, credits, held: heldMonthly + heldCredits, available };
}

function holdResult({ kind, output, lowered, charged, balance, label, reason, until, free }: Answer): HoldResult {
  switch (kind) {
    case 'held':
      return { kind, outputTokens: output, lowered, cappedInUsd: free === 1, chargedTokens: charged, balance };
    case 'short':
    case 'quota':
    case 'reserved':
      return { kind, balance };
    case 'cap':
      return { kind, departmentId: label, name: reason ?? '', balance };
    case 'concurrency':
      return { kind, limit: free };
    case 'status':
      return { kind, status: label as UserStatus, reason, until };
    case 'unknown_user':
      return { kind };
    default:
      throw unexpected(kind);
  }
}

function settleResult({ kind, userId, charged, absorbed, balance }: Answer): SettleResult {
  switch (kind) {
    case 'settled':
      return { kind, userId, chargedTokens: charged, absorbedTokens: absorbed, balance };
    case 'already':
    case 'unknown':
      return { kind };
    default:
      throw unexpected(kind);
  }
}

function moveResult({ kind, balance, free }: Answer): MoveResult {
  switch (kind) {
    case 'moved':
      return { kind, balance };
    case 'insufficient':
      return { kind, free };
    case 'other_entry':
    case 'unknown_user':
      return { kind };
    default:
      throw unexpected(kind);
  }
}

const unexpected = (kind: string) => new Error(`The ledger’s function answered "${kind}", which is no such result.`);
