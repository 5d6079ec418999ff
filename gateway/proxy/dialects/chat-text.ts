/** Pure: the text that a chat's prompt and answer consist of. */
import type { CountableText, JsonObject, Units } from './dialect.ts';
import { isObject } from './fields.ts';

/**
 * What the chat format adds; source: OpenAI's cookbook, "How to count tokens with tiktoken":
 * 3 tokens a message, 1 for its name, 3 that prime the answer.
 */
const TOKENS_PER_MESSAGE = 3;
const TOKENS_PER_NAME = 1;
const PRIMING_TOKENS = 3;

/** Members of the body that no model reads. Whatever else is text or has parts may be read by some upstream. */
const NOT_READ = new Set([
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
/** Members of a content part that are no text of their own: attachments are weighed elsewhere. */
const NO_TEXT = new Set(['type', 'image_url', 'input_audio', 'file', 'cache_control']);

export function chatPromptText(body: JsonObject): CountableText {
  const texts: string[] = [];
  let overheadTokens = PRIMING_TOKENS;
  for (const message of Array.isArray(body.messages) ? body.messages : []) {
    overheadTokens += TOKENS_PER_MESSAGE;
    if (!isObject(message)) {
      collect(message, texts);
      continue;
    }
    for (const [key, value] of Object.entries(message)) {
      if (key === 'name') overheadTokens += TOKENS_PER_NAME;
      if (key === 'content' && Array.isArray(value)) for (const part of value) collectPart(part, texts);
      else collect(value, texts);
    }
  }
  for (const [key, value] of Object.entries(body)) if (!NOT_READ.has(key)) collect(value, texts);
  return { texts, overheadTokens };
}

function collectPart(part: unknown, texts: string[]): void {
  if (!isObject(part)) return collect(part, texts);
  for (const [key, value] of Object.entries(part)) if (!NO_TEXT.has(key)) collect(value, texts);
}

/** Takes text as it is, and whatever has parts as its JSON: that has more tokens than what may be in it. */
function collect(value: unknown, texts: string[]): void {
  if (typeof value === 'string') texts.push(value);
  else if (typeof value === 'object' && value !== null) texts.push(JSON.stringify(value));
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
