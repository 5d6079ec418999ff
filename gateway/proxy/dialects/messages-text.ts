/** Pure: the text of Anthropic's messages, and what is in them beside text. */
import { collectMembers, collectText } from './collect-text.ts';
import type { Attachments, CountableText, JsonObject } from './dialect.ts';
import { isObject } from './fields.ts';
import { NO_ATTACHMENTS, type Weighing, weighEncoded } from './media.ts';

/** What searches, fetched pages and programs that the provider runs may add to the prompt. */
const SERVER_TOOL_TOKENS = 32_000;
/** The system prompt that tools bring along, and the longest of Anthropic's own tool definitions. */
const TOOL_PROMPT_TOKENS = 700;
const OWN_TOOL_TOKENS = 1_000;
const SERVER_TOOLS = /^(web_search|web_fetch|code_execution|tool_search|mcp_toolset|advisor|browser)/;
/** See `chat-text.ts`: at most so many tokens around a message. */
const TOKENS_PER_MESSAGE = 4;
const DOCUMENT = 'application/pdf';
/** Members of a request that no model reads, or that are looked into below. */
const NOT_READ = new Set([
  'model',
  'system',
  'messages',
  'tools',
  'mcp_servers',
  'metadata',
  'stop_sequences',
  'stream_options',
  'thinking',
  'tool_choice',
  'context_management',
  'cache_control',
  'service_tier',
  'speed',
  'container',
  'reasoning',
  'reasoning_effort',
  'models',
  'fallbacks',
  'inference_geo',
  'betas',
  'anthropic_beta',
  'anthropic_version',
  'provider',
  'route',
  'session_id',
  'user',
]);
/** Members of content blocks that are no text. */
const NO_TEXT = new Set(['type', 'cache_control', 'citations', 'signature']);
/** Blocks that are their members' text; all others are their JSON. */
const TEXT_OF_MEMBERS = new Set(['message', 'text', 'thinking', 'image', 'document', 'tool_result']);
const ROLES = new Set(['user', 'assistant', 'system']);
/** Where the bytes of a source lie, or what leads to them. */
const PAYLOADS: Readonly<Record<string, string>> = { base64: 'data', url: 'url', file: 'file_id' };

/** Weighs every picture and document, wherever it lies. */
export function messagesAttachments(body: JsonObject): Attachments {
  const total: Weighing = { ...NO_ATTACHMENTS };
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
  if (value.type === 'container_upload') total.unseenFiles++;
  weigh(value.content, total);
}

function weighSource(block: 'image' | 'document', source: JsonObject, total: Weighing): void {
  const encoded = source.type === 'base64' && typeof source.data === 'string' ? source.data.length : null;
  const type = typeof source.media_type === 'string' ? source.media_type : 'image/*';
  if (encoded !== null) weighEncoded(encoded, block === 'image' ? type : DOCUMENT, total);
  else if (block === 'image') total.images++;
  else if (source.type === 'url' || source.type === 'file') total.unseenFiles++;
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
  for (const key of ['system', 'messages'] as const) collect(body[key], texts);
  for (const key of ['tools', 'mcp_servers'] as const) {
    const value = body[key];
    for (const one of Array.isArray(value) ? value : [value]) collectText(one, texts);
  }
  collectMembers(body, NOT_READ, texts);
  const messages = Array.isArray(body.messages) ? body.messages.length : 0;
  return { texts, overheadTokens: TOKENS_PER_MESSAGE * (messages + 1) };
}

/** Text as it is; messages and content by their members, without attachments; all else as its JSON. */
function collect(value: unknown, texts: string[]): void {
  if (Array.isArray(value)) for (const one of value) collect(one, texts);
  else if (!isObject(value) || !isTextOfMembers(value)) collectText(value, texts);
  else {
    for (const [key, member] of Object.entries(value)) {
      if (NO_TEXT.has(key) || (key === 'role' && ROLES.has(String(member)))) continue;
      if (key === 'content') collect(member, texts);
      else if (key === 'source' && isObject(member)) collectSource(member, texts);
      else collectText(member, texts);
    }
  }
}

function isTextOfMembers({ type, role }: JsonObject): boolean {
  return type === undefined ? typeof role === 'string' : typeof type === 'string' && TEXT_OF_MEMBERS.has(type);
}

/** What a source says beside the bytes that are weighed. */
function collectSource(source: JsonObject, texts: string[]): void {
  const payload = typeof source.type === 'string' ? PAYLOADS[source.type] : undefined;
  for (const [key, member] of Object.entries(source)) {
    if (key === 'type' || key === 'media_type' || (key === payload && typeof member === 'string')) continue;
    if (key === 'content') collect(member, texts);
    else collectText(member, texts);
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
