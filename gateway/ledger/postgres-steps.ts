/** The ledger's steps as the stored function takes them: see resources/migrations/pg/functions/3-ledger.sql. */
import { arrayLiteral } from '../db/postgres-arrays.ts';
import type { Statement } from '../db/postgres-pipe.ts';
import { partSums } from './charge.ts';
import type { HoldRequest, LedgerPolicy, Move, ResetUsage, Settlement } from './port.ts';

export type LedgerStep =
  | { kind: 'hold'; request: HoldRequest }
  | { kind: 'settle'; settlement: Settlement }
  | { kind: 'move'; move: Move }
  | { kind: 'reset'; reset: ResetUsage }
  | { kind: 'balance'; userId: string; period: string };

/** What one call does. */
export interface LedgerCall {
  readonly steps: readonly LedgerStep[];
  /** Holds to take back, of which nobody knows whether they were written. */
  readonly voided: readonly string[];
  readonly policy: LedgerPolicy;
  readonly gatewayId: string;
  /** Whether steps of it may have been done by a call whose answer was lost. */
  readonly retried: boolean;
}

type Value = string | number | boolean | null;
type Column<T> = readonly [name: string, type: string, value: (of: T) => Value];

const HOLD_COLUMNS: readonly Column<HoldRequest>[] = [
  ['id', 'text', ({ usageId }) => usageId],
  ['user', 'text', ({ userId }) => userId],
  ['key', 'text', ({ keyId }) => keyId],
  ['at', 'bigint', ({ at }) => at],
  ['period', 'text', ({ period }) => period],
  ['prompt', 'bigint', ({ wish }) => wish.promptTokens],
  ['explicit', 'bigint', ({ wish }) => wish.output.explicit],
  ['choices', 'bigint', ({ wish }) => wish.output.choices],
  ['maximum', 'bigint', ({ wish }) => wish.output.modelMaximum],
  ['cap', 'bigint', ({ wish }) => wish.output.cap],
  ['minimum', 'bigint', ({ wish }) => wish.output.minimum],
  ['multiplier', 'bigint', ({ wish }) => wish.rate.multiplier],
  ['factor', 'bigint', ({ wish }) => wish.rate.factor],
  ['input', 'float8', ({ wish }) => wish.price.input],
  ['output', 'float8', ({ wish }) => wish.price.output],
  ['lower', 'boolean', ({ mayLower }) => mayLower],
  ['model', 'text', ({ model }) => model],
  ['upstream', 'text', ({ upstreamId }) => upstreamId],
  ['endpoint', 'text', ({ endpoint }) => endpoint],
  ['method', 'text', ({ method }) => method],
  ['streamed', 'boolean', ({ streamed }) => streamed],
  ['agent', 'text', ({ userAgent }) => userAgent],
  ['ip', 'text', ({ ipAddress }) => ipAddress],
];

const SETTLEMENT_COLUMNS: readonly Column<Settlement>[] = [
  ['id', 'text', ({ usageId }) => usageId],
  ['at', 'bigint', ({ at }) => at],
  ['day', 'text', ({ day }) => day],
  ['prompt', 'bigint', ({ usage }) => usage.promptTokens],
  ['completion', 'bigint', ({ usage }) => usage.completionTokens],
  ['cached', 'bigint', ({ usage }) => usage.cachedTokens],
  ['reasoning', 'bigint', ({ usage }) => usage.reasoningTokens],
  ['total', 'bigint', ({ usage }) => usage.totalTokens],
  ['written', 'bigint', ({ usage }) => partSums(usage.parts).cacheWrite],
  ['audio', 'bigint', ({ usage }) => partSums(usage.parts).audio],
  ['image', 'bigint', ({ usage }) => partSums(usage.parts).image],
  ['known', 'boolean', ({ priceKnown }) => priceKnown ?? true],
  ['charged', 'bigint', ({ chargedTokens }) => chargedTokens],
  ['cost', 'bigint', ({ costMicroUsd }) => costMicroUsd],
  ['source', 'text', ({ usageSource }) => usageSource],
  ['outcome', 'text', ({ outcome }) => outcome],
  ['upstream', 'text', ({ upstreamId }) => upstreamId],
  ['status', 'bigint', ({ statusCode }) => statusCode],
  ['duration', 'bigint', ({ durationMs }) => durationMs],
  ['first', 'bigint', ({ firstByteMs }) => firstByteMs],
  ['error', 'text', ({ errorMessage }) => errorMessage],
];

