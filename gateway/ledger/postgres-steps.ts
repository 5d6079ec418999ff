/** The ledger's steps as the stored function takes them: see resources/migrations/pg/functions/3-ledger.sql. */
import { partSums } from './charge.ts';
import type { HoldRequest, LedgerPolicy, Move, ResetUsage, Settlement } from './port.ts';

export type LedgerStep =
  | { kind: 'hold'; request: HoldRequest }
  | { kind: 'settle'; settlement: Settlement }
  | { kind: 'move'; move: Move }
  | { kind: 'reset'; reset: ResetUsage }
  | { kind: 'balance'; userId: string; period: string }
  /** Takes back a hold of which nobody knows whether it was written. */
  | { kind: 'void'; usageId: string };

/** The parameters of one call, in the function's order. */
export function callParameters(
  steps: readonly LedgerStep[],
  { defaultMonthlyLimit, blockThreshold, overdraft }: LedgerPolicy,
  gatewayId: string,
  retried: boolean,
): unknown[] {
  const userIds = new Set<string>();
  const usageIds: string[] = [];
  const periods = new Set<string>();
  for (const step of steps) {
    if (step.kind === 'hold') userIds.add(step.request.userId);
    else if (step.kind === 'move') userIds.add(step.move.userId);
    else if (step.kind === 'reset') userIds.add(step.reset.userId);
    else if (step.kind === 'settle') usageIds.push(step.settlement.usageId);
    else if (step.kind === 'void') usageIds.push(step.usageId);
    if (step.kind === 'hold') periods.add(step.request.period);
  }
  const texts = JSON.stringify(steps.map(argumentsOf));
  const soft = overdraft === 'soft';
  return [texts, [...userIds], usageIds, [...periods], defaultMonthlyLimit, blockThreshold, soft, gatewayId, retried];
}

/** Named as the function's record of a step names them. */
function argumentsOf(step: LedgerStep): Record<string, unknown> {
  switch (step.kind) {
    case 'hold':
      return holdArguments(step.request);
    case 'settle':
      return settleArguments(step.settlement);
    case 'move': {
      const { entryId, userId, kind, tokens, at, period, reason, operatorId, details } = step.move;
      return {
        kind: 'move',
        id: entryId,
        user: userId,
        move: kind,
        tokens,
        at,
        period,
        reason,
        operator: operatorId,
        details,
      };
    }
    case 'reset': {
      const { entryId, userId, at, period, reason, operatorId } = step.reset;
      return {
        kind: 'reset',
        id: entryId,
        user: userId,
        move: 'reset',
        tokens: 0,
        at,
        period,
        reason,
        operator: operatorId,
      };
    }
    case 'balance':
      return { kind: 'balance', user: step.userId, period: step.period };
    case 'void':
      return { kind: 'void', id: step.usageId };
  }
}

function holdArguments({ wish, ...request }: HoldRequest): Record<string, unknown> {
  const { explicit, choices, modelMaximum, cap, minimum } = wish.output;
  return {
    kind: 'hold',
    id: request.usageId,
    user: request.userId,
    key: request.keyId,
    at: request.at,
    period: request.period,
    prompt: wish.promptTokens,
    explicit,
    choices,
    maximum: modelMaximum,
    cap,
    minimum,
    multiplier: wish.rate.multiplier,
    factor: wish.rate.factor,
    input: wish.price.input,
    output: wish.price.output,
    lower: request.mayLower,
    model: request.model,
    upstream: request.upstreamId,
    endpoint: request.endpoint,
    method: request.method,
    streamed: request.streamed,
    agent: request.userAgent,
    ip: request.ipAddress,
  };
}

function settleArguments({ usage, ...settlement }: Settlement): Record<string, unknown> {
  const { cacheWrite, audio, image } = partSums(usage.parts);
  return {
    kind: 'settle',
    id: settlement.usageId,
    at: settlement.at,
    day: settlement.day,
    prompt: usage.promptTokens,
    completion: usage.completionTokens,
    cached: usage.cachedTokens,
    reasoning: usage.reasoningTokens,
    total: usage.totalTokens,
    written: cacheWrite,
    audio,
    image,
    known: settlement.priceKnown ?? true,
    charged: settlement.chargedTokens,
    cost: settlement.costMicroUsd,
    source: settlement.usageSource,
    outcome: settlement.outcome,
    upstream: settlement.upstreamId,
    status: settlement.statusCode,
    duration: settlement.durationMs,
    first: settlement.firstByteMs,
    error: settlement.errorMessage,
  };
}
