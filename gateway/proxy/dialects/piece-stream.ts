/** Follows streams of OpenAI's image and audio endpoints: events, or the bare bytes of a sound. */
import type { TokenUsage } from '../../ledger/port.ts';
import { createEventSplitter, eventData, splitEvents } from '../sse.ts';
import type { StreamEnd, StreamReader, Units } from './dialect.ts';
import { isObject, parseJson } from './fields.ts';
import { readPieceUsage } from './piece-usage.ts';

export interface PieceStream {
  /** The types of its events; whatever has another one is of another dialect. */
  readonly family: RegExp;
  /** Ends the type of the events that say that one piece is complete; they carry its usage. */
  readonly completed: string;
  /** How many pieces are to come. */
  readonly pieces: number;
  /** What was delivered, for when no usage was; `completed` pieces count even if their event still waits. */
  delivered(events: readonly Record<string, unknown>[], completed: number): { text: string; units?: Units };
}

const LONGEST_TYPE = 200;
const FIRST_OF_EVENTS = new Set([...Buffer.from('dei:'), 0xef, 0x0a, 0x0d]);

/** For endpoints that never stream. */
export function neverStreams(): StreamReader {
  throw new Error('This endpoint does not stream.');
}

/** Events whose last one, with the usage, waits until it is paid. */
export function openPieceStream({ family, completed, pieces, delivered }: PieceStream): StreamReader {
  const mark = Buffer.from(completed);
  let usage: TokenUsage | null = null;
  let count = 0;
  return {
    uninteresting: (bytes) => bytes.indexOf(mark) === -1,
    recognises(event) {
      const data = parseJson(eventData(event));
      if (data === undefined) return null;
      if (!isObject(data)) return false;
      return data.type === 'error' || isObject(data.error) || (typeof data.type === 'string' && family.test(data.type));
    },
    read(event) {
      if (event.indexOf(mark) === -1) return 'pass';
      const data = parseJson(eventData(event));
      if (!isObject(data) || typeof data.type !== 'string' || data.type.length > LONGEST_TYPE) return 'pass';
      if (!data.type.endsWith(completed)) return 'pass';
      const reported = readPieceUsage(data.usage);
      if (reported) usage = usage ? sum(usage, reported) : reported;
      count++;
      return count >= pieces ? 'terminal' : 'pass';
    },
    usage: () => usage,
    replay: (bytes) => replay(bytes, completed, (seen) => delivered(seen, count)),
  };
}

/** Bytes that pass as they are, which are paid by what `units` says as soon as any were delivered. */
export function openByteStream(units: Units): StreamReader {
  return {
    splitter: createEventSplitter(),
    uninteresting: () => true,
    read: () => 'pass',
    usage: () => null,
    replay: (bytes) => ({
      text: '',
      units: { ...units, count: bytes.some(({ length }) => length > 0) ? units.count : 0 },
      finished: false,
      failed: false,
    }),
  };
}

/** Either of the two: some servers send bare bytes although events were asked for. */
export function openEventsOrBytes(events: StreamReader, bytes: StreamReader): StreamReader {
  let reader: StreamReader | null = null;
  const choose = (first: Buffer): StreamReader => (reader ??= FIRST_OF_EVENTS.has(first[0] ?? 0) ? events : bytes);
  const { push, size, take } = createEventSplitter();
  return {
    splitter: {
      push: (chunk, onEvent) => (choose(chunk) === bytes ? onEvent(chunk) : push(chunk, onEvent)),
      size,
      take,
    },
    uninteresting(chunk) {
      if (choose(chunk) === bytes) return true;
      return endsEvent(chunk) && events.uninteresting(chunk);
    },
    recognises: (event) => (choose(event) === bytes ? true : (events.recognises?.(event) ?? null)),
    read: (event) => choose(event).read(event),
    usage: () => events.usage(),
    replay: (delivered) => (reader ?? bytes).replay(delivered),
  };
}

function endsEvent(bytes: Buffer): boolean {
  return bytes[bytes.length - 1] === 0x0a && bytes[bytes.length - 2] === 0x0a;
}

function replay(
  bytes: readonly Buffer[],
  completed: string,
  delivered: (events: readonly Record<string, unknown>[]) => { text: string; units?: Units },
): StreamEnd {
  const events: Record<string, unknown>[] = [];
  for (const event of splitEvents(Buffer.concat(bytes))) {
    const data = parseJson(eventData(event));
    if (isObject(data)) events.push(data);
  }
  const failed = events.some(({ type, error }) => type === 'error' || isObject(error));
  const finished = events.some(({ type }) => typeof type === 'string' && type.endsWith(completed));
  return { ...delivered(events), finished, failed };
}

function sum(one: TokenUsage, other: TokenUsage): TokenUsage {
  return {
    promptTokens: one.promptTokens + other.promptTokens,
    completionTokens: one.completionTokens + other.completionTokens,
    cachedTokens: one.cachedTokens + other.cachedTokens,
    reasoningTokens: one.reasoningTokens + other.reasoningTokens,
    totalTokens: one.totalTokens + other.totalTokens,
  };
}