/** Names and types of the function's parameters, in the order of `callParameters`. */
const PARAMETERS: readonly (readonly [name: string, type: string])[] = [
  ['h_seq', 'int[]'],
  ...HOLD_COLUMNS.map(([name, type]) => [`h_${name}`, `${type}[]`] as const),
  ['s_seq', 'int[]'],
  ...SETTLEMENT_COLUMNS.map(([name, type]) => [`s_${name}`, `${type}[]`] as const),
  ['moves', 'json'],
  ['m_user', 'text[]'],
  ['void_ids', 'text[]'],
  ['default_limit', 'bigint'],
  ['block_threshold', 'bigint'],
  ['soft', 'boolean'],
  ['gateway', 'text'],
  ['retried', 'boolean'],
];

/** The statement that runs steps. @param version is what the function's name ends with */
export function ledgerStatement(version: string): Statement {
  const named = PARAMETERS.map(([name, type], index) => `${name} => $${index + 1}::${type}`);
  const name = `solaris_ledger_${version}`;
  return { name, sql: `SELECT * FROM ${name}(${named.join(', ')})` };
}

/** The statement that gives back the holds of gateways: of those named by `$1`, or of all; `$2` is the instant. */
export function recoverStatement(version: string): Statement {
  const name = `solaris_recover_${version}`;
  return { name, sql: `SELECT * FROM ${name}($1::text[], $2::bigint)` };
}

export function callParameters({ steps, voided, policy, gatewayId, retried }: LedgerCall): unknown[] {
  const holds: HoldRequest[] = [];
  const holdPlaces: number[] = [];
  const settlements: Settlement[] = [];
  const settlementPlaces: number[] = [];
  const moves: object[] = [];
  const movedUsers: string[] = [];
  steps.forEach((step, place) => {
    if (step.kind === 'hold') {
      holds.push(step.request);
      holdPlaces.push(place);
    } else if (step.kind === 'settle') {
      settlements.push(step.settlement);
      settlementPlaces.push(place);
    } else {
      moves.push({ seq: place, ...moveArguments(step) });
      if (step.kind === 'move') movedUsers.push(step.move.userId);
      if (step.kind === 'reset') movedUsers.push(step.reset.userId);
    }
  });
  return [
    arrayLiteral(holdPlaces),
    ...HOLD_COLUMNS.map(([, , value]) => arrayLiteral(holds.map(value))),
    arrayLiteral(settlementPlaces),
    ...SETTLEMENT_COLUMNS.map(([, , value]) => arrayLiteral(settlements.map(value))),
    JSON.stringify(moves),
    arrayLiteral(movedUsers),
    arrayLiteral(voided),
    policy.defaultMonthlyLimit,
    policy.blockThreshold,
    policy.overdraft === 'soft',
    gatewayId,
    retried,
  ];
}

/** Named as the function reads them. */
function moveArguments(step: Exclude<LedgerStep, { kind: 'hold' | 'settle' }>): object {
  switch (step.kind) {
    case 'move': {
      const { entryId, userId, kind, tokens, at, period, reason, operatorId, details } = step.move;
      const rest = { kind, reason, operator: operatorId, details };
      return { kind: 'move', id: entryId, user: userId, tokens, at, period, rest };
    }
    case 'reset': {
      const { entryId, userId, at, period, reason, operatorId } = step.reset;
      const rest = { kind: 'reset', reason, operator: operatorId };
      return { kind: 'reset', id: entryId, user: userId, tokens: 0, at, period, rest };
    }
    case 'balance':
      return { kind: 'balance', user: step.userId, period: step.period };
  }
}
