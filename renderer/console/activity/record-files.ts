import type { RECORD_COLUMNS } from '../../../gateway/contract/exports.ts';

/** What the columns of a list of requests are in a file. */
export const RECORD_FILES: Record<string, readonly (typeof RECORD_COLUMNS)[number][]> = {
  outcome: ['usageSource', 'outcome'],
  tokens: [
    'promptTokens',
    'completionTokens',
    'cachedTokens',
    'reasoningTokens',
    'totalTokens',
    'chargedTokens',
    'absorbedTokens',
  ],
  cost: ['costUsd'],
  duration: ['duration', 'firstByte'],
};
