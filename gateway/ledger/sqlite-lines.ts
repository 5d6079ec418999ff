/**
 * Pure: what the ledger's journal says of a request, a line for its hold and one for its settlement, and the rows that
 * follow. A line may be read by a later version than the one that wrote it: whoever changes it reads the old ones, too.
 */
import { partSums } from './charge.ts';
import { debitEntryId } from './debit-id.ts';
import type { HoldRequest, KeptAnswer, Settlement } from './port.ts';

export interface HoldLine extends Omit<HoldRequest, 'wish' | 'mayLower'> {
  readonly kind: 'hold';
  readonly departmentId: string | null;
  readonly gatewayId: string;
  /** What is reserved: tokens of the month, tokens of the credits, and their cost. */
  readonly monthly: number;
  readonly credits: number;
  readonly costMicroUsd: number;
}

export interface SettleLine {
  readonly kind: 'settle';
  readonly settlement: Settlement;
  /** How the charge fell on the month and the credits, and what neither covered. */
  readonly monthly: number;
  readonly credits: number;
  readonly absorbed: number;
  /** The user's figures with it. */
  readonly usedMonthlyAfter: number;
  readonly creditsAfter: number;
}

export interface KeepLine {
  readonly kind: 'keep';
  readonly answers: readonly KeptAnswer[];
}

export type LedgerLine = HoldLine | SettleLine | KeepLine;
export type Value = string | number | null;

/** Values of `OPENING_COLUMNS`. @throws TypeError when a row of it could not be written */
export function openingValues(line: HoldLine): Value[] {
  return checked(
    [
      line.usageId,
      line.userId,
      line.departmentId,
      line.keyId,
      line.period,
      line.model,
      line.endpoint,
      line.method,
      line.streamed ? 1 : 0,
      line.monthly + line.credits,
      line.userAgent,
      line.ipAddress,
      line.at,
    ],
    [2, 10, 11],
  );
}

/** Values of `HOLD_COLUMNS`. @throws TypeError when a row of it could not be written */
export function holdValues(line: HoldLine): Value[] {
  return checked(
    [
      line.usageId,
      line.userId,
      line.departmentId,
      line.period,
      line.monthly,
      line.credits,
      line.costMicroUsd,
      line.gatewayId,
      line.at,
    ],
    [2],
  );
}

/** Values of `SETTLED_COLUMNS`. @throws TypeError when a row of it could not be written */
export function settledValues({ settlement, monthly, credits, absorbed }: SettleLine): Value[] {
  const { usage } = settlement;
  const { cacheWrite, audio, image } = usage.parts ? partSums(usage.parts) : NO_PARTS;
  return checked(
    [
      settlement.upstreamId,
      settlement.outcome,
      usage.promptTokens,
      usage.completionTokens,
      usage.cachedTokens,
      usage.reasoningTokens,
      cacheWrite,
      audio,
      image,
      usage.totalTokens,
      monthly + credits,
      absorbed,
      settlement.costMicroUsd,
      (settlement.priceKnown ?? true) ? 1 : 0,
      settlement.usageSource,
      settlement.statusCode,
      settlement.durationMs,
      settlement.firstByteMs,
      settlement.errorMessage,
      settlement.at,
    ],
    [15, 17, 18],
  );
}

/** Values of `ENTRY_COLUMNS`, of the debit. */
export function debitValues(line: SettleLine, userId: string, period: string): Value[] {
  const { usageId, at } = line.settlement;
  return [
    debitEntryId(usageId),
    userId,
    period,
    'debit',
    line.monthly,
    -line.credits,
    line.usedMonthlyAfter,
    line.creditsAfter,
    usageId,
    null,
    null,
    null,
    at,
  ];
}

/** Values of `KEPT_COLUMNS`. @throws TypeError when a row of it could not be written */
export function keptValues({ idHash, userId, tokens, upstreamId, updatedAt }: KeptAnswer): Value[] {
  return checked([idHash, userId, tokens, upstreamId, updatedAt], []);
}

/** What roll-ups add up, in the order in which the statements take it. */
export function rollUpFigures({ settlement, monthly, credits, absorbed }: SettleLine): number[] {
  const { usage, outcome, costMicroUsd, durationMs, firstByteMs } = settlement;
  const failed = outcome === 'upstream_broke' || outcome === 'upstream_error' || outcome === 'interrupted';
  return [
    1,
    failed ? 1 : 0,
    usage.promptTokens,
    usage.completionTokens,
    usage.cachedTokens,
    usage.reasoningTokens,
    usage.totalTokens,
    monthly + credits,
    absorbed,
    costMicroUsd,
    durationMs,
    firstByteMs ?? 0,
  ];
}

const NO_PARTS = partSums();

/**
 * A line that is committed is posted later, together with others: what the tables would not take is refused before.
 *
 * @param nullable places at which there may be nothing
 */
function checked(values: readonly (Value | undefined)[], nullable: readonly number[]): Value[] {
  values.forEach((value, place) => {
    const isValid =
      typeof value === 'string' || Number.isSafeInteger(value) || (value === null && nullable.includes(place));
    if (!isValid) throw new TypeError(`The ledger cannot write ${String(value)} (value ${place} of a row).`);
  });
  return values as Value[];
}
