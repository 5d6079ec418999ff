/** Gemini's generateContent and streamGenerateContent: https://ai.google.dev/api/generate-content */
import type { Edit } from '../json-outline.ts';
import {
  BadRequestError,
  type Dialect,
  type JsonObject,
  type OutputChange,
  type RequestFacts,
  type Target,
} from './dialect.ts';
import { isObject, optionalInteger, optionalObject, optionalText } from './fields.ts';
import { geminiErrorBody, geminiErrorEvent } from './gemini-error.ts';
import { createGrounding } from './gemini-grounding.ts';
import { ANSWER_MEMBERS, openGeminiStream } from './gemini-stream.ts';
import { candidatesText, geminiAttachments, geminiPromptText, geminiUnseenTokens } from './gemini-text.ts';
import { readGeminiTier, readGeminiUsage } from './gemini-usage.ts';
import { geminiCalls } from './paid-calls.ts';
import { namedTier } from './service-tier.ts';

const MOST_TOKENS = 100_000_000;
const MOST_CANDIDATES = 64;
const LONGEST_MODEL = 200;

/** The API takes every member in two spellings, and here only one of them at a time. */
function either(body: JsonObject, camel: string, snake: string): { key: string; value: unknown } {
  if (body[camel] !== undefined && body[snake] !== undefined) {
    throw new BadRequestError(`'${camel}' is given twice, also as '${snake}'.`, camel);
  }
  return body[snake] === undefined ? { key: camel, value: body[camel] } : { key: snake, value: body[snake] };
}

function eitherObject(body: JsonObject, camel: string, snake: string): { key: string; value: JsonObject } {
  const { key } = either(body, camel, snake);
  return { key, value: optionalObject(body, key) ?? {} };
}

interface Limits {
  readonly outputLimit: number | null;
  readonly choices: number;
}

function readLimits(body: JsonObject): Limits {
  const { value: config } = eitherObject(body, 'generationConfig', 'generation_config');
  const limit = either(config, 'maxOutputTokens', 'max_output_tokens').key;
  const count = either(config, 'candidateCount', 'candidate_count').key;
  const { value: thinking } = eitherObject(config, 'thinkingConfig', 'thinking_config');
  optionalInteger(thinking, either(thinking, 'thinkingBudget', 'thinking_budget').key, -1, MOST_TOKENS);
  return {
    outputLimit: optionalInteger(config, limit, 1, MOST_TOKENS),
    choices: optionalInteger(config, count, 1, MOST_CANDIDATES) ?? 1,
  };
}

function readCall({ params, query }: Target): { model: string; action: string; stream: boolean } {
  const call = params.call ?? '';
  const colon = call.lastIndexOf(':');
  const model = call.slice(0, colon);
  const action = call.slice(colon + 1);
  if (model === '' || model.length > LONGEST_MODEL)
    throw new BadRequestError('The model has no name, or a too long one.');
  if (query.alt !== undefined && query.alt !== 'sse' && query.alt !== 'json') {
    throw new BadRequestError("'alt' must be 'sse' or 'json'.", 'alt');
  }
  return { model, action, stream: action === 'streamGenerateContent' };
}

function readRequest(body: JsonObject, target: Target): RequestFacts {
  const { contents } = body;
  if (contents === undefined || contents === null || (Array.isArray(contents) && contents.length === 0)) {
    throw new BadRequestError('contents is not specified', 'contents');
  }
  if (typeof contents !== 'object') throw new BadRequestError("'contents' must be a list.", 'contents');
  either(body, 'systemInstruction', 'system_instruction');
  // It lies with the operator's account: nobody can tell whose it is.
  if (either(body, 'cachedContent', 'cached_content').value) {
    throw new BadRequestError('This gateway does not serve requests with cached content.', 'cachedContent');
  }
  const { model, stream } = readCall(target);
  const named = body.model;
  if (named !== undefined && named !== null && named !== model && named !== `models/${model}`) {
    throw new BadRequestError("'model' must be the one in the path.", 'model');
  }
  return {
    model,
    stream,
    ...readLimits(body),
    userId: null,
    wantsUsage: true,
    attachments: geminiAttachments(body),
    unseenTokens: geminiUnseenTokens(body),
    paidCalls: geminiCalls(body),
    tier: namedTier(optionalText(body, either(body, 'serviceTier', 'service_tier').key)),
  };
}

