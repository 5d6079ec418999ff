/** Chat completions, as OpenAI defined them: https://platform.openai.com/docs/api-reference/chat */
import type { Edit } from '../json-outline.ts';
import { readAttachments } from './chat-attachments.ts';
import { openChatStream } from './chat-stream.ts';
import { answerText, chatPromptText, drawnImages } from './chat-text.ts';
import { readChatUsage, withCitedSearch } from './chat-usage.ts';
import {
  BadRequestError,
  type Dialect,
  type JsonObject,
  type OutputChange,
  type RequestFacts,
  type Target,
} from './dialect.ts';
import { drawing } from './drawing.ts';
import { isObject, optionalBoolean, optionalInteger, optionalObject, optionalText } from './fields.ts';
import { NO_ATTACHMENTS } from './media.ts';
import { openAiEndpoint, openAiModel } from './openai-endpoint.ts';
import { openAiErrorBody } from './openai-error.ts';
import { OTHER_LIMIT_MEMBERS, otherLimitEdits, refuseOtherLimits } from './other-limits.ts';
import { chatCalls, usesEdits } from './paid-calls.ts';
import { providerToolTokens } from './provider-tools.ts';
import { askedTier, namedTier, TIER_MEMBERS } from './service-tier.ts';
import { reasoningEdits, thinkingEdits } from './thinking.ts';

const LIMIT_FIELDS = ['max_tokens', 'max_completion_tokens'] as const;
const MOST_TOKENS = 100_000_000;
const MOST_CHOICES = 128;

function readRequest(body: JsonObject, target: Target): RequestFacts {
  const messages = body.messages;
  if (!Array.isArray(messages) || messages.length === 0) {
    throw new BadRequestError("'messages' must be a non-empty array.", 'messages');
  }
  const limits = LIMIT_FIELDS.map((field) => optionalInteger(body, field, 1, MOST_TOKENS)).filter(
    (limit) => limit !== null,
  );
  const outputLimit = limits.length === 0 ? null : Math.max(...limits);
  const choices = optionalInteger(body, 'n', 1, MOST_CHOICES) ?? 1;
  refuseOtherLimits(body, outputLimit, 'max_tokens', choices);
  const streamOptions = optionalObject(body, 'stream_options');
  return {
    model: openAiModel(body, target),
    stream: optionalBoolean(body, 'stream'),
    outputLimit,
    choices,
    userId: optionalText(body, 'user') || metadataUser(body),
    wantsUsage: streamOptions?.include_usage === true,
    attachments: messages.some((message) => isObject(message) && Array.isArray(message.content))
      ? readAttachments(messages)
      : NO_ATTACHMENTS,
    unseenTokens: providerToolTokens(body),
    paidCalls: chatCalls(body),
    tier: askedTier(body),
    draws: drawing(body),
  };
}

function metadataUser(body: JsonObject): string | null {
  const metadata = body.metadata;
  return isObject(metadata) && typeof metadata.user_id === 'string' ? metadata.user_id : null;
}

function edits(body: JsonObject, change: OutputChange): Edit[] {
  const result: Edit[] = [];
  if (change.model !== body.model) result.push({ key: 'model', value: change.model });
  if (change.limitCalls) result.push(...usesEdits(body));
  if (change.limit !== null || typeof body.max_completion_tokens === 'number') result.push(...limitEdits(body, change));
  if (change.askForUsage) {
    const options = isObject(body.stream_options) ? body.stream_options : {};
    if (options.include_usage !== true) {
      result.push({ key: 'stream_options', value: { ...options, include_usage: true } });
    }
  }
  return result;
}

/**
 * Every limit that is present comes down; where there is none, the one that the model takes is added. The newer one alone
 * goes on under the name of the older where the upstream may not read it: whoever does not take that one says so.
 */
function limitEdits(body: JsonObject, { limit, limitField, readsOnlyLimitField }: OutputChange): Edit[] {
  const result: Edit[] = [];
  const present = LIMIT_FIELDS.filter((field) => typeof body[field] === 'number');
  for (const key of present) {
    const own = body[key] as number;
    const value = Math.min(own, limit ?? own);
    const isUnread = readsOnlyLimitField && limitField === 'max_tokens' && key !== limitField && present.length === 1;
    if (isUnread && !(limitField in body)) {
      result.push({ key, as: limitField, value });
      continue;
    }
    if (isUnread) result.push({ key: limitField, value });
    if (value < own) result.push({ key, value });
  }
  if (limit === null) return result;
  if (present.length === 0) result.push({ key: limitField, value: limit });
  result.push(...otherLimitEdits(body, limit), ...reasoningEdits(body, limit), ...thinkingEdits(body, limit));
  return result;
}

export const chatDialect: Dialect = {
  id: 'chat',
  ...openAiEndpoint('/chat/completions', { deployments: true, apiVersion: '2024-10-21' }),
  kinds: { openai: 'native', azure: 'native', demo: 'native' },
  members: [
    'model',
    'messages',
    'stream',
    'stream_options',
    'stream_options.include_usage',
    'user',
    'metadata',
    'n',
    'tools',
    'tools[].function',
    'tools[].max_uses',
    'plugins',
    'web_search_options',
    'reasoning',
    'reasoning.max_tokens',
    'thinking',
    'thinking.type',
    'thinking.budget_tokens',
    ...LIMIT_FIELDS,
    ...OTHER_LIMIT_MEMBERS,
    ...TIER_MEMBERS,
  ],
  forwardedHeaders: ['openai-beta'],
  readRequest,
  edits,
  promptText: chatPromptText,
  readAnswer(body) {
    const answer = isObject(body) ? body : {};
    const choices = Array.isArray(answer.choices) ? answer.choices : null;
    const messages = (choices ?? []).map((choice) => (isObject(choice) ? choice.message : null));
    return {
      usage: withCitedSearch(readChatUsage(answer.usage), messages),
      tier: namedTier(answer.service_tier),
      text: answerText(answer),
      ...drawnImages(messages),
      failed: !choices && isObject(answer.error),
      // Where a choice is a bare text, nothing was said that a chat's client could show.
      foreign: !choices || choices.some((choice) => !isObject(choice) || ('text' in choice && !('message' in choice))),
    };
  },
  openStream: (request, askedForUsage) =>
    openChatStream('chat', !request.wantsUsage && askedForUsage, request.paidCalls !== undefined),
  errorBody: openAiErrorBody,
  assistantMessage(text, request, id, at) {
    const base = { id: `chatcmpl-${id}`, created: Math.floor(at / 1000), model: request.model };
    const usage = { prompt_tokens: 0, completion_tokens: 0, total_tokens: 0 };
    if (!request.stream) {
      const choice = { index: 0, message: { role: 'assistant', content: text }, finish_reason: 'stop' };
      return {
        contentType: 'application/json',
        body: JSON.stringify({ ...base, object: 'chat.completion', choices: [choice], usage }),
      };
    }
    const chunk = (delta: JsonObject, finish: string | null) =>
      `data: ${JSON.stringify({ ...base, object: 'chat.completion.chunk', choices: [{ index: 0, delta, finish_reason: finish }] })}\n\n`;
    const usageChunk = `data: ${JSON.stringify({ ...base, object: 'chat.completion.chunk', choices: [], usage })}\n\n`;
    return {
      contentType: 'text/event-stream',
      body: `${chunk({ role: 'assistant', content: text }, null)}${chunk({}, 'stop')}${request.wantsUsage ? usageChunk : ''}data: [DONE]\n\n`,
    };
  },
};
