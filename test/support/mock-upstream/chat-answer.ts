/** What the mock says: the scripted answer under the request's own limits, and what it costs. */
import type { ChatAsk } from './chat-ask.ts';
import type { HonestUsage, Knobs, ToolCall, WireUsage } from './knobs.ts';
import type { RecordedCall } from './recorder.ts';
import type { TokenCounter } from './token-count.ts';

export interface Choice {
  reasoning: string;
  pieces: string[];
  toolCalls: Required<ToolCall>[];
  finishReason: string;
}

export interface Answer {
  id: string;
  created: number;
  model: string;
  choices: Choice[];
}

/** What was written of one choice. */
export interface Progress {
  reasoning: string;
  text: string;
  tools: string;
}

const DEFAULT_TEXT = 'This is what the mock upstream answers.';
const DEFAULT_CHUNKS = 5;
/** 2026-11-20T12:00:00Z, in seconds: answers are the same in every run. */
const CREATED = 1_795_176_000;

export function composeAnswer(call: RecordedCall, ask: ChatAsk, knobs: Knobs, counter: TokenCounter): Answer {
  const scripted = typeof knobs.text === 'function' ? knobs.text(call) : knobs.text;
  const toolCalls = (knobs.toolCalls ?? []).map((tool, index) => ({ id: `call_${call.index}_${index}`, ...tool }));
  const text = scripted ?? (toolCalls.length > 0 ? [] : DEFAULT_TEXT);
  const pieces = typeof text === 'string' ? cutIntoPieces(text, knobs.chunks ?? DEFAULT_CHUNKS) : [...text];
  const full: Choice = { reasoning: knobs.reasoning ?? '', pieces, toolCalls, finishReason: 'stop' };
  if (toolCalls.length > 0) full.finishReason = 'tool_calls';
  const choice = shorten(full, ask, counter);
  if (knobs.finishReason !== undefined) choice.finishReason = knobs.finishReason;
  return {
    id: `chatcmpl-mock${call.index}`,
    created: CREATED,
    model: ask.model,
    choices: Array.from({ length: ask.choices }, () => choice),
  };
}

/** Tokens of a prompt and of what was written of the answer. */
export function countUsage(
  ask: ChatAsk,
  written: readonly Progress[],
  knobs: Knobs,
  counter: TokenCounter,
): HonestUsage {
  const limit = ask.maxTokens ?? Infinity;
  const promptTokens = counter.prompt(ask);
  let completionTokens = 0;
  let reasoningTokens = 0;
  for (const { reasoning, text, tools } of written) {
    const thought = Math.min(limit, counter.text(reasoning));
    reasoningTokens += thought;
    completionTokens += Math.min(limit, thought + counter.text(text) + counter.text(tools));
  }
  return {
    promptTokens,
    completionTokens,
    cachedTokens: Math.min(promptTokens, knobs.cachedTokens ?? 0),
    reasoningTokens,
    totalTokens: promptTokens + completionTokens,
  };
}

export function noUsage(): HonestUsage {
  return { promptTokens: 0, completionTokens: 0, cachedTokens: 0, reasoningTokens: 0, totalTokens: 0 };
}

/** The figures as the knobs put them on the wire; null stands for JSON's null. */
export function wireFigures(honest: HonestUsage, knobs: Knobs): WireUsage | null {
  const figures = knobs.figures ?? 'honest';
  if (figures === 'null') return null;
  if (typeof figures === 'function') return figures(honest);
  if (figures === 'null-fields') {
    const details = { prompt_tokens_details: null, completion_tokens_details: null };
    return { prompt_tokens: null, completion_tokens: null, total_tokens: null, ...details };
  }
  const told = (tokens: number) => (figures === 'zero' ? 0 : tokens);
  return {
    prompt_tokens: told(honest.promptTokens),
    completion_tokens: told(honest.completionTokens),
    total_tokens: told(honest.totalTokens),
    prompt_tokens_details: { cached_tokens: told(honest.cachedTokens), audio_tokens: 0 },
    completion_tokens_details: { reasoning_tokens: told(honest.reasoningTokens), audio_tokens: 0 },
  };
}

/** Everything that a choice will have written in the end. */
export function wholeProgress(choice: Choice): Progress {
  const tools = choice.toolCalls.map((tool) => tool.name + tool.arguments).join('');
  return { reasoning: choice.reasoning, text: choice.pieces.join(''), tools };
}

function shorten(choice: Choice, ask: ChatAsk, counter: TokenCounter): Choice {
  const text = choice.pieces.join('');
  const stops = ask.stop.map((stop) => text.indexOf(stop)).filter((at) => at >= 0);
  const stopped = stops.length === 0 ? text : text.slice(0, Math.min(...stops));
  if (ask.maxTokens === null) return { ...choice, pieces: keep(choice.pieces, stopped.length) };
  const reasoning = counter.cut(choice.reasoning, ask.maxTokens);
  const left = ask.maxTokens - counter.text(reasoning);
  const kept = counter.cut(stopped, Math.max(0, left));
  if (reasoning === choice.reasoning && kept === stopped) {
    return { ...choice, pieces: keep(choice.pieces, stopped.length) };
  }
  return { reasoning, pieces: keep(choice.pieces, kept.length), toolCalls: [], finishReason: 'length' };
}

function keep(pieces: readonly string[], length: number): string[] {
  const kept: string[] = [];
  let left = length;
  for (const piece of pieces) {
    if (left <= 0) break;
    kept.push(piece.slice(0, left));
    left -= piece.length;
  }
  return kept;
}

/** Cuts between characters, never inside one. */
function cutIntoPieces(text: string, count: number): string[] {
  const characters = [...text];
  const size = Math.max(1, Math.ceil(characters.length / count));
  const pieces: string[] = [];
  for (let at = 0; at < characters.length; at += size) pieces.push(characters.slice(at, at + size).join(''));
  return pieces;
}
