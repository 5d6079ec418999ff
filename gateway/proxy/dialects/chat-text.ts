/** Pure: the text that a chat's prompt and answer consist of. */
import { weighMember } from './chat-attachments.ts';
import { collectMembers, collectText } from './collect-text.ts';
import type { CountableText, JsonObject, Units } from './dialect.ts';
import { isObject } from './fields.ts';
import { NO_ATTACHMENTS } from './media.ts';

/**
 * What the chat format adds; source: OpenAI's cookbook, "How to count tokens with tiktoken":
 * 3 tokens a message, 1 for its name, 3 that prime the answer.
 */
const TOKENS_PER_MESSAGE = 3;
const TOKENS_PER_NAME = 1;
const PRIMING_TOKENS = 3;

/** Members of the body that no model reads. */
export const NOT_READ = new Set([
  'model',
  'messages',
  'user',
  'metadata',
  'stream_options',
  'stop',
  'reasoning',
  'reasoning_effort',
  'thinking',
  'verbosity',
  'modalities',
  'audio',
  'logit_bias',
  'service_tier',
  'safety_identifier',
  'prompt_cache_key',
  'prompt_cache_retention',
  'provider',
]);
/** Members of a content part, and of an attachment in it, that are no text. */
const NO_TEXT = new Set(['type', 'cache_control']);
const NO_TEXT_OF_ATTACHMENTS = new Set(['url', 'detail', 'data', 'format', 'file_data', 'file_id', 'file_url']);

export function chatPromptText(body: JsonObject): CountableText {
  const texts: string[] = [];
  let overheadTokens = PRIMING_TOKENS;
  for (const message of Array.isArray(body.messages) ? body.messages : []) {
    overheadTokens += TOKENS_PER_MESSAGE;
    if (!isObject(message)) {
      collectText(message, texts);
      continue;
    }
    for (const [key, value] of Object.entries(message)) {
      if (key === 'name') overheadTokens += TOKENS_PER_NAME;
      if (key === 'content' && Array.isArray(value)) for (const part of value) collectPart(part, texts);
      else collectText(value, texts);
    }
  }
  collectMembers(body, NOT_READ, texts);
  return { texts, overheadTokens };
}

function collectPart(part: unknown, texts: string[]): void {
  if (!isObject(part)) return collectText(part, texts);
  for (const [key, value] of Object.entries(part)) if (!NO_TEXT.has(key)) collectPartMember(key, value, texts);
}

/** Collects a member of a content part; of an attachment, which is weighed elsewhere, what else it says. */
export function collectPartMember(key: string, value: unknown, texts: string[]): void {
  if (!weighMember(key, value, { ...NO_ATTACHMENTS })) collectText(value, texts);
  else if (isObject(value)) collectMembers(value, NO_TEXT_OF_ATTACHMENTS, texts);
}

/** The text of all choices of a finished answer. */
export function answerText(answer: JsonObject): string {
  if (!Array.isArray(answer.choices)) return '';
  return answer.choices.map((choice) => (isObject(choice) ? pieceText(choice.message) : '')).join('');
}

/** The generated text in a message or in a streamed delta. */
export function pieceText(piece: unknown): string {
  if (!isObject(piece)) return '';
  // Some tell one and the same thought under both of its names.
  const thoughts = [memberText(piece.reasoning_content), memberText(piece.reasoning)] as const;
  let text = memberText(piece.content) + (thoughts[1].length > thoughts[0].length ? thoughts[1] : thoughts[0]);
  text += memberText(piece.refusal);
  // What was said aloud, in words.
  if (isObject(piece.audio) && typeof piece.audio.transcript === 'string') text += piece.audio.transcript;
  text += calledText(piece.function_call);
  for (const call of Array.isArray(piece.tool_calls) ? piece.tool_calls : []) {
    if (isObject(call)) text += calledText(call.function);
  }
  return text;
}

/** The pictures that are drawn in these messages or deltas, as OpenRouter and LiteLLM deliver them. */
export function drawnImages(pieces: readonly unknown[]): { units?: Units } {
  const count = pieces.reduce<number>(
    (sum, piece) => sum + (isObject(piece) && Array.isArray(piece.images) ? piece.images.length : 0),
    0,
  );
  return count === 0 ? {} : { units: { kind: 'image', count } };
}

function memberText(value: unknown): string {
  if (typeof value === 'string') return value;
  return Array.isArray(value) ? value.map(partText).join('') : '';
}

function partText(part: unknown): string {
  if (!isObject(part)) return typeof part === 'string' ? part : '';
  return typeof part.text === 'string' ? part.text : JSON.stringify(part);
}

function calledText(called: unknown): string {
  if (!isObject(called)) return '';
  return [called.name, called.arguments].filter((part) => typeof part === 'string').join('');
}
