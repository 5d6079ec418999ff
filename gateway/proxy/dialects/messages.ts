/** Anthropic's messages: https://docs.claude.com/en/api/messages */
import type { Edit } from '../json-outline.ts';
import { anthropicErrorBody, anthropicErrorEvent } from './anthropic-error.ts';
import { BadRequestError, type Dialect, type JsonObject, type OutputChange, type RequestFacts } from './dialect.ts';
import { drawing } from './drawing.ts';
import { isObject, optionalBoolean, optionalInteger, optionalObject, requiredText } from './fields.ts';
import { openMessagesStream } from './messages-stream.ts';
import { blockText, messagesAttachments, messagesPromptText, messagesUnseenTokens } from './messages-text.ts';
import { readMessagesUsage } from './messages-usage.ts';
import { OTHER_LIMIT_MEMBERS, otherLimitEdits, refuseOtherLimits } from './other-limits.ts';
import { messagesCalls, usesEdits } from './paid-calls.ts';
import { askedTier, TIER_MEMBERS, tierOfUsage } from './service-tier.ts';
import { thinkingEdits } from './thinking.ts';

const MOST_TOKENS = 100_000_000;
const LONGEST_MODEL = 200;

/** What messages and the counting of their tokens have in common. */
export function readMessages(body: JsonObject): Pick<RequestFacts, 'model' | 'userId' | 'attachments'> {
  if (!Array.isArray(body.messages) || body.messages.length === 0) {
    throw new BadRequestError('messages: a non-empty list is required', 'messages');
  }
  // What a provider keeps between requests may be anybody's.
  for (const field of ['thread', 'container'] as const) {
    const value = body[field];
    const names = field === 'container' && isObject(value) ? value.id : value;
    if (names !== undefined && names !== null) {
      throw new BadRequestError(`${field}: this gateway does not serve requests with it`, field);
    }
  }
  const metadata = optionalObject(body, 'metadata');
  return {
    model: requiredText(body, 'model', LONGEST_MODEL),
    userId: typeof metadata?.user_id === 'string' ? metadata.user_id : null,
    attachments: messagesAttachments(body),
  };
}

function readRequest(body: JsonObject): RequestFacts {
  const common = readMessages(body);
  const outputLimit = optionalInteger(body, 'max_tokens', 0, MOST_TOKENS);
  if (outputLimit === null) throw new BadRequestError('max_tokens: Field required', 'max_tokens');
  refuseOtherLimits(body, outputLimit, 'max_tokens');
  const thinking = optionalObject(body, 'thinking');
  if (thinking) optionalInteger(thinking, 'budget_tokens', 0, MOST_TOKENS);
  return {
    ...common,
    stream: optionalBoolean(body, 'stream'),
    outputLimit,
    choices: 1,
    wantsUsage: true,
    unseenTokens: messagesUnseenTokens(body),
    paidCalls: messagesCalls(body),
    tier: askedTier(body),
    draws: drawing(body),
  };
}

function edits(body: JsonObject, { model, limit, limitCalls }: OutputChange): Edit[] {
  const result: Edit[] = [];
  if (model !== body.model) result.push({ key: 'model', value: model });
  if (limitCalls) result.push(...usesEdits(body));
  if (limit === null) return result;
  return [
    ...result,
    { key: 'max_tokens', value: limit },
    ...otherLimitEdits(body, limit),
    ...thinkingEdits(body, limit),
  ];
}

/** What lies at Anthropic, and beside other languages at LiteLLM, OpenRouter and Ollama. */
export function anthropicEndpoint(path: string) {
  return {
    endpoint: `/v1${path}`,
    paths: [`/v1${path}`],
    kinds: { anthropic: 'native', openai: 'beside' },
    keyHeaders: ['x-api-key'],
    queryParameters: ['beta'],
    forwardedHeaders: ['anthropic-version', 'anthropic-beta'],
    defaultHeaders: { 'anthropic-version': '2023-06-01' },
    destination: ({ kind, pathPrefix }, _model, { query }) => ({
      path: kind === 'anthropic' && !pathPrefix.endsWith('/v1') ? `/v1${path}` : path,
      query: query.beta === 'true' ? 'beta=true' : '',
    }),
    errorBody: anthropicErrorBody,
    errorEvent: anthropicErrorEvent,
  } satisfies Partial<Dialect>;
}

export const messagesDialect: Dialect = {
  id: 'messages',
  ...anthropicEndpoint('/messages'),
  members: [
    'model',
    'messages',
    'max_tokens',
    ...OTHER_LIMIT_MEMBERS,
    'stream',
    'metadata',
    'metadata.user_id',
    'system',
    'tools',
    'tools[].max_uses',
    'thinking',
    'thinking.type',
    'thinking.budget_tokens',
    'mcp_servers',
    'thread',
    'container',
    ...TIER_MEMBERS,
  ],
  readRequest,
  edits,
  promptText: messagesPromptText,
  readAnswer(body) {
    const answer = isObject(body) ? body : {};
    return {
      usage: readMessagesUsage(answer.usage),
      tier: isObject(answer.usage) ? tierOfUsage(answer.usage) : undefined,
      text: Array.isArray(answer.content) ? answer.content.map(blockText).join('') : '',
      failed: answer.type === 'error' || (!Array.isArray(answer.content) && isObject(answer.error)),
      foreign: !Array.isArray(answer.content),
    };
  },
  openStream: openMessagesStream,
  assistantMessage(text, request, id) {
    const usage = { input_tokens: 0, output_tokens: 0 };
    const message = { id: `msg_${id}`, type: 'message', role: 'assistant', model: request.model };
    const stop = { stop_reason: 'end_turn', stop_sequence: null };
    if (!request.stream) {
      const whole = { ...message, content: [{ type: 'text', text }], ...stop, usage };
      return { contentType: 'application/json', body: JSON.stringify(whole) };
    }
    const began = { ...message, content: [], stop_reason: null, stop_sequence: null, usage };
    const events = [
      { type: 'message_start', message: began },
      { type: 'content_block_start', index: 0, content_block: { type: 'text', text: '' } },
      { type: 'content_block_delta', index: 0, delta: { type: 'text_delta', text } },
      { type: 'content_block_stop', index: 0 },
      { type: 'message_delta', delta: stop, usage },
      { type: 'message_stop' },
    ];
    return {
      contentType: 'text/event-stream',
      body: events.map((event) => `event: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`).join(''),
    };
  },
};
