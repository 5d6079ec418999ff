/**
 * The tokens that the mock bills: OpenAI's published rules for chat messages and tools, counted with gpt-tokenizer.
 * Long runs without a space are counted piece by piece, because the tokenizer's time grows with their square.
 */
import type { ChatAsk } from './chat-ask.ts';

export interface TokenCounter {
  /** Tokens of a text in the model's encoding; special tokens count as plain text. */
  text(text: string): number;
  /** Tokens of a chat prompt: messages, their overhead, tools and response schema. */
  prompt(ask: ChatAsk): number;
  /** The longest beginning of a text that has at most so many tokens; never ends inside a character. */
  cut(text: string, tokens: number): string;
}

interface Encoding {
  encode(text: string, options: { disallowedSpecial: Set<string> }): number[];
  decode(tokens: number[]): string;
}

const PER_MESSAGE = 3;
const REPLY_PRIMING = 3;
const PER_NAME = 1;
const LOW_DETAIL_IMAGE = 85;
const IMAGE = 765;
const OTHER_PART = 100;
/** The tool constants of OpenAI's cookbook for gpt-4o. */
const TOOL = { start: 7, properties: 3, property: 3, enumeration: -3, enumItem: 3, end: 12 };
const LONG_RUN = /\S{1000}/gu;
const PLAIN = { disallowedSpecial: new Set<string>() };

/** Loads the encodings; the returned function picks the one of a model. */
export async function loadTokenCounters(): Promise<(model: string) => TokenCounter> {
  const [o200k, cl100k] = await Promise.all([
    import('gpt-tokenizer/encoding/o200k_base'),
    import('gpt-tokenizer/encoding/cl100k_base'),
  ]);
  const modern = createCounter(o200k);
  const older = createCounter(cl100k);
  return (model) => (/^gpt-(3\.5|4(-|$))/.test(model) ? older : modern);
}

function createCounter(encoding: Encoding): TokenCounter {
  const known = new Map<string, number>();
  const text = (value: string): number => {
    const counted = known.get(value);
    if (counted !== undefined) return counted;
    let total = 0;
    for (const piece of pieces(value)) total += encoding.encode(piece, PLAIN).length;
    if (known.size < 1000) known.set(value, total);
    return total;
  };
  return {
    text,
    prompt: (ask) => promptTokens(ask, text),
    cut(value, tokens) {
      let left = tokens;
      let kept = '';
      for (const piece of pieces(value)) {
        const encoded = encoding.encode(piece, PLAIN);
        if (encoded.length > left) return kept + encoding.decode(encoded.slice(0, left)).replace(/\uFFFD+$/, '');
        kept += piece;
        left -= encoded.length;
      }
      return kept;
    },
  };
}

function pieces(text: string): string[] {
  return text.length < 1000 ? [text] : text.replace(LONG_RUN, '$&\0').split('\0');
}

function promptTokens(ask: ChatAsk, text: (value: string) => number): number {
  let total = REPLY_PRIMING;
  for (const message of ask.messages) {
    total += PER_MESSAGE + text(message.role);
    if (message.name !== null) total += PER_NAME + text(message.name);
    if (message.toolCallId !== null) total += text(message.toolCallId);
    for (const call of message.toolCalls) total += PER_MESSAGE + text(call.name) + text(call.arguments);
    for (const part of message.parts) {
      if (part.kind === 'text') total += text(part.text);
      else if (part.kind === 'image') total += part.lowDetail ? LOW_DETAIL_IMAGE : IMAGE;
      else total += OTHER_PART;
    }
  }
  if (ask.tools.length > 0) total += TOOL.end;
  for (const tool of ask.tools) total += toolTokens(tool, text);
  if (ask.responseSchema !== null) total += text(JSON.stringify(ask.responseSchema));
  return total;
}

function toolTokens(tool: ChatAsk['tools'][number], text: (value: string) => number): number {
  let total = TOOL.start + text(`${tool.name}:${tool.description.replace(/\.$/, '')}`);
  const properties = Object.entries(tool.properties);
  if (properties.length > 0) total += TOOL.properties;
  for (const [name, schema] of properties) {
    const { type = 'string', description = '', enum: values = [], ...rest } = schema;
    total += TOOL.property + text(`${name}:${String(type)}:${String(description)}`);
    if (Array.isArray(values) && values.length > 0) {
      total += TOOL.enumeration;
      for (const value of values) total += TOOL.enumItem + text(String(value));
    }
    if (Object.keys(rest).length > 0) total += text(JSON.stringify(rest));
  }
  return total;
}
