/** Anthropic's messages. */
import type { Choice, Progress } from '../chat-answer.ts';
import { isObject, type JsonObject, readChatAsk } from '../chat-ask.ts';
import type { StreamItem } from '../chat-stream.ts';
import { type Knobs, toldTier, type WireUsage } from '../knobs.ts';
import { chatParts, type Wire } from './wire.ts';

const STOP_REASONS: Readonly<Record<string, string>> = { length: 'max_tokens', tool_calls: 'tool_use' };

export const messagesWire: Wire = {
  name: 'messages',
  matches: (call) => call.path.endsWith('/messages'),
  readAsk(body) {
    if (typeof body.max_tokens !== 'number') return 'max_tokens: Field required';
    return readChatAsk({
      ...body,
      messages: chatMessages(body),
      tools: chatTools(body.tools),
      stop: body.stop_sequences,
    });
  },
  body(answer, usage, knobs) {
    const [choice] = answer.choices;
    if (!choice) throw new Error('An answer without a choice');
    return {
      id: answer.id.replace('chatcmpl', 'msg'),
      type: 'message',
      role: 'assistant',
      model: answer.model,
      content: blocksOf(choice).map(({ whole }) => whole),
      stop_reason: STOP_REASONS[choice.finishReason] ?? 'end_turn',
      stop_sequence: null,
      ...(knobs.usage === 'missing' ? {} : { usage: wholeUsage(usage, knobs) }),
    };
  },
  *items(answer, _ask, knobs, usageOf): Generator<StreamItem> {
    const [choice] = answer.choices;
    if (!choice) return;
    const written: Progress[] = [{ reasoning: '', text: '', tools: '' }];
    const told = knobs.usage !== 'missing';
    const message = {
      id: answer.id.replace('chatcmpl', 'msg'),
      type: 'message',
      role: 'assistant',
      model: answer.model,
      content: [],
      stop_reason: null,
      stop_sequence: null,
      ...(told ? { usage: begunUsage(usageOf(written), knobs) } : {}),
    };
    yield { point: null, event: 'message_start', data: { type: 'message_start', message } };
    yield { point: null, event: 'ping', data: { type: 'ping' } };
    let number = 0;
    for (const [index, block] of blocksOf(choice).entries()) {
      const start = { type: 'content_block_start', index, content_block: block.start };
      yield {
        point: null,
        event: start.type,
        data: start,
        choice: 0,
        ...(block.name ? { adds: { tools: block.name } } : {}),
      };
      if (block.name) number += 1;
      for (const { delta, adds } of block.deltas) {
        const event = { type: 'content_block_delta', index, delta };
        yield { point: `chunk:${number}`, event: event.type, data: event, choice: 0, adds };
        number += 1;
        const [progress] = written;
        if (progress) for (const [key, text] of Object.entries(adds)) progress[key as keyof Progress] += text;
      }
      if (block.name && written[0]) written[0].tools = block.name + written[0].tools;
      yield { point: null, event: 'content_block_stop', data: { type: 'content_block_stop', index } };
    }
    yield { point: 'finish', data: null };
    const usage = told ? usageOf(written) : null;
    const delta = { stop_reason: STOP_REASONS[choice.finishReason] ?? 'end_turn', stop_sequence: null };
    const last = { type: 'message_delta', delta, ...(told ? { usage: finalUsage(usage, knobs) } : {}) };
    yield { point: 'usage', event: last.type, data: last, ...(usage ? { usage } : {}) };
    yield { point: 'done', event: 'message_stop', data: { type: 'message_stop' } };
  },
  errorBody: ({ status, message = 'Overloaded' }) => ({
    type: 'error',
    error: {
      type: status === 429 ? 'rate_limit_error' : status < 500 ? 'invalid_request_error' : 'api_error',
      message,
    },
    request_id: 'req_mock',
  }),
};

