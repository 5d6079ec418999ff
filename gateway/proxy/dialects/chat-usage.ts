/** Pure: usage as chat completions report it. */
import type { TokenUsage } from '../../ledger/port.ts';
import { isObject, tokenCount } from './fields.ts';

/** Reads a `usage` object; null when it is not one. An explicit 0 is a number like any other. */
export function readChatUsage(usage: unknown): TokenUsage | null {
  if (!isObject(usage)) return null;
  const prompt = tokenCount(usage.prompt_tokens);
  const completion = tokenCount(usage.completion_tokens);
  const total = tokenCount(usage.total_tokens);
  if (prompt === null && completion === null && total === null) return null;
  const promptDetails = isObject(usage.prompt_tokens_details) ? usage.prompt_tokens_details : {};
  const completionDetails = isObject(usage.completion_tokens_details) ? usage.completion_tokens_details : {};
  const promptTokens = prompt ?? Math.max(0, (total ?? 0) - (completion ?? 0));
  const completionTokens = completion ?? Math.max(0, (total ?? 0) - promptTokens);
  return {
    promptTokens,
    completionTokens,
    cachedTokens: Math.min(promptTokens, tokenCount(promptDetails.cached_tokens) ?? 0),
    reasoningTokens: tokenCount(completionDetails.reasoning_tokens) ?? 0,
    totalTokens: Math.max(total ?? 0, promptTokens + completionTokens),
  };
}
