/** Pure: usage as OpenAI's image and audio endpoints report it. */
import type { TokenParts } from '../../ledger/charge.ts';
import type { TokenUsage } from '../../ledger/port.ts';
import { isObject, tokenCount, within } from './fields.ts';

/** Reads `{input_tokens, output_tokens, …}`; null when it is no such object, or counts something else than tokens. */
export function readPieceUsage(usage: unknown): TokenUsage | null {
  if (!isObject(usage) || (usage.type !== undefined && usage.type !== 'tokens')) return null;
  const input = tokenCount(usage.input_tokens);
  const output = tokenCount(usage.output_tokens);
  const total = tokenCount(usage.total_tokens);
  if (input === null && output === null && total === null) return null;
  const promptTokens = input ?? Math.max(0, (total ?? 0) - (output ?? 0));
  const completionTokens = output ?? Math.max(0, (total ?? 0) - promptTokens);
  // Both spellings are in use.
  const before = detailsOf(usage.input_tokens_details ?? usage.input_token_details);
  const after = detailsOf(usage.output_tokens_details ?? usage.output_token_details);
  const parts = {
    promptAudio: within(before.audio_tokens, promptTokens),
    promptImage: within(before.image_tokens, promptTokens),
    completionAudio: within(after.audio_tokens, completionTokens),
    completionImage: within(after.image_tokens, completionTokens),
  } satisfies TokenParts;
  return {
    promptTokens,
    completionTokens,
    cachedTokens: within(before.cached_tokens, promptTokens),
    reasoningTokens: within(after.reasoning_tokens, completionTokens),
    totalTokens: Math.max(total ?? 0, promptTokens + completionTokens),
    ...(Object.values(parts).some((tokens) => tokens > 0) ? { parts } : {}),
  };
}

/** Seconds that were listened to, where they are what is billed; null when nothing says so. */
export function readSeconds(answer: Record<string, unknown>): number | null {
  const { usage, duration } = answer;
  if (isObject(usage) && usage.type === 'duration' && isSeconds(usage.seconds)) return usage.seconds;
  const seconds = typeof duration === 'string' ? Number(duration) : duration;
  return isSeconds(seconds) ? seconds : null;
}

function isSeconds(value: unknown): value is number {
  return typeof value === 'number' && Number.isFinite(value) && value >= 0;
}

function detailsOf(details: unknown): Record<string, unknown> {
  return isObject(details) ? details : {};
}
