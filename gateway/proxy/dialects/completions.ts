/** Legacy completions: https://platform.openai.com/docs/api-reference/completions */
import type { Edit } from '../json-outline.ts';
import { openChatStream } from './chat-stream.ts';
import { NOT_READ } from './chat-text.ts';
import { readChatUsage } from './chat-usage.ts';
import { collectMembers, collectText } from './collect-text.ts';
import type { Dialect, JsonObject, OutputChange } from './dialect.ts';
import { isObject, optionalBoolean, optionalInteger, optionalObject, optionalText } from './fields.ts';
import { NO_ATTACHMENTS } from './media.ts';
import { openAiEndpoint, openAiModel } from './openai-endpoint.ts';
import { openAiErrorBody } from './openai-error.ts';
import { modelEdits, readInput } from './openai-input.ts';
import { OTHER_LIMIT_MEMBERS, otherLimitEdits, refuseOtherLimits } from './other-limits.ts';
import { askedTier, namedTier, TIER_MEMBERS } from './service-tier.ts';

const MOST_TOKENS = 100_000_000;
const MOST_CHOICES = 128;

function edits(body: JsonObject, change: OutputChange): Edit[] {
  const result = modelEdits(body, change);
  const { limit } = change;
  const own = typeof body.max_tokens === 'number' ? body.max_tokens : null;
  if (limit !== null && (own === null || own > limit)) result.push({ key: 'max_tokens', value: limit });
  if (limit !== null) result.push(...otherLimitEdits(body, limit));
  const options = isObject(body.stream_options) ? body.stream_options : {};
  if (change.askForUsage && options.include_usage !== true) {
    result.push({ key: 'stream_options', value: { ...options, include_usage: true } });
  }
  return result;
}

export const completionsDialect: Dialect = {
  id: 'completions',
  ...openAiEndpoint('/completions', { deployments: true, apiVersion: '2024-10-21' }),
  members: [
    'model',
    'prompt',
    'suffix',
    'stream',
    'stream_options',
    'stream_options.include_usage',
    'user',
    'n',
    'best_of',
    'max_tokens',
    ...OTHER_LIMIT_MEMBERS,
    ...TIER_MEMBERS,
  ],
  forwardedHeaders: ['openai-beta'],
  readRequest(body, target) {
    // Some servers take no prompt for an empty one.
    const { prompts } = readInput(body.prompt ?? '', 'prompt');
    const n = optionalInteger(body, 'n', 1, MOST_CHOICES) ?? 1;
    const bestOf = optionalInteger(body, 'best_of', 1, MOST_CHOICES) ?? 1;
    const outputLimit = optionalInteger(body, 'max_tokens', 0, MOST_TOKENS);
    refuseOtherLimits(body, outputLimit, 'max_tokens', n);
    return {
      model: openAiModel(body, target),
      stream: optionalBoolean(body, 'stream'),
      outputLimit,
      choices: prompts * Math.max(n, bestOf),
      userId: optionalText(body, 'user'),
      wantsUsage: optionalObject(body, 'stream_options')?.include_usage === true,
      attachments: NO_ATTACHMENTS,
      tier: askedTier(body),
    };
  },
  edits,
  promptText(body) {
    const { texts, tokens } = readInput(body.prompt ?? '', 'prompt');
    // Of a chat's, but these have no messages of their own.
    const { prompt: _, messages, ...rest } = body;
    collectText(messages, texts);
    collectMembers(rest, NOT_READ, texts);
    return { texts, overheadTokens: tokens };
  },
  readAnswer(body) {
    const answer = isObject(body) ? body : {};
    const choices = Array.isArray(answer.choices) ? answer.choices : null;
    const texts = (choices ?? []).map((choice) =>
      isObject(choice) && typeof choice.text === 'string' ? choice.text : '',
    );
    return {
      usage: readChatUsage(answer.usage),
      tier: namedTier(answer.service_tier),
      text: texts.join(''),
      failed: !choices && isObject(answer.error),
      foreign: !choices || choices.some((choice) => !isObject(choice) || ('message' in choice && !('text' in choice))),
    };
  },
  openStream: (request, askedForUsage) => openChatStream('completions', !request.wantsUsage && askedForUsage),
  errorBody: openAiErrorBody,
  assistantMessage(text, request, id, at) {
    const base = { id: `cmpl-${id}`, object: 'text_completion', created: Math.floor(at / 1000), model: request.model };
    const usage = { prompt_tokens: 0, completion_tokens: 0, total_tokens: 0 };
    const choices = [{ index: 0, text, logprobs: null, finish_reason: 'stop' }];
    if (!request.stream) return { contentType: 'application/json', body: JSON.stringify({ ...base, choices, usage }) };
    const said = `data: ${JSON.stringify({ ...base, choices })}\n\n`;
    const counted = request.wantsUsage ? `data: ${JSON.stringify({ ...base, choices: [], usage })}\n\n` : '';
    return { contentType: 'text/event-stream', body: `${said}${counted}data: [DONE]\n\n` };
  },
};
