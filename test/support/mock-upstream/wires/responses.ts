/** OpenAI's responses. */
import type { Answer, Choice, Progress } from '../chat-answer.ts';
import { isObject, type JsonObject, readChatAsk } from '../chat-ask.ts';
import type { StreamItem } from '../chat-stream.ts';
import { type Knobs, toldTier, type WireUsage } from '../knobs.ts';
import { chatParts, type Wire } from './wire.ts';

export const responsesWire: Wire = {
  name: 'responses',
  matches: (call) => call.path.endsWith('/responses'),
  readAsk(body) {
    const { max_output_tokens: limit, tools } = body;
    return readChatAsk({ ...body, messages: chatMessages(body), max_tokens: limit, tools: chatTools(tools) });
  },
  body: (answer, usage, knobs) => wholeResponse(answer, firstOf(answer), usage, knobs),
  *items(answer, _ask, knobs, usageOf): Generator<StreamItem> {
    const choice = firstOf(answer);
    const progress: Progress = { reasoning: '', text: '', tools: '' };
    let sequence = 0;
    let number = 0;
    const item = (type: string, more: object): Pick<StreamItem, 'event' | 'data' | 'point'> => {
      return { point: null, event: type, data: { type, ...more, sequence_number: sequence++ } };
    };
    const delta = (type: string, place: object, text: string, adds: Partial<Progress>): StreamItem => {
      for (const [key, value] of Object.entries(adds)) progress[key as keyof Progress] += value;
      return { ...item(type, { ...place, delta: text }), point: `chunk:${number++}`, choice: 0, adds };
    };
    // Which tier serves is told at the end alone.
    const undecided = { ...knobs, serviceTier: 'auto' };
    const begun = { ...wholeResponse(answer, choice, null, undecided), status: 'in_progress', output: [], usage: null };
    yield item('response.created', { response: begun });
    yield item('response.in_progress', { response: begun });
    for (const [index, output] of outputOf(answer, choice).entries()) {
      const place = { item_id: output.id, output_index: index };
      if (output.type === 'function_call') {
        const head = item('response.output_item.added', { output_index: index, item: { ...output, arguments: '' } });
        progress.tools += output.name;
        number++;
        yield { ...head, choice: 0, adds: { tools: String(output.name) } };
        const given = String(output.arguments);
        const half = Math.ceil(given.length / 2);
        for (const tools of [given.slice(0, half), given.slice(half)]) {
          yield delta('response.function_call_arguments.delta', place, tools, { tools });
        }
        yield item('response.function_call_arguments.done', { ...place, arguments: given });
      } else if (output.type === 'reasoning') {
        yield item('response.output_item.added', { output_index: index, item: { ...output, summary: [] } });
        const part = { ...place, summary_index: 0 };
        yield item('response.reasoning_summary_part.added', { ...part, part: { type: 'summary_text', text: '' } });
        yield delta('response.reasoning_summary_text.delta', part, choice.reasoning, { reasoning: choice.reasoning });
        yield item('response.reasoning_summary_text.done', { ...part, text: choice.reasoning });
      } else {
        const part = { ...place, content_index: 0 };
        yield item('response.output_item.added', { output_index: index, item: { ...output, content: [] } });
        yield item('response.content_part.added', {
          ...part,
          part: { type: 'output_text', text: '', annotations: [] },
        });
        for (const text of choice.pieces) yield delta('response.output_text.delta', part, text, { text });
        yield item('response.output_text.done', { ...part, text: choice.pieces.join('') });
      }
      yield item('response.output_item.done', { output_index: index, item: output });
    }
    yield { point: 'finish', data: null };
    yield { point: 'usage', data: null };
    const usage = usageOf([progress]);
    const response = wholeResponse(answer, choice, usage, knobs);
    const told = knobs.usage === 'missing' || usage === null ? {} : { usage };
    yield { ...item(`response.${response.status}`, { response }), point: 'done', ...told };
  },
};

function firstOf({ choices }: Answer): Choice {
  const [choice] = choices;
  if (!choice) throw new Error('An answer without a choice');
  return choice;
}

function wholeResponse(answer: Answer, choice: Choice, usage: WireUsage | null, knobs: Knobs) {
  const cut = choice.finishReason === 'length';
  return {
    id: answer.id.replace('chatcmpl-', 'resp_'),
    object: 'response',
    created_at: answer.created,
    status: cut ? 'incomplete' : 'completed',
    error: null,
    incomplete_details: cut ? { reason: 'max_output_tokens' } : null,
    model: answer.model,
    output: outputOf(answer, choice),
    parallel_tool_calls: true,
    tool_choice: 'auto',
    tools: [],
    store: true,
    ...toldTier(knobs),
    ...(knobs.usage === 'missing' ? {} : { usage: usage && ownUsage(usage) }),
  };
}

function outputOf(answer: Answer, choice: Choice): ({ id: string; type: string } & JsonObject)[] {
  const id = answer.id.replace('chatcmpl-', '');
  const output: ({ id: string; type: string } & JsonObject)[] = [];
  if (choice.reasoning !== '') {
    output.push({ id: `rs_${id}`, type: 'reasoning', summary: [{ type: 'summary_text', text: choice.reasoning }] });
  }
  if (choice.pieces.length > 0) {
    const content = [{ type: 'output_text', text: choice.pieces.join(''), annotations: [] }];
    output.push({ id: `msg_${id}`, type: 'message', status: 'completed', role: 'assistant', content });
  }
  for (const [index, { id: callId, name, arguments: given }] of choice.toolCalls.entries()) {
    const call = { call_id: callId, name, arguments: given, status: 'completed' };
    output.push({ id: `fc_${id}_${index}`, type: 'function_call', ...call });
  }
  return output;
}

function ownUsage(usage: WireUsage): object {
  return {
    input_tokens: usage.prompt_tokens,
    input_tokens_details: { cached_tokens: usage.prompt_tokens_details?.cached_tokens ?? null },
    output_tokens: usage.completion_tokens,
    output_tokens_details: { reasoning_tokens: usage.completion_tokens_details?.reasoning_tokens ?? null },
    total_tokens: usage.total_tokens,
  };
}

function chatMessages({ instructions, input }: JsonObject): object[] {
  const said = typeof instructions === 'string' ? [{ role: 'system', content: instructions }] : [];
  if (typeof input === 'string') return [...said, { role: 'user', content: input }];
  const items = Array.isArray(input) ? input.filter(isObject) : [];
  return [
    ...said,
    ...items.map((item) => ({ role: item.role ?? '', content: chatParts(item.content ?? item.output) })),
  ];
}

function chatTools(tools: unknown): object[] {
  const given = Array.isArray(tools) ? tools.filter(isObject) : [];
  return given.filter(({ type }) => type === 'function').map((tool) => ({ type: 'function', function: tool }));
}
