/** Pure: the text of a response's input and output, and what is in the input beside text. */
import { weighMember } from './chat-attachments.ts';
import { collectPartMember } from './chat-text.ts';
import { collectMembers, collectText } from './collect-text.ts';
import type { Attachments, CountableText, JsonObject } from './dialect.ts';
import { isObject } from './fields.ts';
import { NO_ATTACHMENTS, type Weighing, weighFile } from './media.ts';
import { PROVIDER_TOOL_TOKENS, providerToolTokens } from './provider-tools.ts';

const TOKENS_PER_ITEM = 4;
/** Members of the body that no model reads, or that are looked into below. */
const NOT_READ = new Set([
  'model',
  'input',
  'instructions',
  'text',
  'user',
  'metadata',
  'include',
  'previous_response_id',
  'conversation',
  'reasoning',
  'tool_choice',
  'truncation',
  'context_management',
  'stream_options',
  'service_tier',
  'speed',
  'safety_identifier',
  'prompt_cache_key',
  'prompt_cache_retention',
  'modalities',
  'provider',
  'route',
  'session_id',
]);
const NOT_READ_OF_TEXT = new Set(['verbosity']);
/** Members of items and of their parts that are no text. */
const NO_TEXT = new Set(['type', 'id', 'status', 'phase', 'annotations', 'logprobs', 'detail', 'cache_control']);
/** Members by which a part of this type is weighed. */
const WEIGHED: Readonly<Record<string, readonly string[]>> = {
  input_file: ['file_data', 'file_id', 'file_url'],
  input_image: ['file_id'],
};
const IMAGES = new Set(['input_image', 'computer_screenshot']);
/** Items and parts that are their members' text; all others are their JSON. */
const TEXT_OF_MEMBERS = new Set(['message', 'function_call_output', 'input_image', 'input_audio', 'input_file']);

export function responsesAttachments({ input }: JsonObject): Attachments {
  const total: Weighing = { ...NO_ATTACHMENTS };
  for (const part of partsIn(input)) {
    const { images } = total;
    for (const key in part) weighMember(key, part[key], total);
    if (part.type === 'input_file') weighFile(part.file_data, [part.file_id, part.file_url], total);
    // One that is referred to by its id.
    else if (typeof part.type === 'string' && IMAGES.has(part.type) && total.images === images) total.images++;
  }
  return total;
}

/** What tools and stored prompts may add unseen. */
export function responsesUnseenTokens(body: JsonObject): number {
  return providerToolTokens(body) + (isObject(body.prompt) ? PROVIDER_TOOL_TOKENS : 0);
}

export function responsesPromptText(body: JsonObject): CountableText {
  const { input, instructions, text } = body;
  const texts: string[] = [];
  collect(instructions, texts);
  collect(input, texts);
  if (isObject(text)) collectMembers(text, NOT_READ_OF_TEXT, texts);
  collectMembers(body, NOT_READ, texts);
  const items = Array.isArray(input) ? input.length : 1;
  return { texts, overheadTokens: TOKENS_PER_ITEM * (items + 1) };
}

/** Text as it is; messages and what else has parts by their members, without attachments; all other items as their JSON. */
function collect(value: unknown, texts: string[]): void {
  if (Array.isArray(value)) for (const one of value) collect(one, texts);
  else if (!isObject(value) || !isTextOfMembers(value)) collectText(value, texts);
  else {
    const weighed = (typeof value.type === 'string' && WEIGHED[value.type]) || [];
    for (const [key, member] of Object.entries(value)) {
      if (NO_TEXT.has(key) || weighed.includes(key)) continue;
      if (key === 'content' || key === 'output') collect(member, texts);
      else collectPartMember(key, member, texts);
    }
  }
}

function isTextOfMembers({ type, role, text }: JsonObject): boolean {
  return (
    typeof role === 'string' || typeof text === 'string' || (typeof type === 'string' && TEXT_OF_MEMBERS.has(type))
  );
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
