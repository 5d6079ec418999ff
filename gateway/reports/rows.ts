/** Pure: rows as the API shows them. */
import type { LedgerEntry, Refusal, UsageRecord } from '../contract/reports.ts';
import type { Tables } from '../db/database.ts';

type UsageRow = Tables['usageRecords']['$inferSelect'];
type LedgerRow = Tables['ledgerEntries']['$inferSelect'];
type RefusalRow = Tables['refusals']['$inferSelect'];

export function toUsageRecord(row: UsageRow): UsageRecord {
  return {
    id: row.id,
    requestId: row.id,
    userId: row.userId,
    model: row.model,
    upstream: row.upstreamId,
    endpoint: row.endpoint,
    promptTokens: row.promptTokens,
    completionTokens: row.completionTokens,
    cachedTokens: row.cachedTokens,
    reasoningTokens: row.reasoningTokens,
    cacheWriteTokens: row.cacheWriteTokens,
    audioTokens: row.audioTokens,
    imageTokens: row.imageTokens,
    totalTokens: row.totalTokens,
    chargedTokens: row.chargedTokens,
    absorbedTokens: row.absorbedTokens,
    costMicroUsd: row.costMicroUsd,
    priceKnown: row.priceKnown,
    usageSource: row.usageSource,
    outcome: row.outcome,
    statusCode: row.statusCode,
    durationMs: row.durationMs,
    firstByteMs: row.firstByteMs,
    method: row.method,
    userAgent: row.userAgent,
    ipAddress: row.ipAddress,
    errorMessage: row.errorMessage,
    createdAt: row.createdAt,
  };
}

export function toLedgerEntry(row: LedgerRow): LedgerEntry {
  const { id, userId, period, kind, monthlyDelta, creditsDelta, usedMonthlyAfter, creditsAfter } = row;
  const { usageId, operatorId, reason, details, createdAt } = row;
  return {
    id,
    userId,
    period,
    kind,
    monthlyDelta,
    creditsDelta,
    usedMonthlyAfter,
    creditsAfter,
    usageId,
    operatorId,
    reason,
    details,
    createdAt,
  };
}

export function toRefusal(row: RefusalRow): Refusal {
  const { id, minute, userId, keyId, code, statusCode, model, endpoint, message, ipAddress, requests } = row;
  const { createdAt, lastAt } = row;
  return {
    id,
    minute,
    userId,
    keyId,
    code,
    statusCode,
    model,
    endpoint,
    message,
    ipAddress,
    requests,
    createdAt,
    lastAt,
  };
}
