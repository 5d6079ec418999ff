/** Pure: the text of Anthropic's messages, and what is in them beside text. */
import type { Attachments, CountableText, JsonObject } from './dialect.ts';
import { isObject } from './fields.ts';

/** What a document that is only referred to may bring: the widest context window in use. */
const UNSEEN_FILE_TOKENS = 128_000;
/** What searches, fetched pages and programs that the provider runs may add to the prompt. */
const SERVER_TOOL_TOKENS = 32_000;
/** The system prompt that tools bring along, and the longest of Anthropic's own tool definitions. */
const TOOL_PROMPT_TOKENS = 700;
const OWN_TOOL_TOKENS = 1_000;
const SERVER_TOOLS = /^(web_search|web_fetch|code_execution|tool_search|mcp_toolset|advisor|browser)/;
/** See `chat-text.ts`: at most so many tokens around a message. */
const TOKENS_PER_MESSAGE = 4;
/** Members of a request that no model reads. */
const READ = ['system', 'messages', 'tools', 'output_config', 'output_format', 'mcp_servers'] as const;

interface Weighing {
  bytes: number;
  images: number;
  otherTokens: number;
}

/** Weighs every picture and document, wherever it lies. */
export function messagesAttachments(body: JsonObject): Attachments {
  const total: Weighing = { bytes: 0, images: 0, otherTokens: 0 };
  for (const key of ['messages', 'system'] as const) weigh(body[key], total);
  return total;
}

/** Only what can hold an attachment is looked into: content and the results of tools. */
function weigh(value: unknown, total: Weighing): void {
  if (Array.isArray(value)) {
    for (const one of value) weigh(one, total);
    return;
  }
  if (!isObject(value)) return;
  if ((value.type === 'image' || value.type === 'document') && isObject(value.source)) {
    weighSource(value.type, value.source, total);
  }
  if (value.type === 'container_upload') total.otherTokens += UNSEEN_FILE_TOKENS;
  weigh(value.content, total);
}

function weighSource(type: 'image' | 'document', source: JsonObject, total: Weighing): void {
  const encoded = source.type === 'base64' && typeof source.data === 'string' ? source.data.length : null;
  if (type === 'image') total.images++;
  if (encoded !== null) total.bytes += encoded;
  // A page costs its text and its picture; its encoded bytes are more than both for what people attach.
  if (type === 'document' && encoded !== null) total.otherTokens += encoded;
  if (type === 'document' && (source.type === 'url' || source.type === 'file')) total.otherTokens += UNSEEN_FILE_TOKENS;
  weigh(source.content, total);
}

/** What tools may add to the prompt unseen. */
export function messagesUnseenTokens({ tools, mcp_servers: servers }: JsonObject): number {
  const given = Array.isArray(tools) ? tools : [];
  let tokens = given.length > 0 ? TOOL_PROMPT_TOKENS : 0;
  for (const tool of given) {
    const type = isObject(tool) && typeof tool.type === 'string' ? tool.type : 'custom';
    if (type !== 'custom') tokens += SERVER_TOOLS.test(type) ? SERVER_TOOL_TOKENS : OWN_TOOL_TOKENS;
  }
  return tokens + (Array.isArray(servers) ? servers.length * SERVER_TOOL_TOKENS : 0);
}

export function messagesPromptText(body: JsonObject): CountableText {
  const texts: string[] = [];
  for (const key of READ) collect(body[key], texts);
  const messages = Array.isArray(body.messages) ? body.messages.length : 0;
  return { texts, overheadTokens: TOKENS_PER_MESSAGE * (messages + 1) };
}

/** Text as it is; content by its parts, without attachments; all else as its JSON. */
function collect(value: unknown, texts: string[]): void {
  if (typeof value === 'string') texts.push(value);
  else if (Array.isArray(value)) for (const one of value) collect(one, texts);
  else if (isObject(value)) collectObject(value, texts);
}

function collectObject(value: JsonObject, texts: string[]): void {
  if (typeof value.role === 'string') return collect(value.content, texts);
  switch (value.type) {
    case 'text':
      return collect(value.text, texts);
    case 'thinking':
      return collect(value.thinking, texts);
    case 'image':
      return;
    case 'document': {
      const source = isObject(value.source) ? value.source : {};
      if (source.type === 'text') collect(source.data, texts);
      for (const part of [source.content, value.title, value.context]) collect(part, texts);
      return;
    }
    case 'tool_result':
      collect(value.tool_use_id, texts);
      return collect(value.content, texts);
    default:
      texts.push(JSON.stringify(value));
  }
}

/** The generated text of a content block. */
export function blockText(block: unknown): string {
  if (!isObject(block)) return '';
  const parts = [block.thinking, block.text].filter((part) => typeof part === 'string');
  if (typeof block.name === 'string' && 'input' in block) {
    parts.push(block.name);
    if (isObject(block.input) && Object.keys(block.input).length > 0) parts.push(JSON.stringify(block.input));
  }
  return parts.join('');
}
