/** Pure: the text of a response's input and output, and what is in the input beside text. */
import type { Attachments, CountableText, JsonObject } from './dialect.ts';
import { isObject } from './fields.ts';
import { PROVIDER_TOOL_TOKENS, providerToolTokens } from './provider-tools.ts';

/** What a file that is only referred to may bring: the widest context window in use. */
const UNSEEN_FILE_TOKENS = 128_000;
/** See `chat-attachments.ts`. */
const AUDIO_BYTES_PER_TOKEN = 100;
const TOKENS_PER_ITEM = 4;

export function responsesAttachments({ input }: JsonObject): Attachments {
  let bytes = 0;
  let images = 0;
  let otherTokens = 0;
  for (const part of partsIn(input)) {
    if (part.type === 'input_image' || part.type === 'computer_screenshot') {
      images++;
      if (typeof part.image_url === 'string' && part.image_url.startsWith('data:')) bytes += part.image_url.length;
    } else if (part.type === 'input_audio' && isObject(part.input_audio) && typeof part.input_audio.data === 'string') {
      bytes += part.input_audio.data.length;
      otherTokens += Math.ceil(part.input_audio.data.length / AUDIO_BYTES_PER_TOKEN);
    } else if (part.type === 'input_file') {
      // A page costs its text and its picture; its encoded bytes are more than both for what people attach.
      const data = typeof part.file_data === 'string' ? part.file_data.length : null;
      bytes += data ?? 0;
      otherTokens += data ?? UNSEEN_FILE_TOKENS;
    }
  }
  return { bytes, images, otherTokens };
}

/** What tools and stored prompts may add unseen. */
export function responsesUnseenTokens(body: JsonObject): number {
  return providerToolTokens(body) + (isObject(body.prompt) ? PROVIDER_TOOL_TOKENS : 0);
}

export function responsesPromptText({ input, instructions, tools, text, prompt }: JsonObject): CountableText {
  const texts: string[] = [];
  collect(instructions, texts);
  collect(input, texts);
  for (const value of [tools, isObject(text) ? text.format : undefined, prompt]) {
    if (typeof value === 'object' && value !== null) texts.push(JSON.stringify(value));
  }
  const items = Array.isArray(input) ? input.length : 1;
  return { texts, overheadTokens: TOKENS_PER_ITEM * (items + 1) };
}

/** Text as it is; messages by their parts, without attachments; all other items as their JSON. */
function collect(value: unknown, texts: string[]): void {
  if (typeof value === 'string') texts.push(value);
  else if (Array.isArray(value)) for (const one of value) collect(one, texts);
  else if (isObject(value)) {
    if (typeof value.role === 'string') {
      texts.push(value.role);
      collect(value.content, texts);
    } else if (typeof value.text === 'string') texts.push(value.text);
    else if (value.type === 'function_call_output') {
      collect([value.call_id, value.output], texts);
    } else if (value.type !== 'input_image' && value.type !== 'input_audio' && value.type !== 'input_file') {
      texts.push(JSON.stringify(value));
    }
  }
}

function* partsIn(value: unknown): Generator<JsonObject> {
  if (Array.isArray(value)) for (const one of value) yield* partsIn(one);
  else if (isObject(value)) {
    yield value;
    yield* partsIn(value.content);
    yield* partsIn(value.output);
  }
}

/** The generated text of all items of an output. */
export function outputText(output: unknown): string {
  return Array.isArray(output) ? output.map(itemText).join('') : '';
}

function itemText(item: unknown): string {
  if (!isObject(item)) return '';
  let text = [item.name, item.arguments, item.input].filter((part) => typeof part === 'string').join('');
  for (const parts of [item.summary, item.content]) {
    for (const part of Array.isArray(parts) ? parts : []) {
      if (!isObject(part)) continue;
      text += [part.text, part.refusal].filter((value) => typeof value === 'string').join('');
    }
  }
  return text;
}