/** The tokens of a prompt, for the route that only counts them. */
export function messagesAsk(body: JsonObject) {
  return readChatAsk({ ...body, messages: chatMessages(body), tools: chatTools(body.tools), max_tokens: 1 });
}

function chatMessages({ system, messages }: JsonObject): object[] {
  const said = system === undefined ? [] : [{ role: 'system', content: chatParts(system) }];
  const others = Array.isArray(messages) ? messages.filter(isObject) : [];
  return [...said, ...others.map(({ role, content }) => ({ role, content: chatParts(content) }))];
}

function chatTools(tools: unknown): object[] {
  const given = Array.isArray(tools) ? tools.filter(isObject) : [];
  return given.map(({ name, description, input_schema }) => ({
    type: 'function',
    function: { name, description, parameters: input_schema },
  }));
}

interface Block {
  start: object;
  whole: object;
  /** Of a tool: it is said with the block's start. */
  name?: string;
  deltas: { delta: object; adds: Partial<Progress> }[];
}

function blocksOf(choice: Choice): Block[] {
  const blocks: Block[] = [];
  const { reasoning } = choice;
  if (reasoning !== '') {
    blocks.push({
      start: { type: 'thinking', thinking: '', signature: '' },
      whole: { type: 'thinking', thinking: reasoning, signature: 'c2lnbmF0dXJl' },
      deltas: [{ delta: { type: 'thinking_delta', thinking: reasoning }, adds: { reasoning } }],
    });
  }
  if (choice.pieces.length > 0) {
    blocks.push({
      start: { type: 'text', text: '' },
      whole: { type: 'text', text: choice.pieces.join('') },
      deltas: choice.pieces.map((text) => ({ delta: { type: 'text_delta', text }, adds: { text } })),
    });
  }
  for (const { id, name, arguments: given } of choice.toolCalls) {
    const half = Math.ceil(given.length / 2);
    blocks.push({
      start: { type: 'tool_use', id, name, input: {} },
      whole: { type: 'tool_use', id, name, input: JSON.parse(given) },
      name,
      deltas: [given.slice(0, half), given.slice(half)].map((tools) => ({
        delta: { type: 'input_json_delta', partial_json: tools },
        adds: { tools },
      })),
    });
  }
  return blocks;
}

/** Anthropic counts what is read from and written to the cache apart from the rest of the input. */
function inputUsage(usage: WireUsage | null, knobs: Knobs): JsonObject {
  const cached = usage?.prompt_tokens_details?.cached_tokens ?? 0;
  const written = usage?.prompt_tokens ? (knobs.cacheWriteTokens ?? 0) : 0;
  const prompt = usage?.prompt_tokens;
  return {
    input_tokens: typeof prompt === 'number' ? prompt - cached - written : null,
    cache_creation_input_tokens: written,
    cache_read_input_tokens: cached,
    cache_creation: { ephemeral_5m_input_tokens: written, ephemeral_1h_input_tokens: 0 },
  };
}

function begunUsage(usage: WireUsage | null, knobs: Knobs): JsonObject | null {
  return usage && { ...inputUsage(usage, knobs), output_tokens: usage.prompt_tokens ? 1 : 0, ...served(knobs) };
}

function finalUsage(usage: WireUsage | null, knobs: Knobs): JsonObject | null {
  if (!usage) return null;
  const thinking = usage.completion_tokens_details?.reasoning_tokens;
  const details = thinking ? { output_tokens_details: { thinking_tokens: thinking } } : {};
  return { ...inputUsage(usage, knobs), output_tokens: usage.completion_tokens, ...details };
}

function wholeUsage(usage: WireUsage | null, knobs: Knobs): JsonObject | null {
  const final = finalUsage(usage, knobs);
  return final && { ...final, ...served(knobs) };
}

function served(knobs: Knobs): JsonObject {
  return { ...toldTier(knobs, 'standard'), ...(knobs.speed === undefined ? {} : { speed: knobs.speed }) };
}
