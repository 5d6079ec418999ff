/** A hold and its settlement as a request of LibreChat makes them. */
import { newId } from '../../../gateway/db/ids.ts';
import type { HoldRequest, Settlement } from '../../../gateway/ledger/port.ts';

export const PERIOD = '2026-11';
export const NOW = Date.UTC(2026, 10, 20, 12);
const DAY = '2026-11-20';

let made = 0;

/** No limit of the client's own, so that the hold decides the length. Ids grow as time would make them. */
export function holdRequest(userId: string): HoldRequest {
  return {
    usageId: newId('req', NOW + Math.floor(made++ / 10)),
    userId,
    keyId: 'key_bench',
    at: NOW,
    period: PERIOD,
    wish: {
      promptTokens: 400,
      output: { explicit: null, choices: 1, modelMaximum: 16_384, cap: 16_384, minimum: 256 },
      rate: { multiplier: 1_000_000, factor: 1_000_000 },
      price: { input: 150_000, cachedInput: 75_000, output: 600_000 },
    },
    mayLower: true,
    model: 'gpt-4o-mini',
    upstreamId: 'ups_bench',
    endpoint: '/v1/chat/completions',
    method: 'POST',
    streamed: false,
    userAgent: 'bench/1.0',
    ipAddress: '127.0.0.1',
  };
}

export function settlement(usageId: string): Settlement {
  return {
    usageId,
    at: NOW,
    day: DAY,
    usage: { promptTokens: 118, completionTokens: 100, cachedTokens: 0, reasoningTokens: 0, totalTokens: 218 },
    chargedTokens: 218,
    costMicroUsd: 78,
    usageSource: 'reported',
    outcome: 'ok',
    upstreamId: 'ups_bench',
    statusCode: 200,
    durationMs: 12,
    firstByteMs: 8,
    errorMessage: null,
  };
}
