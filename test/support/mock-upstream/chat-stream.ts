/** A chat completion as a sequence of stream events, each with the point of the answer that comes before it. */
import type { Answer, Choice, Progress } from './chat-answer.ts';
import type { ChatAsk } from './chat-ask.ts';
import { type Knobs, type Point, toldTier, type UsagePlace, type WireUsage } from './knobs.ts';

export interface StreamItem {
  point: Point | null;
  /** Null: nothing is sent here, but the point is passed. */
  data: object | '[DONE]' | null;
  /** The event's name, on wires that have one. */
  event?: string;
  choice?: number;
  /** What of the answer is out once this event is. */
  adds?: Partial<Progress>;
  usage?: WireUsage;
}

interface Delta {
  delta: object;
  adds: Partial<Progress>;
}

/**
 * @param usageOf figures for what is written, the wire's way
 */
export function* streamItems(
  answer: Answer,
  ask: ChatAsk,
  knobs: Knobs,
  usageOf: (written: readonly Progress[]) => WireUsage | null,
): Generator<StreamItem> {
  const place = knobs.usage ?? 'asked';
  const written = answer.choices.map((): Progress => ({ reasoning: '', text: '', tools: '' }));
  const own = place === 'always' || place === 'twice' || (place === 'asked' && ask.includeUsage);
  const chunk = (choices: object[], usage: WireUsage | null | undefined) => ({
    id: answer.id,
    object: 'chat.completion.chunk',
    created: answer.created,
    model: answer.model,
    ...toldTier(knobs),
    system_fingerprint: 'fp_mock',
    choices,
    ...(usage === undefined ? {} : { usage }),
  });
  /** OpenAI puts `usage: null` into the other events once usage was asked for. */
  const blank = own ? null : undefined;
  const withUsage = (choices: object[], carries: boolean) => {
    if (!carries) return { data: chunk(choices, blank) };
    const usage = usageOf(written);
    return usage === null ? { data: chunk(choices, null) } : { data: chunk(choices, usage), usage };
  };

  for (const [index] of answer.choices.entries()) {
    const delta = { role: 'assistant', content: '', refusal: null };
    yield { point: null, choice: index, data: chunk([{ index, delta, logprobs: null, finish_reason: null }], blank) };
  }
  const rounds = interleave(answer.choices.map(deltasOf));
  for (const [number, { choice: index, delta, adds }] of rounds.entries()) {
    const progress = written[index];
    if (progress !== undefined) addTo(progress, adds);
    const choices = [{ index, delta, logprobs: null, finish_reason: null }];
    const carries = carriesUsage(place, number, rounds.length);
    yield { point: `chunk:${number}`, choice: index, adds, ...withUsage(choices, carries) };
  }
  for (const [index, choice] of answer.choices.entries()) {
    const choices = [{ index, delta: {}, logprobs: null, finish_reason: choice.finishReason }];
    const last = index === answer.choices.length - 1;
    const carries = place === 'every-chunk' || (place === 'with-finish' && last);
    yield { point: index === 0 ? 'finish' : null, choice: index, ...withUsage(choices, carries) };
  }
  if (own) yield { point: 'usage', ...withUsage([], true) };
  else yield { point: 'usage', data: null };
  yield { point: 'done', data: '[DONE]' };
}

/** Adds what an event brought to what is written. */
export function addTo(progress: Progress, adds: Partial<Progress>): void {
  progress.reasoning += adds.reasoning ?? '';
  progress.text += adds.text ?? '';
  progress.tools += adds.tools ?? '';
}

function carriesUsage(place: UsagePlace, number: number, count: number): boolean {
  if (place === 'every-chunk') return true;
  if (place === 'twice') return number === 0;
  return place === 'with-last-chunk' && number === count - 1;
}

function deltasOf(choice: Choice): Delta[] {
  const deltas: Delta[] = [];
  if (choice.reasoning !== '') {
    deltas.push({ delta: { reasoning_content: choice.reasoning }, adds: { reasoning: choice.reasoning } });
  }
  for (const piece of choice.pieces) deltas.push({ delta: { content: piece }, adds: { text: piece } });
  for (const [index, tool] of choice.toolCalls.entries()) {
    const head = { index, id: tool.id, type: 'function', function: { name: tool.name, arguments: '' } };
    deltas.push({ delta: { tool_calls: [head] }, adds: { tools: tool.name } });
    const half = Math.ceil(tool.arguments.length / 2);
    for (const part of [tool.arguments.slice(0, half), tool.arguments.slice(half)]) {
      deltas.push({ delta: { tool_calls: [{ index, function: { arguments: part } }] }, adds: { tools: part } });
    }
  }
  return deltas;
}

/** One delta of each choice in turn, as providers send several choices. */
function interleave(perChoice: Delta[][]): (Delta & { choice: number })[] {
  const longest = Math.max(0, ...perChoice.map((deltas) => deltas.length));
  const rounds: (Delta & { choice: number })[] = [];
  for (let round = 0; round < longest; round += 1) {
    for (const [choice, deltas] of perChoice.entries()) {
      const delta = deltas[round];
      if (delta !== undefined) rounds.push({ ...delta, choice });
    }
  }
  return rounds;
}
