/** Pure: the text that a chat's prompt and answer consist of. */
import type { CountableText, JsonObject } from './dialect.ts';
import { isObject } from './fields.ts';

/**
 * What the chat format adds; source: OpenAI's cookbook, "How to count tokens with tiktoken":
 * 3 tokens a message, 1 for its name, 3 that prime the answer.
 */
const TOKENS_PER_MESSAGE = 3;
const TOKENS_PER_NAME = 1;
const PRIMING_TOKENS = 3;

export function chatPromptText(body: JsonObject): CountableText {
  const texts: string[] = [];
  let overheadTokens = PRIMING_TOKENS;
  for (const message of Array.isArray(body.messages) ? body.messages : []) {
    if (!isObject(message)) continue;
    overheadTokens += TOKENS_PER_MESSAGE;
    for (const [key, value] of Object.entries(message)) {
      if (key === 'name') overheadTokens += TOKENS_PER_NAME;
      collect(key, value, texts);
    }
  }
  for (const key of ['tools', 'functions', 'response_format', 'prediction']) {
    if (body[key] !== undefined && body[key] !== null) texts.push(JSON.stringify(body[key]));
  }
  return { texts, overheadTokens };
}

function collect(key: string, value: unknown, texts: string[]): void {
  if (typeof value === 'string') texts.push(value);
  else if (key === 'content' && Array.isArray(value)) {
    for (const part of value) {
      if (isObject(part) && typeof part.text === 'string') texts.push(part.text);
      else if (isObject(part) && typeof part.refusal === 'string') texts.push(part.refusal);
    }
  } else if (value !== null && value !== undefined) texts.push(JSON.stringify(value));
}

/** The text of all choices of a finished answer. */
export function answerText(answer: JsonObject): string {
  if (!Array.isArray(answer.choices)) return '';
  return answer.choices.map((choice) => (isObject(choice) ? pieceText(choice.message) : '')).join('');
}

/** The generated text in a message or in a streamed delta. */
export function pieceText(piece: unknown): string {
  if (!isObject(piece)) return '';
  let text = '';
  for (const key of ['content', 'reasoning_content', 'reasoning', 'refusal']) {
    const value = piece[key];
    if (typeof value === 'string') text += value;
  }
  for (const call of Array.isArray(piece.tool_calls) ? piece.tool_calls : []) {
    if (isObject(call) && isObject(call.function)) {
      for (const part of [call.function.name, call.function.arguments]) if (typeof part === 'string') text += part;
    }
  }
  return text;
}
