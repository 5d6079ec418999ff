/** Pure: usage as chat completions report it. */
import type { TokenParts } from '../../ledger/charge.ts';
import type { TokenUsage } from '../../ledger/port.ts';
import type { JsonObject } from './dialect.ts';
import { isObject, tokenCount, within } from './fields.ts';

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
  const parts = {
    // OpenRouter's name for it, and LiteLLM's.
    cacheWrite: within(promptDetails.cache_write_tokens ?? usage.cache_creation_input_tokens, promptTokens),
    promptAudio: within(promptDetails.audio_tokens, promptTokens),
    promptImage: within(promptDetails.image_tokens, promptTokens),
    completionAudio: within(completionDetails.audio_tokens, completionTokens),
    completionImage: within(completionDetails.image_tokens, completionTokens),
  } satisfies TokenParts;
  const webSearches = searchesIn(usage);
  return {
    promptTokens,
    completionTokens,
    // OpenAI's name for it, Moonshot's, and DeepSeek's.
    cachedTokens: within(
      promptDetails.cached_tokens ?? usage.cached_tokens ?? usage.prompt_cache_hit_tokens,
      promptTokens,
    ),
    reasoningTokens: tokenCount(completionDetails.reasoning_tokens) ?? 0,
    totalTokens: Math.max(total ?? 0, promptTokens + completionTokens),
    ...(Object.values(parts).some((tokens) => tokens > 0) ? { parts } : {}),
    ...(webSearches > 0 ? { calls: { webSearches } } : {}),
  };
}

/**
 * The usage of an answer that cites pages: OpenAI's models that search do so once, and tell it in no other way.
 *
 * @param pieces messages or deltas
 */
export function withCitedSearch(usage: TokenUsage | null, pieces: readonly unknown[]): TokenUsage | null {
  if (!usage || usage.calls?.webSearches || !pieces.some(citesPages)) return usage;
  return { ...usage, calls: { ...usage.calls, webSearches: 1 } };
}

function citesPages(piece: unknown): boolean {
  const annotations = isObject(piece) && Array.isArray(piece.annotations) ? piece.annotations : [];
  return annotations.some((annotation) => isObject(annotation) && annotation.type === 'url_citation');
}

/** Searches of the web, as Perplexity counts them, as OpenRouter and LiteLLM tell of Anthropic's, and LiteLLM of Gemini's. */
function searchesIn({
  num_search_queries: queries,
  server_tool_use: tools,
  prompt_tokens_details: prompt,
}: JsonObject) {
  const told = isObject(tools) ? tools.web_search_requests : queries;
  return tokenCount(told ?? (isObject(prompt) ? prompt.web_search_requests : null)) ?? 0;
}
