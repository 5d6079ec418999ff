/** What the bench's mock answers on other wires than chat completions: fixed bytes, with the same text and usage. */
import { ANSWER_TEXT, STREAM_CHUNKS, USAGE } from './messages.ts';

export type BenchWire = 'chat' | 'messages' | 'responses';

export interface WireAnswers {
  readonly path: string;
  /** The body of a request whose prompt is this. */
  body(prompt: string, streamed: boolean): object;
  readonly json: string;
  /** All events of a stream, the last one included. */
  readonly events: readonly string[];
}

const CREATED = 1_700_000_000;
const MESSAGES_MODEL = 'claude-sonnet-4-6';
const RESPONSES_MODEL = 'gpt-4o-mini';
const words = Array.from({ length: STREAM_CHUNKS - 2 }, (_, index) => ` word${index}`);

function event(data: { type: string } & Record<string, unknown>): string {
  return `event: ${data.type}\ndata: ${JSON.stringify(data)}\n\n`;
}

function messages(): WireAnswers {
  const message = { id: 'msg_bench', type: 'message', role: 'assistant', model: MESSAGES_MODEL };
  const stop = { stop_reason: 'end_turn', stop_sequence: null };
  const usage = { input_tokens: USAGE.prompt_tokens, output_tokens: USAGE.completion_tokens };
  const begun = { ...message, content: [], stop_reason: null, usage: { ...usage, output_tokens: 1 } };
  return {
    path: '/v1/messages',
    body: (prompt, stream) => ({
      model: MESSAGES_MODEL,
      max_tokens: 1_024,
      system: 'You are a helpful assistant. Answer briefly.',
      messages: [{ role: 'user', content: prompt }],
      ...(stream ? { stream } : {}),
    }),
    json: JSON.stringify({ ...message, content: [{ type: 'text', text: ANSWER_TEXT }], ...stop, usage }),
    events: [
      event({ type: 'message_start', message: begun }),
      event({ type: 'content_block_start', index: 0, content_block: { type: 'text', text: '' } }),
      ...words.map((text) => event({ type: 'content_block_delta', index: 0, delta: { type: 'text_delta', text } })),
      event({ type: 'content_block_stop', index: 0 }),
      event({ type: 'message_delta', delta: stop, usage }),
      event({ type: 'message_stop' }),
    ],
  };
}

function responses(): WireAnswers {
  const begun = { id: 'resp_bench', object: 'response', created_at: CREATED, model: RESPONSES_MODEL, store: false };
  const part = { type: 'output_text', text: ANSWER_TEXT, annotations: [] };
  const item = { id: 'msg_bench', type: 'message', status: 'completed', role: 'assistant', content: [part] };
  const usage = {
    input_tokens: USAGE.prompt_tokens,
    input_tokens_details: { cached_tokens: 0 },
    output_tokens: USAGE.completion_tokens,
    output_tokens_details: { reasoning_tokens: 0 },
    total_tokens: USAGE.total_tokens,
  };
  const whole = { ...begun, status: 'completed', output: [item], usage };
  const place = { item_id: item.id, output_index: 0, content_index: 0 };
  return {
    path: '/v1/responses',
    body: (prompt, stream) => ({
      model: RESPONSES_MODEL,
      instructions: 'You are a helpful assistant. Answer briefly.',
      input: prompt,
      store: false,
      ...(stream ? { stream } : {}),
    }),
    json: JSON.stringify(whole),
    events: [
      event({ type: 'response.created', response: { ...begun, status: 'in_progress', output: [], usage: null } }),
      ...words.map((delta, number) =>
        event({ type: 'response.output_text.delta', ...place, delta, sequence_number: number + 1 }),
      ),
      event({ type: 'response.completed', response: whole, sequence_number: words.length + 1 }),
    ],
  };
}

export const OTHER_WIRES: Readonly<Record<Exclude<BenchWire, 'chat'>, WireAnswers>> = {
  messages: messages(),
  responses: responses(),
};
