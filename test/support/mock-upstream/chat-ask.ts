/** Reads a chat completion request the way a provider does: strictly where it matters, deaf to what it does not know. */
export interface ChatAsk {
  model: string;
  messages: ChatMessage[];
  stream: boolean;
  includeUsage: boolean;
  /** The lower of `max_tokens` and `max_completion_tokens`; null without either. Per choice. */
  maxTokens: number | null;
  choices: number;
  stop: string[];
  tools: { name: string; description: string; properties: Record<string, JsonObject> }[];
  responseSchema: JsonObject | null;
}

interface ChatMessage {
  role: string;
  name: string | null;
  toolCallId: string | null;
  parts: ChatPart[];
  toolCalls: { name: string; arguments: string }[];
}

type ChatPart = { kind: 'text'; text: string } | { kind: 'image'; lowDetail: boolean } | { kind: 'other' };

export type JsonObject = { [key: string]: unknown };

/** @returns the request, or the sentence that a provider would refuse it with */
export function readChatAsk(body: JsonObject): ChatAsk | string {
  if (typeof body.model !== 'string' || body.model === '') return 'you must provide a model parameter';
  if (!Array.isArray(body.messages) || body.messages.length === 0) {
    return "Missing required parameter: 'messages'.";
  }
  const limits = [body.max_tokens, body.max_completion_tokens].filter((limit) => limit !== undefined && limit !== null);
  for (const limit of limits) {
    if (typeof limit !== 'number' || !Number.isInteger(limit) || limit < 1) {
      return `Invalid 'max_tokens': integer below minimum value. Expected a value >= 1, but got ${String(limit)} instead.`;
    }
  }
  const schema = isObject(body.response_format) ? body.response_format.json_schema : null;
  return {
    model: body.model,
    messages: body.messages.filter(isObject).map(readMessage),
    stream: body.stream === true,
    includeUsage: isObject(body.stream_options) && body.stream_options.include_usage === true,
    maxTokens: limits.length === 0 ? null : Math.min(...limits.map(Number)),
    choices: typeof body.n === 'number' ? body.n : 1,
    stop: (Array.isArray(body.stop) ? body.stop : [body.stop]).filter(isText),
    tools: (Array.isArray(body.tools) ? body.tools : []).filter(isObject).map(readTool),
    responseSchema: isObject(schema) ? schema : null,
  };
}

function readMessage(message: JsonObject): ChatMessage {
  const calls = Array.isArray(message.tool_calls) ? message.tool_calls.filter(isObject) : [];
  return {
    role: textOr(message.role, ''),
    name: textOr(message.name, null),
    toolCallId: textOr(message.tool_call_id, null),
    parts: readParts(message.content),
    toolCalls: calls.map((call) => {
      const called = isObject(call.function) ? call.function : {};
      return { name: textOr(called.name, ''), arguments: textOr(called.arguments, '') };
    }),
  };
}

function readParts(content: unknown): ChatPart[] {
  if (typeof content === 'string') return [{ kind: 'text', text: content }];
  if (!Array.isArray(content)) return [];
  return content.filter(isObject).map((part): ChatPart => {
    if (typeof part.text === 'string') return { kind: 'text', text: part.text };
    if (!isObject(part.image_url)) return { kind: 'other' };
    return { kind: 'image', lowDetail: part.image_url.detail === 'low' };
  });
}

function readTool(tool: JsonObject): ChatAsk['tools'][number] {
  const called = isObject(tool.function) ? tool.function : {};
  const schema = isObject(called.parameters) ? called.parameters : {};
  const properties = isObject(schema.properties) ? schema.properties : {};
  return {
    name: textOr(called.name, ''),
    description: textOr(called.description, ''),
    properties: Object.fromEntries(Object.entries(properties).map(([name, of]) => [name, isObject(of) ? of : {}])),
  };
}

function isText(value: unknown): value is string {
  return typeof value === 'string' && value !== '';
}

function textOr<Other>(value: unknown, other: Other): string | Other {
  return typeof value === 'string' ? value : other;
}

export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
