/** Pure: usage as Gemini reports it: thoughts and prompts of tools beside the rest. */
import type { TokenParts } from '../../ledger/charge.ts';
import type { TokenUsage } from '../../ledger/port.ts';
import type { ServiceTier } from '../service-tiers.ts';
import { isObject, tokenCount } from './fields.ts';
import { namedTier } from './service-tier.ts';

/** Null when it says nothing of tokens. An explicit 0 is a number like any other. */
export function readGeminiUsage(usage: unknown): TokenUsage | null {
  if (!isObject(usage)) return null;
  const prompt = tokenCount(usage.promptTokenCount);
  const candidates = tokenCount(usage.candidatesTokenCount);
  const total = tokenCount(usage.totalTokenCount);
  if (prompt === null && candidates === null && total === null) return null;
  const thoughts = tokenCount(usage.thoughtsTokenCount) ?? 0;
  const promptTokens = (prompt ?? 0) + (tokenCount(usage.toolUsePromptTokenCount) ?? 0);
  // Google leaves out zeros; what the total says beyond the rest is an answer that was not counted by itself.
  const completionTokens =
    candidates === null ? Math.max(thoughts, (total ?? 0) - promptTokens) : candidates + thoughts;
  const parts = partsOf(usage.promptTokensDetails, usage.candidatesTokensDetails);
  return {
    promptTokens,
    completionTokens,
    cachedTokens: Math.min(promptTokens, tokenCount(usage.cachedContentTokenCount) ?? 0),
    reasoningTokens: thoughts,
    totalTokens: Math.max(total ?? 0, promptTokens + completionTokens),
    ...(parts ? { parts } : {}),
  };
}

/** The tier that served, which Vertex tells as a kind of traffic. Google's own API also tells it in a header. */
export function readGeminiTier(usage: unknown): ServiceTier | undefined {
  return isObject(usage) ? (namedTier(usage.serviceTier) ?? namedTier(usage.trafficType)) : undefined;
}

function partsOf(prompt: unknown, candidates: unknown): TokenParts | null {
  const parts: TokenParts = {
    promptAudio: modality(prompt, 'AUDIO'),
    promptImage: modality(prompt, 'IMAGE'),
    completionAudio: modality(candidates, 'AUDIO'),
    completionImage: modality(candidates, 'IMAGE'),
  };
  return Object.values(parts).some((tokens) => tokens > 0) ? parts : null;
}

function modality(details: unknown, name: string): number {
  if (!Array.isArray(details)) return 0;
  const one = details.find((detail) => isObject(detail) && detail.modality === name);
  return (isObject(one) && tokenCount(one.tokenCount)) || 0;
}
