/** Pure: the text of Gemini's contents, and what is in them beside text. */
import { collectMembers, collectText } from './collect-text.ts';
import type { Attachments, CountableText, JsonObject } from './dialect.ts';
import { isObject } from './fields.ts';
import { NO_ATTACHMENTS, type Weighing, weighEncoded } from './media.ts';

/** What searches and programs that the provider runs may add to the prompt. */
const BUILT_IN_TOOL_TOKENS = 32_000;
const TOKENS_PER_CONTENT = 4;
/** In either of the two spellings that the API takes for each member: those that no model reads, or that are looked into below. */
const NOT_READ = spelledTwice([
  'model',
  'contents',
  'systemInstruction',
  'tools',
  'generationConfig',
  'safetySettings',
  'cachedContent',
  'serviceTier',
  'labels',
]);
const NOT_READ_OF_CONFIG = spelledTwice([
  'stopSequences',
  'responseMimeType',
  'responseModalities',
  'thinkingConfig',
  'speechConfig',
  'imageConfig',
  'mediaResolution',
]);
/** Members of contents and parts that are no text. */
const NO_TEXT = spelledTwice(['role', 'thoughtSignature', 'videoMetadata', 'mediaResolution']);
const INLINE = spelledTwice(['inlineData']);
const BY_REFERENCE = spelledTwice(['fileData']);
const NO_TEXT_OF_MEDIA = spelledTwice(['data', 'fileUri', 'mimeType', 'displayName']);

export function geminiAttachments(body: JsonObject): Attachments {
  const total: Weighing = { ...NO_ATTACHMENTS };
  for (const part of allParts(body)) for (const key in part) weighMember(key, part[key], total);
  return total;
}

/** @returns false: it is no attachment, and what text is in it counts */
function weighMember(key: string, value: unknown, total: Weighing): boolean {
  if (BY_REFERENCE.has(key)) {
    total.unseenFiles++;
    return true;
  }
  if (!INLINE.has(key) || !isObject(value) || typeof value.data !== 'string') return false;
  weighEncoded(value.data.length, String(value.mimeType ?? value.mime_type ?? ''), total);
  return true;
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
  for (const value of [body.systemInstruction, body.system_instruction, body.contents]) collect(value, texts);
  for (const tool of Array.isArray(body.tools) ? body.tools : [body.tools]) collectText(tool, texts);
  for (const config of [body.generationConfig, body.generation_config]) {
    if (isObject(config)) collectMembers(config, NOT_READ_OF_CONFIG, texts);
  }
  collectMembers(body, NOT_READ, texts);
  const contents = Array.isArray(body.contents) ? body.contents.length : 1;
  return { texts, overheadTokens: TOKENS_PER_CONTENT * (contents + 1) };
}

/** Text as it is; contents, and parts of text or media, by their members without attachments; all other parts as their JSON. */
function collect(value: unknown, texts: string[]): void {
  if (Array.isArray(value)) for (const one of value) collect(one, texts);
  else if (!isObject(value) || !isTextOfMembers(value)) collectText(value, texts);
  else {
    for (const [key, member] of Object.entries(value)) {
      if (NO_TEXT.has(key)) continue;
      if (key === 'parts') collect(member, texts);
      else if (!weighMember(key, member, { ...NO_ATTACHMENTS })) collectText(member, texts);
      else if (isObject(member)) collectMembers(member, NO_TEXT_OF_MEDIA, texts);
    }
  }
}

function isTextOfMembers(value: JsonObject): boolean {
  if (value.parts !== undefined || typeof value.text === 'string') return true;
  return Object.keys(value).some((key) => INLINE.has(key) || BY_REFERENCE.has(key));
}

/** `maxTokens` is also taken as `max_tokens`. */
function spelledTwice(names: readonly string[]): ReadonlySet<string> {
  return new Set(names.flatMap((name) => [name, name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)]));
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
