/** Pure: the text of Gemini's contents, and what is in them beside text. */
import type { Attachments, CountableText, JsonObject } from './dialect.ts';
import { isObject } from './fields.ts';

/** What a file that is only referred to may bring. */
const UNSEEN_FILE_TOKENS = 128_000;
/** What searches and programs that the provider runs may add to the prompt. */
const BUILT_IN_TOOL_TOKENS = 32_000;
const TOKENS_PER_CONTENT = 4;
/**
 * Sound costs 32 tokens a second and pictures that move 300; encoded bytes of either are at least 1,000 and 3,000 a
 * second for whatever people send. See https://ai.google.dev/gemini-api/docs/tokens.
 */
const AUDIO_BYTES_PER_TOKEN = 30;
const VIDEO_BYTES_PER_TOKEN = 10;
/** The two spellings that the API takes for each member that is read. */
const READ = ['systemInstruction', 'system_instruction', 'contents', 'tools', 'toolConfig', 'tool_config'] as const;
const SCHEMAS = ['responseSchema', 'response_schema', 'responseJsonSchema', 'response_json_schema'] as const;

export function geminiAttachments(body: JsonObject): Attachments {
  let bytes = 0;
  let images = 0;
  let otherTokens = 0;
  for (const part of allParts(body)) {
    const inline = part.inlineData ?? part.inline_data;
    if (part.fileData !== undefined || part.file_data !== undefined) otherTokens += UNSEEN_FILE_TOKENS;
    if (!isObject(inline) || typeof inline.data !== 'string') continue;
    const type = String(inline.mimeType ?? inline.mime_type ?? '');
    bytes += inline.data.length;
    if (/^image\//i.test(type)) images++;
    else otherTokens += Math.ceil(inline.data.length / bytesPerToken(type));
  }
  return { bytes, images, otherTokens };
}

function bytesPerToken(type: string): number {
  if (/^audio\//i.test(type)) return AUDIO_BYTES_PER_TOKEN;
  return /^video\//i.test(type) ? VIDEO_BYTES_PER_TOKEN : 1;
}

/** What tools may add to the prompt unseen. */
export function geminiUnseenTokens({ tools }: JsonObject): number {
  let tokens = 0;
  for (const tool of Array.isArray(tools) ? tools : []) {
    if (!isObject(tool)) continue;
    const builtIn = Object.keys(tool).filter((key) => !/^function_?declarations$/i.test(key));
    tokens += builtIn.length * BUILT_IN_TOOL_TOKENS;
  }
  return tokens;
}

export function geminiPromptText(body: JsonObject): CountableText {
  const texts: string[] = [];
  for (const key of READ) collect(body[key], texts);
  const config = body.generationConfig ?? body.generation_config;
  if (isObject(config)) for (const key of SCHEMAS) if (isObject(config[key])) texts.push(JSON.stringify(config[key]));
  const contents = Array.isArray(body.contents) ? body.contents.length : 1;
  return { texts, overheadTokens: TOKENS_PER_CONTENT * (contents + 1) };
}

function collect(value: unknown, texts: string[]): void {
  if (typeof value === 'string') texts.push(value);
  else if (Array.isArray(value)) for (const one of value) collect(one, texts);
  else if (isObject(value)) {
    if (value.parts !== undefined) collect(value.parts, texts);
    else if (typeof value.text === 'string') texts.push(value.text);
    else if (!hasMedia(value)) texts.push(JSON.stringify(value));
  }
}

function hasMedia(part: JsonObject): boolean {
  return ['inlineData', 'inline_data', 'fileData', 'file_data'].some((key) => part[key] !== undefined);
}

/** Every part of every content. A content may stand alone, and so may a part. */
function* allParts(body: JsonObject): Generator<JsonObject> {
  for (const value of [body.contents, body.systemInstruction, body.system_instruction]) yield* partsIn(value);
}

function* partsIn(value: unknown): Generator<JsonObject> {
  if (Array.isArray(value)) for (const one of value) yield* partsIn(one);
  else if (isObject(value)) {
    if (value.parts === undefined) yield value;
    else yield* partsIn(value.parts);
    const answer = value.functionResponse ?? value.function_response;
    if (isObject(answer)) yield* partsIn(answer.parts);
  }
}

/** What one answer, or one piece of a streamed one, generated. */
export function candidatesText(answer: JsonObject): { text: string; images: number } {
  let text = '';
  let images = 0;
  for (const candidate of Array.isArray(answer.candidates) ? answer.candidates : []) {
    const content = isObject(candidate) && isObject(candidate.content) ? candidate.content : {};
    for (const part of Array.isArray(content.parts) ? content.parts : []) {
      if (!isObject(part)) continue;
      const call = part.functionCall;
      if (typeof part.text === 'string') text += part.text;
      else if (isObject(call)) text += String(call.name ?? '') + JSON.stringify(call.args ?? {});
      else if (isObject(part.executableCode)) text += String(part.executableCode.code ?? '');
      else if (isObject(part.inlineData)) images++;
    }
  }
  return { text, images };
}
