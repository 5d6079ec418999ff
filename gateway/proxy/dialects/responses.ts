/** OpenAI's responses: https://platform.openai.com/docs/api-reference/responses */
import type { Edit } from '../json-outline.ts';
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
import { openAiEndpoint, openAiModel } from './openai-endpoint.ts';
import { openAiErrorBody, toldWithHint } from './openai-error.ts';
import { OTHER_LIMIT_MEMBERS, otherLimitEdits, refuseOtherLimits } from './other-limits.ts';
import { responsesCalls, toolCallsEdits } from './paid-calls.ts';
import { drawnPictures, unreportedPictures } from './responses-pictures.ts';
import { containerIds, keptIds, openResponsesStream } from './responses-stream.ts';
import { outputText, responsesAttachments, responsesPromptText, responsesUnseenTokens } from './responses-text.ts';
import { readResponsesUsage } from './responses-usage.ts';
import { askedTier, namedTier, TIER_MEMBERS } from './service-tier.ts';
import { reasoningEdits } from './thinking.ts';

const MOST_TOKENS = 100_000_000;

function readRequest(body: JsonObject, target: Target): RequestFacts {
  const { input } = body;
  if (typeof input !== 'string' && !Array.isArray(input) && !isObject(body.prompt)) {
    throw new BadRequestError("'input' must be text or a list.", 'input');
  }
  if (optionalBoolean(body, 'background')) {
    throw new BadRequestError("'background' must be false: the gateway waits for what it meters.", 'background');
  }
  const outputLimit = optionalInteger(body, 'max_output_tokens', 1, MOST_TOKENS);
  refuseOtherLimits(body, outputLimit, 'max_output_tokens');
  const metadata = optionalObject(body, 'metadata');
  return {
    model: openAiModel(body, target),
    stream: optionalBoolean(body, 'stream'),
    outputLimit,
    choices: 1,
    userId: optionalText(body, 'user') || (typeof metadata?.user_id === 'string' ? metadata.user_id : null),
    wantsUsage: true,
    attachments: responsesAttachments(body),
    unseenTokens: responsesUnseenTokens(body),
    paidCalls: responsesCalls(body),
    tier: askedTier(body),
    earlier: earlierIds(body),
    conversation: conversationId(body) ?? undefined,
    draws: drawing(body),
  };
}

/** Whatever the provider brings in by its id: a response, a conversation, single items, the container of a program. */
function earlierIds(body: JsonObject): string[] {
  const ids: string[] = (Array.isArray(body.tools) ? body.tools : []).flatMap(containerIds);
  const previous = optionalText(body, 'previous_response_id');
  if (previous) ids.push(previous);
  const conversation = conversationId(body);
  if (conversation !== null) ids.push(conversation);
  for (const item of Array.isArray(body.input) ? body.input : []) {
    if (isObject(item) && isReference(item) && typeof item.id === 'string') ids.push(item.id);
  }
  return ids;
}

/** The type of a reference may be left out, and a picture is referred to by a call without its result. */
function isReference({ type, result, ...item }: JsonObject): boolean {
  if (type === 'image_generation_call') return result === undefined || result === null || result === '';
  return type === 'item_reference' || (type === undefined && !('role' in item));
}

function conversationId({ conversation }: JsonObject): string | null {
  if (conversation === undefined || conversation === null) return null;
  const id = isObject(conversation) ? conversation.id : conversation;
  if (typeof id === 'string' && id !== '') return id;
  throw new BadRequestError("'conversation' must be an id.", 'conversation');
}

function edits(body: JsonObject, { model, limit, limitCalls }: OutputChange): Edit[] {
  const result: Edit[] = [];
  if (model !== body.model) result.push({ key: 'model', value: model });
  if (limitCalls) result.push(...toolCallsEdits(body));
  if (limit === null) return result;
  result.push(
    { key: 'max_output_tokens', value: limit },
    ...otherLimitEdits(body, limit),
    ...reasoningEdits(body, limit),
  );
  return result;
}

export const responsesDialect: Dialect = {
  id: 'responses',
  ...openAiEndpoint('/responses', { deployments: false, apiVersion: '2025-04-01-preview' }),
  members: [
    'model',
    'input',
    'instructions',
    'stream',
    'background',
    'max_output_tokens',
    ...OTHER_LIMIT_MEMBERS,
    'max_tool_calls',
    'previous_response_id',
    'conversation',
    'conversation.id',
    'store',
    'tools',
    'tools[].container',
    'tools[].environment',
    'tools[].environment.container_id',
    'plugins',
    'reasoning',
    'reasoning.max_tokens',
    'prompt',
    'user',
    'metadata',
    'metadata.user_id',
    ...TIER_MEMBERS,
  ],
  forwardedHeaders: ['openai-beta'],
  readRequest,
  edits,
  promptText: responsesPromptText,
  readAnswer(body) {
    const answer = isObject(body) ? body : {};
    return {
      usage: readResponsesUsage(answer),
      tier: namedTier(answer.service_tier),
      text: outputText(answer.output),
      failed: isObject(answer.error) && !Array.isArray(answer.output),
      foreign: !Array.isArray(answer.output),
      ids: keptIds(answer),
      units: drawnPictures(answer.output),
      beside: unreportedPictures(answer),
    };
  },
  openStream: openResponsesStream,
  errorBody: openAiErrorBody,
  errorEvent(refusal) {
    const { code, param = null } = refusal;
    const message = toldWithHint(refusal);
    return `event: error\ndata: ${JSON.stringify({ type: 'error', code, message, param, sequence_number: 0 })}\n\n`;
  },
  assistantMessage,
};

/** The events that clients build a response from, in the order in which they come. */
function assistantMessage(text: string, request: RequestFacts, id: string, at: number) {
  const part = { type: 'output_text', text, annotations: [] };
  const item = { id: `msg_${id}`, type: 'message', status: 'completed', role: 'assistant', content: [part] };
  const begun = {
    id: `resp_${id}`,
    object: 'response',
    created_at: Math.floor(at / 1000),
    status: 'in_progress',
    error: null,
    incomplete_details: null,
    model: request.model,
    output: [],
    parallel_tool_calls: true,
    tool_choice: 'auto',
    tools: [],
    store: false,
    usage: null,
  };
  const usage = {
    input_tokens: 0,
    input_tokens_details: { cached_tokens: 0 },
    output_tokens: 0,
    output_tokens_details: { reasoning_tokens: 0 },
    total_tokens: 0,
  };
  const whole = { ...begun, status: 'completed', output: [item], usage };
  if (!request.stream) return { contentType: 'application/json', body: JSON.stringify(whole) };
  const place = { item_id: item.id, output_index: 0, content_index: 0 };
  const events = [
    { type: 'response.created', response: begun },
    { type: 'response.in_progress', response: begun },
    { type: 'response.output_item.added', output_index: 0, item: { ...item, status: 'in_progress', content: [] } },
    { type: 'response.content_part.added', ...place, part: { ...part, text: '' } },
    { type: 'response.output_text.delta', ...place, delta: text, logprobs: [] },
    { type: 'response.output_text.done', ...place, text, logprobs: [] },
    { type: 'response.content_part.done', ...place, part },
    { type: 'response.output_item.done', output_index: 0, item },
    { type: 'response.completed', response: whole },
  ];
  const body = events
    .map((event, number) => `event: ${event.type}\ndata: ${JSON.stringify({ ...event, sequence_number: number })}\n\n`)
    .join('');
  return { contentType: 'text/event-stream', body };
}