function edits(body: JsonObject, { limit }: OutputChange): Edit[] {
  if (limit === null) return [];
  const { key, value: config } = eitherObject(body, 'generationConfig', 'generation_config');
  const lowered: JsonObject = { ...config, [either(config, 'maxOutputTokens', 'max_output_tokens').key]: limit };
  // Thinking is paid out of the same answer; -1 lets the model decide within the limit.
  const { key: thinkingKey, value: thinking } = eitherObject(config, 'thinkingConfig', 'thinking_config');
  const { key: budgetKey, value: budget } = either(thinking, 'thinkingBudget', 'thinking_budget');
  if (typeof budget === 'number' && budget >= limit) {
    lowered[thinkingKey] = { ...thinking, [budgetKey]: Math.max(0, limit - 1) };
  }
  return [{ key, value: lowered }];
}

const CONFIG_MEMBERS = ['generationConfig', 'generation_config'].flatMap((config) => [
  config,
  ...['maxOutputTokens', 'max_output_tokens', 'candidateCount', 'candidate_count'].map((name) => `${config}.${name}`),
  ...['thinkingConfig', 'thinking_config'].flatMap((thinking) => [
    `${config}.${thinking}`,
    `${config}.${thinking}.thinkingBudget`,
    `${config}.${thinking}.thinking_budget`,
  ]),
]);

export const geminiDialect: Dialect = {
  id: 'gemini',
  endpoint: '/v1beta/models:generateContent',
  // Google's own client speaks v1 for what has left beta; both are one at the upstream.
  paths: ['/v1beta', '/v1'].map((root) => `${root}/models/:call(^[^/]+:(?:generateContent|streamGenerateContent)$)`),
  kinds: { gemini: 'native' },
  keyHeaders: ['x-goog-api-key'],
  keyParameter: 'key',
  queryParameters: ['alt'],
  members: [
    'model',
    'contents',
    'systemInstruction',
    'system_instruction',
    'tools',
    'toolConfig',
    'tool_config',
    'cachedContent',
    'cached_content',
    'serviceTier',
    'service_tier',
    ...CONFIG_MEMBERS,
  ],
  forwardedHeaders: [],
  tierHeader: 'x-gemini-service-tier',
  destination({ pathPrefix }, model, target) {
    const { action } = readCall(target);
    const root = /\/v1(beta|alpha)?$/.test(pathPrefix) ? '' : '/v1beta';
    const path = `${root}/models/${encodeURIComponent(model)}:${action}`;
    return { path, query: target.query.alt === 'sse' ? 'alt=sse' : '' };
  },
  readRequest,
  edits,
  promptText: geminiPromptText,
  readAnswer(body) {
    const answer = isObject(body) ? body : {};
    const { text, images } = candidatesText(answer);
    const grounding = createGrounding();
    grounding.note(answer);
    return {
      usage: grounding.beside(readGeminiUsage(answer.usageMetadata)),
      tier: readGeminiTier(answer.usageMetadata),
      text,
      failed: isObject(answer.error) && !Array.isArray(answer.candidates),
      foreign: !ANSWER_MEMBERS.some((name) => name in answer),
      ...(images > 0 ? { units: { kind: 'image', count: images } } : {}),
    };
  },
  isStream: ({ stream }, contentType) => stream && /^(text\/event-stream|application\/json)\b/i.test(contentType),
  openStream: ({ choices }, _askedForUsage, contentType) =>
    openGeminiStream(choices, !/^text\/event-stream\b/i.test(contentType)),
  errorBody: geminiErrorBody,
  errorEvent: geminiErrorEvent,
  assistantMessage(text, request, id, _at, { query }) {
    const answer = JSON.stringify({
      candidates: [{ content: { parts: [{ text }], role: 'model' }, finishReason: 'STOP', index: 0 }],
      usageMetadata: { promptTokenCount: 0, candidatesTokenCount: 0, totalTokenCount: 0 },
      modelVersion: request.model,
      responseId: id,
    });
    if (!request.stream) return { contentType: 'application/json', body: answer };
    if (query.alt === 'sse') return { contentType: 'text/event-stream', body: `data: ${answer}\n\n` };
    return { contentType: 'application/json', body: `[${answer}]` };
  },
};
