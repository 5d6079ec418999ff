/** Pure: usage as Anthropic's messages report it. Its input tokens leave out what was read from and written to the cache. */
import type { TokenUsage } from '../../ledger/port.ts';
import type { JsonObject } from './dialect.ts';
import { isObject, tokenCount } from './fields.ts';

/** A prompt does not get shorter: where translators end with zeros, what was told of it before holds. */
const OF_THE_PROMPT = new Set(['input_tokens', 'cache_read_input_tokens', 'cache_creation_input_tokens']);

/** Usage as far as it was told; later figures take the place of earlier ones, and those that are left out stay. */
export function mergeUsage(before: JsonObject, later: unknown): JsonObject {
  if (!isObject(later)) return before;
  const told = Object.entries(later).filter(
    ([key, value]) =>
      value !== null && value !== undefined && !(value === 0 && OF_THE_PROMPT.has(key) && tokenCount(before[key])),
  );
  return { ...before, ...Object.fromEntries(told) };
}

/** Null when it says nothing of tokens. An explicit 0 is a number like any other. */
export function readMessagesUsage(usage: unknown): TokenUsage | null {
  if (!isObject(usage)) return null;
  const input = tokenCount(usage.input_tokens);
  const output = tokenCount(usage.output_tokens);
  if (input === null && output === null) return null;
  const read = tokenCount(usage.cache_read_input_tokens) ?? 0;
  const written = tokenCount(usage.cache_creation_input_tokens) ?? 0;
  const byAge = isObject(usage.cache_creation) ? usage.cache_creation : {};
  const hour = Math.min(written, tokenCount(byAge.ephemeral_1h_input_tokens) ?? 0);
  const details = isObject(usage.output_tokens_details) ? usage.output_tokens_details : {};
  const compaction = compactionTokens(usage.iterations);
  const webSearches = (isObject(usage.server_tool_use) && tokenCount(usage.server_tool_use.web_search_requests)) || 0;
  const promptTokens = (input ?? 0) + read + written + compaction.input;
  const completionTokens = (output ?? 0) + compaction.output;
  return {
    promptTokens,
    completionTokens,
    cachedTokens: read,
    reasoningTokens: Math.min(completionTokens, tokenCount(details.thinking_tokens) ?? 0),
    totalTokens: promptTokens + completionTokens,
    ...(written > 0 ? { parts: { cacheWrite: written - hour, cacheWriteHour: hour } } : {}),
    ...(webSearches > 0 ? { calls: { webSearches } } : {}),
  };
}

/** Compactions are billed, but not part of the figures at the top; see "Compaction" in Anthropic's documentation. */
function compactionTokens(iterations: unknown): { input: number; output: number } {
  let input = 0;
  let output = 0;
  for (const iteration of Array.isArray(iterations) ? iterations : []) {
    if (!isObject(iteration) || (iteration.type !== 'compaction' && iteration.type !== 'advisor_message')) continue;
    for (const field of ['input_tokens', 'cache_read_input_tokens', 'cache_creation_input_tokens']) {
      input += tokenCount(iteration[field]) ?? 0;
    }
    output += tokenCount(iteration.output_tokens) ?? 0;
  }
  return { input, output };
}
