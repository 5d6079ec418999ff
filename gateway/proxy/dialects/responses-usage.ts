/** Pure: usage as OpenAI's responses report it. */
import type { PaidCalls } from '../../ledger/charge.ts';
import type { TokenUsage } from '../../ledger/port.ts';
import type { JsonObject } from './dialect.ts';
import { isObject, tokenCount } from './fields.ts';

/** Reads the usage of a response; null when it says nothing. An explicit 0 is a number like any other. */
export function readResponsesUsage(response: unknown): TokenUsage | null {
  if (!isObject(response) || !isObject(response.usage)) return null;
  const { usage } = response;
  const input = tokenCount(usage.input_tokens);
  const output = tokenCount(usage.output_tokens);
  const total = tokenCount(usage.total_tokens);
  if (input === null && output === null && total === null) return null;
  const details = isObject(usage.input_tokens_details) ? usage.input_tokens_details : {};
  const outputDetails = isObject(usage.output_tokens_details) ? usage.output_tokens_details : {};
  const drawn = pictureTokens(response);
  const promptTokens = (input ?? Math.max(0, (total ?? 0) - (output ?? 0))) + drawn.input;
  const completionTokens = (output ?? Math.max(0, (total ?? 0) - (input ?? 0))) + drawn.output;
  const written = tokenCount(details.cache_write_tokens) ?? 0;
  const parts = {
    ...(written > 0 ? { cacheWrite: written } : {}),
    ...(drawn.output > 0 ? { completionImage: drawn.output } : {}),
  };
  return {
    promptTokens,
    completionTokens,
    cachedTokens: Math.min(promptTokens, tokenCount(details.cached_tokens) ?? 0),
    reasoningTokens: tokenCount(outputDetails.reasoning_tokens) ?? 0,
    totalTokens: Math.max(drawn.input + drawn.output + (total ?? 0), promptTokens + completionTokens),
    ...(written > 0 || drawn.output > 0 ? { parts } : {}),
    ...searches(response),
  };
}

/** Searches of the web and in stored files. Pages that are opened, and what is found in them, are free. */
function searches({ output, tool_usage: used }: JsonObject): { calls?: PaidCalls } {
  const items = (Array.isArray(output) ? output : []).filter(isObject);
  const told = isObject(used) && isObject(used.web_search) ? tokenCount(used.web_search.num_requests) : null;
  const webSearches =
    told ??
    items.filter(({ type, action }) => type === 'web_search_call' && (!isObject(action) || action.type === 'search'))
      .length;
  const fileSearches = items.filter(({ type }) => type === 'file_search_call').length;
  return webSearches + fileSearches > 0 ? { calls: { webSearches, fileSearches } } : {};
}

/** What drawing a picture took is told beside the usage of the text model. */
function pictureTokens({ tool_usage: used }: JsonObject): { input: number; output: number } {
  const drawn = isObject(used) && isObject(used.image_gen) ? used.image_gen : {};
  return { input: tokenCount(drawn.input_tokens) ?? 0, output: tokenCount(drawn.output_tokens) ?? 0 };
}
